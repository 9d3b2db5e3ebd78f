/* Weights in several files, as save_pretrained(max_shard_size=...) of transformers leaves them. */

#include "opened.h"

static const char INDEX[] = "model.safetensors.index.json";
static const char FIRST[] = "model-00001-of-00002.safetensors";
static const char SECOND[] = "model-00002-of-00002.safetensors";

/* Writes parameters [begin, end) of the model as one file. */
static void write_part(const opened *o, size_t begin, size_t end, const char *folder,
                       const char *name)
{
    enum { ROOM = 64 };
    mpb_tensor_source sources[ROOM];
    char path[MPB_PATH_SIZE];

    CHECK(end - begin <= ROOM);
    for (size_t i = begin; i < end; i++) {
        const mpb_parameter *p = &o->parameters.items[i];

        sources[i - begin] = (mpb_tensor_source){.name = p->name,
                                                 .num_dims = p->num_dims,
                                                 .shape = {p->shape[0], p->shape[1]},
                                                 .data = o->weights + p->offset};
    }
    CHECK_OK(mpb_path_join(folder, name, path, sizeof(path)));
    CHECK_OK(mpb_safetensors_write(path, sources, end - begin));
}

/* An index that gives the first `begin_second` tensors to FIRST, the others to `second`. */
static void write_index(const opened *o, size_t begin_second, const char *second,
                        const char *folder)
{
    mpb_json *root = mpb_json_new_object();
    mpb_json *map = mpb_json_new_object();
    mpb_buffer text = {0};

    for (size_t i = 0; i < o->parameters.count; i++) {
        CHECK_OK(mpb_json_set(map, o->parameters.items[i].name,
                              mpb_json_new_text(i < begin_second ? FIRST : second)));
    }
    CHECK_OK(mpb_json_set(root, "weight_map", map));
    CHECK_OK(mpb_json_write(root, 2, &text));
    write_text(folder, INDEX, text.data);
    mpb_buffer_clear(&text);
    mpb_json_destroy(&root);
}

/* A folder with the golden model's weights in two files. */
static void split_model(const opened *o, char folder[MPB_PATH_SIZE])
{
    const size_t half = o->parameters.count / 2;

    scratch_make(folder);
    write_part(o, 0, half, folder, FIRST);
    write_part(o, half, o->parameters.count, folder, SECOND);
    write_index(o, half, SECOND, folder);
}

static mpb_status read_again(const opened *o, const char *folder, float *weights)
{
    size_t fresh = 0;

    return mpb_model_dir_read_weights(folder, &o->config, &o->parameters, 0, 5, weights, &fresh);
}

static void check_refused(const opened *o, const char *folder, const char *message)
{
    float *weights = calloc(o->parameters.size, sizeof(*weights));

    CHECK(weights != NULL);
    CHECK_FAILS(read_again(o, folder, weights), MPB_ERR_DATA, message);
    for (size_t i = 0; i < o->parameters.size; i++) {
        CHECK(weights[i] == 0.0f);
    }
    free(weights);
}

static void several_files_hold_what_one_file_holds(const opened *o)
{
    float *weights = calloc(o->parameters.size, sizeof(*weights));
    char folder[MPB_PATH_SIZE];
    mpb_strings names = {0};

    CHECK(weights != NULL);
    split_model(o, folder);
    CHECK_OK(read_again(o, folder, weights));
    CHECK(memcmp(weights, o->weights, o->parameters.size * sizeof(*weights)) == 0);
    CHECK_OK(mpb_model_dir_weight_files(folder, &names));
    CHECK(names.count == 2);
    CHECK_TEXT(names.items[0], FIRST);
    CHECK_TEXT(names.items[1], SECOND);
    mpb_strings_clear(&names);
    scratch_remove(folder);
    free(weights);
}

