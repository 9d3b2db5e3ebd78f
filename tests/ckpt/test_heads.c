/* Model directories of every head: what is written is what transformers wrote, and each is a start
 * for every other. */

#include "mpibert/model/head.h"
#include "opened.h"

static const char *const DIRECTORIES[] = {
    "tests/golden/model/bert",
    "tests/golden/model/bert-tokens",
    "tests/golden/model/bert-spans",
    "tests/golden/model/bert-choice",
    "tests/golden/model/bert-words",
    "tests/golden/model/bert-pretraining",
    "tests/golden/model/bert-next",
    "tests/golden/model/distilbert",
    "tests/golden/model/distilbert-tokens",
    "tests/golden/model/distilbert-spans",
    "tests/golden/model/distilbert-choice",
    "tests/golden/model/distilbert-words",
};

enum { NUM_DIRECTORIES = sizeof(DIRECTORIES) / sizeof(*DIRECTORIES) };

/* The same tensors and nothing else, by name and shape. */
static void check_same_tensors(const char *directory, const opened *o)
{
    char path[MPB_PATH_SIZE];
    mpb_safetensors *file = NULL;

    CHECK_OK(mpb_path_join(directory, "model.safetensors", path, sizeof(path)));
    CHECK_OK(mpb_safetensors_open(path, &file));
    CHECK(mpb_safetensors_count(file) == o->parameters.count);
    for (size_t i = 0; i < o->parameters.count; i++) {
        const mpb_parameter *p = &o->parameters.items[i];
        const mpb_tensor_view *view = mpb_safetensors_find(file, p->name);

        CHECK(view != NULL && view->num_dims == p->num_dims && view->shape[0] == p->shape[0]);
    }
    mpb_safetensors_close(&file);
}

static void check_class(const char *directory, const opened *o)
{
    mpb_buffer text = {0};
    char class[64];

    snprintf(class, sizeof(class), "\"%s%s\"", mpb_family_of(o->config.family)->class_prefix,
             mpb_head_of(o->config.head)->class_name);
    read_text(directory, "config.json", &text);
    CHECK(strstr(text.data, class) != NULL);
    mpb_buffer_clear(&text);
}

static void directory_is_read_and_written_as_the_class_that_it_is(const char *directory)
{
    char folder[MPB_PATH_SIZE];
    opened first;
    opened second;

    open_directory(directory, &first);
    CHECK(first.fresh == 0);
    check_same_tensors(directory, &first);
    check_class(directory, &first);
    scratch_make(folder);
    CHECK_OK(write_opened(&first, folder, BERT));
    check_class(folder, &first);
    open_directory(folder, &second);
    CHECK(second.fresh == 0 && second.config.head == first.config.head);
    CHECK(second.config.num_labels == first.config.num_labels);
    CHECK(second.config.span_dropout == first.config.span_dropout);
    CHECK(memcmp(first.weights, second.weights, first.parameters.size * sizeof(float)) == 0);
    close_directory(&first);
    close_directory(&second);
    scratch_remove(folder);
}

static bool has_same(const opened *o, const mpb_parameter *p, const float *values)
{
    const mpb_parameter *own = mpb_parameters_find(&o->parameters, p->name);

    return own != NULL && own->count == p->count &&
           memcmp(o->weights + own->offset, values, p->count * sizeof(*values)) == 0;
}

/* The encoder is the same; of the head, what both have by the same name. */
static void any_directory_is_a_start_for_a_head(const char *directory, mpb_head_kind head)
{
    size_t fresh = 0;
    opened first;
    opened second = {0};

    open_directory(directory, &first);
    second.config = first.config;
    second.config.head = head;
    second.config.num_labels = 7;
    make_room(&second);
    CHECK_OK(mpb_model_dir_read_weights(directory, &second.config, &second.parameters,
                                        MPB_FRESH_OUTPUT, 5, second.weights, &second.fresh));
    for (size_t i = 0; i < second.parameters.count; i++) {
        const mpb_parameter *p = &second.parameters.items[i];
        const bool same = has_same(&first, p, second.weights + p->offset);

        CHECK(p->is_head || same);
        fresh += !same;
    }
    CHECK(second.fresh == fresh);
    close_directory(&first);
    close_directory(&second);
}

static void next_sentences_are_refused_of_a_family_without_them(void)
{
    char folder[MPB_PATH_SIZE];
    mpb_model_config config;
    mpb_strings names = {0};

    scratch_make(folder);
    write_text(folder, "config.json",
               "{\"architectures\": [\"DistilBertForPreTraining\"], \"model_type\": "
               "\"distilbert\", \"vocab_size\": 9, \"dim\": 8, \"n_layers\": 1, \"n_heads\": 2, "
               "\"hidden_dim\": 8, \"max_position_embeddings\": 9}");
    CHECK_FAILS(mpb_model_dir_read_config(folder, &config, &names), MPB_ERR_DATA,
                "a distilbert has no head for next sentences");
    scratch_remove(folder);
}

/* One number of the matrix is another. */
static void write_untied(const opened *o, const char *folder)
{
    enum { ROOM = 64 };
    mpb_tensor_source sources[ROOM];
    const mpb_parameter *words = &o->parameters.items[0];
    float *decoder = malloc(words->count * sizeof(*decoder));
    char path[MPB_PATH_SIZE];
    size_t count = 0;

    CHECK(decoder != NULL && o->parameters.count < ROOM);
    memcpy(decoder, o->weights, words->count * sizeof(*decoder));
    decoder[words->count - 1] += 1.0f;
    for (; count < o->parameters.count; count++) {
        const mpb_parameter *p = &o->parameters.items[count];

        sources[count] = (mpb_tensor_source){.name = p->name,
                                             .num_dims = p->num_dims,
                                             .shape = {p->shape[0], p->shape[1]},
                                             .data = o->weights + p->offset};
    }
    sources[count++] = (mpb_tensor_source){.name = "cls.predictions.decoder.weight",
                                           .num_dims = 2,
                                           .shape = {words->shape[0], words->shape[1]},
                                           .data = decoder};
    CHECK_OK(mpb_path_join(folder, "model.safetensors", path, sizeof(path)));
    CHECK_OK(mpb_safetensors_write(path, sources, count));
    free(decoder);
}

static void decoder_of_its_own_is_refused(void)
{
    static const char words[] = "tests/golden/model/bert-words";
    char folder[MPB_PATH_SIZE];
    opened o;

    scratch_make(folder);
    open_directory(words, &o);
    copy_file(words, "config.json", folder);
    write_untied(&o, folder);
    CHECK_FAILS(
        mpb_model_dir_read_weights(folder, &o.config, &o.parameters, MPB_FRESH_OUTPUT, 5, o.weights,
                                   &o.fresh),
        MPB_ERR_DATA,
        "tensor 'cls.predictions.decoder.weight' is not the word table, a decoder tied to it was "
        "expected (");
    close_directory(&o);
    scratch_remove(folder);
}

int main(void)
{
    for (size_t i = 0; i < NUM_DIRECTORIES; i++) {
        const bool bert = strstr(DIRECTORIES[i], "distilbert") == NULL;

        directory_is_read_and_written_as_the_class_that_it_is(DIRECTORIES[i]);
        for (int head = 0; head < MPB_NUM_HEADS; head++) {
            if (bert || !mpb_head_of((mpb_head_kind)head)->judges_next) {
                any_directory_is_a_start_for_a_head(DIRECTORIES[i], (mpb_head_kind)head);
            }
        }
    }
    next_sentences_are_refused_of_a_family_without_them();
    decoder_of_its_own_is_refused();
    return 0;
}
