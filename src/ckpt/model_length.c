#include "model_dir_internal.h"
#include "mpibert/io/file.h"
#include "mpibert/io/json.h"

/* [CLS], two [SEP] and a token; transformers writes 1e30 for "no limit". */
enum { LEAST_LENGTH = 4 };

static bool is_sensible(const mpb_json *length, int positions)
{
    return length != NULL && mpb_json_is_integer(length) &&
           mpb_json_integer(length) >= LEAST_LENGTH && mpb_json_integer(length) <= positions;
}

/* *length = a member of one of the directory's files, where both are there and it makes sense. */
static mpb_status read_member(const char *directory, const char *file, const char *member,
                              int positions, int *length)
{
    char path[MPB_PATH_SIZE];
    mpb_json *root = NULL;
    const mpb_json *asked;

    MPB_TRY(mpb_path_join(directory, file, path, sizeof(path)));
    if (!mpb_file_exists(path)) {
        return MPB_OK;
    }
    MPB_TRY(mpb_json_read(path, &root));
    asked = mpb_json_member(root, member);
    *length = is_sensible(asked, positions) ? (int)mpb_json_integer(asked) : *length;
    mpb_json_destroy(&root);
    return MPB_OK;
}

/* sentence-transformers goes by its own file, where there is one. */
mpb_status mpb_model_dir_read_length(const char *directory, int positions, int *length)
{
    int found = positions;

    MPB_TRY(read_member(directory, "tokenizer_config.json", "model_max_length", positions, &found));
    MPB_TRY(
        read_member(directory, "sentence_bert_config.json", "max_seq_length", positions, &found));
    *length = found;
    return MPB_OK;
}

static mpb_status write_length(const char *path, int length, mpb_json *root)
{
    MPB_REQUIRE(mpb_json_is_object(root), MPB_ERR_DATA, "a JSON object was expected (%s)", path);
    MPB_TRY(mpb_json_set(root, "model_max_length", mpb_json_new_integer(length)));
    return mpb_json_replace(path, root, "\n");
}

mpb_status model_length_write(const char *directory, int length)
{
    char path[MPB_PATH_SIZE];
    mpb_json *root = NULL;
    mpb_status status;

    MPB_TRY(mpb_path_join(directory, "tokenizer_config.json", path, sizeof(path)));
    if (mpb_file_exists(path)) {
        MPB_TRY(mpb_json_read(path, &root));
    } else {
        root = mpb_json_new_object();
        MPB_REQUIRE(root != NULL, MPB_ERR_SYSTEM, "no memory for tokenizer_config.json");
    }
    status = write_length(path, length, root);
    mpb_json_destroy(&root);
    return status;
}