static void missing_file_is_named_with_the_way_out(const opened *o)
{
    char folder[MPB_PATH_SIZE];
    char path[MPB_PATH_SIZE];

    split_model(o, folder);
    CHECK_OK(mpb_path_join(folder, SECOND, path, sizeof(path)));
    CHECK_OK(mpb_path_remove(path));
    check_refused(o, folder, "/model-00002-of-00002.safetensors)");
    CHECK(strstr(mpb_status_last(), "fetch the model again") != NULL);
    scratch_remove(folder);
    scratch_make(folder);
    check_refused(o, folder, "model.safetensors or model.safetensors.index.json was expected");
    scratch_remove(folder);
}

static void tensor_in_another_file_than_the_index_says_is_refused(const opened *o)
{
    char folder[MPB_PATH_SIZE];
    const size_t half = o->parameters.count / 2;

    split_model(o, folder);
    write_index(o, half - 1, SECOND, folder);
    check_refused(o, folder, "is not in model-00002-of-00002.safetensors, where the index says");
    write_part(o, half - 1, o->parameters.count, folder, SECOND);
    check_refused(o, folder, "is in two files");
    scratch_remove(folder);
}

/* One that no file holds is missing like any other. */
static void tensor_that_the_index_leaves_out_is_missing(const opened *o)
{
    char folder[MPB_PATH_SIZE];
    opened fewer = *o;

    split_model(o, folder);
    fewer.parameters.items++;
    fewer.parameters.count--;
    write_index(&fewer, o->parameters.count / 2 - 1, SECOND, folder);
    check_refused(o, folder, "word_embeddings.weight' is missing");
    CHECK(strstr(mpb_status_last(), INDEX) != NULL);
    scratch_remove(folder);
}

static void file_names_that_leave_the_directory_are_refused(const opened *o)
{
    static const char *const names[] = {"../x.safetensors",
                                        "/x.safetensors",
                                        "a/x.safetensors",
                                        "a\\x.safetensors",
                                        ".x.safetensors",
                                        ".safetensors",
                                        "x\ny.safetensors",
                                        "x\x1b.safetensors",
                                        "x.bin",
                                        ""};
    char folder[MPB_PATH_SIZE];

    split_model(o, folder);
    for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
        write_index(o, o->parameters.count / 2, names[i], folder);
        check_refused(o, folder, "no name of a .safetensors file in this directory");
        CHECK(strchr(mpb_status_last(), '\n') == NULL);
    }
    scratch_remove(folder);
}

static void index_without_a_map_is_refused(const opened *o)
{
    char folder[MPB_PATH_SIZE];

    split_model(o, folder);
    write_text(folder, INDEX, "{\"metadata\": {}}");
    check_refused(o, folder, "member 'weight_map' is missing or empty");
    write_text(folder, INDEX, "{\"weight_map\": {}}");
    check_refused(o, folder, "member 'weight_map' is missing or empty");
    write_text(folder, INDEX, "{\"weight_map\": {\"a\": 1}}");
    check_refused(o, folder, "gives tensor 'a' no name");
    write_text(folder, INDEX, "[]");
    check_refused(o, folder, "weight_map");
    scratch_remove(folder);
}

/* transformers 5.23 looks for the single file first. */
static void single_file_counts_beside_an_index(const opened *o)
{
    float *weights = calloc(o->parameters.size, sizeof(*weights));
    char folder[MPB_PATH_SIZE];

    CHECK(weights != NULL);
    split_model(o, folder);
    write_text(folder, INDEX, "no JSON");
    copy_file(BERT, "model.safetensors", folder);
    CHECK_OK(read_again(o, folder, weights));
    CHECK(memcmp(weights, o->weights, o->parameters.size * sizeof(*weights)) == 0);
    scratch_remove(folder);
    free(weights);
}

int main(void)
{
    opened o;

    open_directory(BERT, &o);
    several_files_hold_what_one_file_holds(&o);
    missing_file_is_named_with_the_way_out(&o);
    tensor_in_another_file_than_the_index_says_is_refused(&o);
    tensor_that_the_index_leaves_out_is_missing(&o);
    file_names_that_leave_the_directory_are_refused(&o);
    index_without_a_map_is_refused(&o);
    single_file_counts_beside_an_index(&o);
    close_directory(&o);
    return 0;
}
