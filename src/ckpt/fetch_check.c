/* Whether what was fetched is a model. */

#include <string.h>

#include "fetch_internal.h"
#include "mpibert/core/utf8.h"
#include "mpibert/io/file.h"

static mpb_status check_object(const mpb_buffer *text, const char *path)
{
    mpb_value root;
    mpb_value_problem problem;
    size_t bad = 0;

    MPB_REQUIRE(text->size > 0, MPB_ERR_DATA, "the file is empty, JSON was expected (%s)", path);
    MPB_REQUIRE(mpb_utf8_valid(text->data, text->size, &bad), MPB_ERR_DATA,
                "JSON: the file is no UTF-8 (%s, byte %zu)", path, bad + 1);
    MPB_REQUIRE(mpb_value_read(text->data, text->size, &root, &problem), MPB_ERR_DATA,
                "JSON: %s (%s, byte %zu)", problem.what, path, problem.at + 1);
    MPB_REQUIRE(root.kind == MPB_VALUE_OBJECT, MPB_ERR_DATA, "a JSON object was expected (%s)",
                path);
    return MPB_OK;
}

/* Without a tree of it, which takes many times the file's memory. */
static mpb_status check_json(const char *folder, const char *name)
{
    char path[MPB_PATH_SIZE];
    mpb_buffer text = {0};
    mpb_status status;

    MPB_TRY(mpb_path_join(folder, name, path, sizeof(path)));
    status = mpb_file_read(path, &text);
    if (status == MPB_OK) {
        status = check_object(&text, path);
    }
    mpb_buffer_clear(&text);
    return status;
}

/* The list of modules has been read by now. */
static mpb_status check_all_json(const char *folder)
{
    mpb_strings names = {0};
    mpb_status status = mpb_directory_list_files(folder, &names);

    for (size_t i = 0; status == MPB_OK && i < names.count; i++) {
        const char *end = strrchr(names.items[i], '.');

        if (end != NULL && strcmp(end, ".json") == 0 &&
            strcmp(names.items[i], FETCH_MODULES) != 0) {
            status = check_json(folder, names.items[i]);
        }
    }
    mpb_strings_clear(&names);
    return status;
}

mpb_status fetch_check_model(const char *folder, const char *id)
{
    char vocabulary[MPB_PATH_SIZE], tokenizer[MPB_PATH_SIZE];

    MPB_TRY(check_all_json(folder));
    MPB_TRY(mpb_path_join(folder, "vocab.txt", vocabulary, sizeof(vocabulary)));
    MPB_TRY(mpb_path_join(folder, "tokenizer.json", tokenizer, sizeof(tokenizer)));
    MPB_REQUIRE(mpb_file_exists(vocabulary) || mpb_file_exists(tokenizer), MPB_ERR_DATA,
                "the model has neither vocab.txt nor tokenizer.json (%s)", id);
    return MPB_OK;
}
