#include "mpibert/ckpt/model_dir.h"
#include "mpibert/io/file.h"
#include "mpibert/io/json.h"

/* [CLS], two [SEP] and a token; transformers writes 1e30 for "no limit". */
enum { LEAST_LENGTH = 4 };

static bool is_sensible(const mpb_json *length, int positions)
{
    return length != NULL && mpb_json_is_integer(length) &&
           mpb_json_integer(length) >= LEAST_LENGTH && mpb_json_integer(length) <= positions;
}

mpb_status mpb_model_dir_read_length(const char *directory, int positions, int *length)
{
    char path[MPB_PATH_SIZE];
    mpb_json *root = NULL;
    const mpb_json *asked;

    MPB_TRY(mpb_path_join(directory, "tokenizer_config.json", path, sizeof(path)));
    if (!mpb_file_exists(path)) {
        *length = positions;
        return MPB_OK;
    }
    MPB_TRY(mpb_json_read(path, &root));
    asked = mpb_json_member(root, "model_max_length");
    *length = is_sensible(asked, positions) ? (int)mpb_json_integer(asked) : positions;
    mpb_json_destroy(&root);
    return MPB_OK;
}
