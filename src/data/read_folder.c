#include "readers.h"

#include <stdio.h>
#include <string.h>

#include "encoding.h"
#include "mpibert/io/file.h"

/* The file `name` of the class folder `folder` (NULL: a folder of files without classes). */
static mpb_status add_file(const char *path, const char *class_name, const char *name,
                           mpb_collector *collector)
{
    mpb_buffer bytes = {0};
    mpb_buffer text = {0};
    char id[MPB_PATH_SIZE];
    mpb_status status;

    if (class_name == NULL) {
        snprintf(id, sizeof(id), "%s", name);
    } else {
        MPB_TRY(mpb_path_join(class_name, name, id, sizeof(id)));
    }
    MPB_REQUIRE(!mpb_file_is_directory(path), MPB_ERR_DATA,
                "a folder was found, a file with one text was expected (%s)", path);
    status = mpb_file_read(path, &bytes);
    if (status == MPB_OK) {
        status = mpb_text_decode(bytes.data, bytes.size, collector->options->encoding, path, &text);
    }
    if (status == MPB_OK) {
        status = mpb_collector_add(collector, &(mpb_found){.text = text.data,
                                                           .size = text.size,
                                                           .label = class_name,
                                                           .id = id,
                                                           .where = path});
    }
    mpb_buffer_clear(&bytes);
    mpb_buffer_clear(&text);
    return status;
}

static mpb_status add_files(const char *folder, const char *class_name, const mpb_strings *names,
                            mpb_collector *collector)
{
    for (size_t i = 0; i < names->count; i++) {
        char path[MPB_PATH_SIZE];

        MPB_TRY(mpb_path_join(folder, names->items[i], path, sizeof(path)));
        MPB_TRY(add_file(path, class_name, names->items[i], collector));
    }
    return MPB_OK;
}

static mpb_status add_class(const char *folder, const char *class_name, mpb_collector *collector)
{
    mpb_strings names = {0};
    char path[MPB_PATH_SIZE];
    mpb_status status;

    MPB_TRY(mpb_path_join(folder, class_name, path, sizeof(path)));
    status = mpb_directory_list(path, &names);
    if (status == MPB_OK) {
        status = mpb_strings_add(&collector->classes, class_name, strlen(class_name));
    }
    if (status == MPB_OK) {
        status = add_files(path, class_name, &names, collector);
    }
    mpb_strings_clear(&names);
    return status;
}

static size_t count_folders(const char *folder, const mpb_strings *names)
{
    size_t count = 0;

    for (size_t i = 0; i < names->count; i++) {
        char path[MPB_PATH_SIZE];

        count += mpb_path_join(folder, names->items[i], path, sizeof(path)) == MPB_OK &&
                 mpb_file_is_directory(path);
    }
    return count;
}

static mpb_status add_entries(const char *folder, const mpb_strings *names,
                              mpb_collector *collector)
{
    size_t folders = count_folders(folder, names);

    MPB_REQUIRE(names->count > 0, MPB_ERR_DATA,
                "the folder is empty, sub-folders with one text a file were expected (%s)", folder);
    if (folders == 0 && !collector->options->need_labels) {
        return add_files(folder, NULL, names, collector);
    }
    MPB_REQUIRE(folders > 0, MPB_ERR_DATA,
                "the folder holds files alone, one sub-folder a class was expected (%s)", folder);
    for (size_t i = 0; i < names->count; i++) {
        char path[MPB_PATH_SIZE];

        MPB_TRY(mpb_path_join(folder, names->items[i], path, sizeof(path)));
        if (mpb_file_is_directory(path)) {
            MPB_TRY(add_class(folder, names->items[i], collector));
        }
    }
    return MPB_OK;
}

mpb_status mpb_read_folder(const char *path, mpb_collector *collector)
{
    mpb_strings names = {0};
    mpb_status status = mpb_directory_list(path, &names);

    if (status == MPB_OK) {
        status = add_entries(path, &names, collector);
    }
    mpb_strings_clear(&names);
    return status;
}
