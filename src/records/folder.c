#include "mpibert/records/folder.h"

#include <stdlib.h>
#include <string.h>

#include "mpibert/io/file.h"

void mpb_folder_clear(mpb_folder *folder)
{
    mpb_strings_clear(&folder->files);
    mpb_strings_clear(&folder->classes);
    free(folder->bytes);
    *folder = (mpb_folder){0};
}

/* Names become ids and labels. */
static mpb_status check_name(const char *folder, const char *name)
{
    MPB_REQUIRE(
        mpb_text_is_line(name), MPB_ERR_DATA,
        "a name with a line break or another control character was found: rename it (%s/%s)",
        folder, name);
    return MPB_OK;
}

/* Adds the files `names` of the class `class_name` (NULL: of the folder itself). */
static mpb_status add_files(const char *class_name, const mpb_strings *names, mpb_folder *folder)
{
    for (size_t i = 0; i < names->count; i++) {
        char inside[MPB_PATH_SIZE];
        const char *name = names->items[i];

        MPB_TRY(check_name(class_name == NULL ? "." : class_name, name));
        if (class_name != NULL) {
            MPB_TRY(mpb_path_join(class_name, name, inside, sizeof(inside)));
            name = inside;
        }
        MPB_TRY(mpb_strings_add(&folder->files, name, strlen(name)));
    }
    return MPB_OK;
}

static mpb_status add_class(const char *path, const char *class_name, mpb_folder *folder)
{
    mpb_strings names = {0};
    char inside[MPB_PATH_SIZE];
    mpb_status status;

    MPB_TRY(check_name(path, class_name));
    MPB_TRY(mpb_path_join(path, class_name, inside, sizeof(inside)));
    MPB_TRY(mpb_strings_add(&folder->classes, class_name, strlen(class_name)));
    status = mpb_directory_list(inside, &names);
    if (status == MPB_OK) {
        status = add_files(class_name, &names, folder);
    }
    mpb_strings_clear(&names);
    return status;
}

static mpb_status add_classes(const char *path, const mpb_strings *names, mpb_folder *folder)
{
    for (size_t i = 0; i < names->count; i++) {
        char inside[MPB_PATH_SIZE];

        MPB_TRY(mpb_path_join(path, names->items[i], inside, sizeof(inside)));
        if (mpb_file_is_directory(inside)) {
            MPB_TRY(add_class(path, names->items[i], folder));
        }
    }
    return MPB_OK;
}

static mpb_status add_entries(const char *path, const mpb_strings *names, bool need_classes,
                              mpb_folder *folder)
{
    MPB_REQUIRE(names->count > 0, MPB_ERR_DATA,
                "the folder is empty, sub-folders with one text a file were expected (%s)", path);
    MPB_TRY(add_classes(path, names, folder));
    if (folder->classes.count > 0) {
        return MPB_OK;
    }
    MPB_REQUIRE(!need_classes, MPB_ERR_DATA,
                "the folder holds files alone, one sub-folder a class was expected (%s)", path);
    return add_files(NULL, names, folder);
}

static mpb_status measure(const char *path, mpb_folder *folder)
{
    size_t count = folder->files.count;

    folder->bytes = calloc(count + 1, sizeof(*folder->bytes));
    MPB_REQUIRE(folder->bytes != NULL, MPB_ERR_SYSTEM, "no memory for the sizes of %zu files",
                count);
    for (size_t i = 0; i < count; i++) {
        char inside[MPB_PATH_SIZE];

        MPB_TRY(mpb_path_join(path, folder->files.items[i], inside, sizeof(inside)));
        MPB_REQUIRE(!mpb_file_is_directory(inside), MPB_ERR_DATA,
                    "a folder was found, a file with one text was expected (%s)", inside);
        MPB_TRY(mpb_file_size(inside, &folder->bytes[i]));
    }
    return MPB_OK;
}

mpb_status mpb_folder_list(const char *path, bool need_classes, mpb_folder *folder)
{
    mpb_strings names = {0};
    mpb_status status = mpb_directory_list(path, &names);

    if (status == MPB_OK) {
        status = add_entries(path, &names, need_classes, folder);
    }
    mpb_strings_clear(&names);
    MPB_TRY(status);
    MPB_REQUIRE(folder->files.count > 0, MPB_ERR_DATA,
                "there is no example in any sub-folder, at least one was expected (%s)", path);
    return measure(path, folder);
}
