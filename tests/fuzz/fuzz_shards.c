/* Shards. Checksums stop an arbitrary file, and HDF5 itself is not what is tested: the input is a
 * list of changes to a right shard, which is then written with right checksums. So what is behind
 * them is reached. What reads without complaint must keep the promises of mpb_dataset. */

#include "fuzz_file.h"
#include "mpibert/io/h5.h"
#include "mpibert/io/sha256.h"
#include "mpibert/shards/shards.h"

static const char shard_name[] = "shard-00000-of-00001.h5";
static const char hash[] = "1111111111111111111111111111111111111111111111111111111111111111";

enum {
    MAX_ROWS = 16,
    MAX_COLS = 2,
    CHANGE_BYTES = 5, /* kind, which, index, value low, value high */
    NUM_TYPES = MPB_H5_F32 + 1,
};

typedef struct array {
    const char *name;
    mpb_h5_type type;
    size_t rows;
    size_t cols;
    bool absent;
    int64_t values[MAX_ROWS];
} array;

typedef struct integer {
    const char *name;
    int64_t value;
    bool absent;
} integer;

typedef enum text_form { TEXT_RIGHT, TEXT_EMPTY, TEXT_TWO, TEXT_NUMBER, TEXT_ABSENT } text_form;

typedef struct text {
    const char *name;
    const char *value;
    text_form form;
} text;

enum {
    NUM_ARRAYS = 10,
    NUM_QUESTION_ARRAYS = 3,
    NUM_INTEGERS = 4,
    NUM_TEXTS = 5,
    NUM_COUNTS = 5,
    NUM_FORMS = 5,
    NUM_TASKS = 6
};

static const char *const tasks[NUM_TASKS] = {"classification", "multilabel", "regression",
                                             "token",          "qa",         "choice"};

typedef struct shard {
    array arrays[NUM_ARRAYS];
    bool questions; /* whether contexts and references are there */
    array of_questions[NUM_QUESTION_ARRAYS];
    integer integers[NUM_INTEGERS];
    text texts[NUM_TEXTS];
    uint64_t counts[NUM_COUNTS]; /* of the manifest: sequences, tokens, documents, vocabulary,
                                    longest sequence */
    const char *task;
    size_t num_ids;
    const char *last_id;
} shard;

static const shard right = {
    .arrays = {{"offsets", MPB_H5_U64, 4, .values = {0, 4, 10, 12}},
               {"tokens", MPB_H5_U16, 12, .values = {2, 10, 11, 3, 2, 12, 3, 13, 14, 3, 2, 3}},
               {"segment_b", MPB_H5_U32, 3, .values = {4, 3, 2}},
               {"document", MPB_H5_U64, 3, .values = {0, 1, 2}},
               {"chunk", MPB_H5_U32, 3, .values = {0}},
               {"labels", MPB_H5_I32, 3, .values = {1, 0, 1}},
               {"answers/start", MPB_H5_I32, 3, .absent = true, .values = {1, 0, 1}},
               {"answers/end", MPB_H5_I32, 3, .absent = true, .values = {2, 0, 1}},
               {"char_start", MPB_H5_U32, 12, .absent = true, .values = {0}},
               {"char_end", MPB_H5_U32, 12, .absent = true, .values = {0}}},
    .of_questions = {{"questions/context", MPB_H5_U32, 3, .values = {0, 0, 1}},
                     {"questions/answers", MPB_H5_U64, 4, .values = {0, 1, 1, 2}},
                     {"references/start", MPB_H5_U32, 2, .values = {0, 2}}},
    .integers = {{"version", MPB_SHARDS_VERSION, false},
                 {"vocab_size", 20, false},
                 {"max_seq_length", 8, false},
                 {"num_documents", 3, false}},
    .texts = {{"format", "mpibert-shard", TEXT_RIGHT},
              {"task", NULL, TEXT_RIGHT},
              {"vocab_sha256", hash, TEXT_RIGHT},
              {"key", hash, TEXT_RIGHT},
              {"label_names", NULL, TEXT_TWO}},
    .counts = {3, 12, 3, 20, 8},
    .task = "classification",
    .num_ids = 3,
    .last_id = "c",
};

static void change_ids(shard *s, unsigned index, int value)
{
    static const char *const ids[] = {"c", "", "\xC3\xA7", "\xFF"};

    s->num_ids = index % MAX_ROWS;
    s->last_id = ids[(unsigned)value % 4];
}

static void change_questions(shard *s, unsigned which, unsigned index, int value)
{
    array *a = &s->of_questions[which % NUM_QUESTION_ARRAYS];

    s->questions = true;
    if (index < MAX_ROWS) {
        a->values[index] = value;
    } else if (index < 2 * MAX_ROWS) {
        a->rows = index - MAX_ROWS;
    }
}

static void change(shard *s, const uint8_t *bytes)
{
    unsigned which = bytes[1];
    unsigned index = bytes[2];
    int value = (int16_t)(bytes[3] | bytes[4] << 8);
    array *a = &s->arrays[which % NUM_ARRAYS];

    switch (bytes[0] % 10) {
    case 0:
        a->values[index % MAX_ROWS] = value;
        break;
    case 1:
        a->rows = index % (MAX_ROWS + 1);
        break;
    case 2:
        a->type = (mpb_h5_type)(index % NUM_TYPES);
        a->cols = (unsigned)value % (MAX_COLS + 1);
        break;
    case 3:
        a->absent = index % 2 == 0;
        break;
    case 4:
        s->counts[which % NUM_COUNTS] = (uint64_t)(int64_t)value;
        break;
    case 5:
        s->integers[which % NUM_INTEGERS].value = value;
        s->integers[which % NUM_INTEGERS].absent = index == 1;
        break;
    case 6:
        s->texts[which % NUM_TEXTS].form = (text_form)(index % NUM_FORMS);
        break;
    case 7:
        s->task = tasks[index % NUM_TASKS];
        break;
    case 9:
        change_questions(s, which, index, value);
        break;
    default:
        change_ids(s, index, value);
        break;
    }
}

static size_t put_value(mpb_h5_type type, int64_t value, char *out)
{
    const uint16_t u16 = (uint16_t)value;
    const uint32_t u32 = (uint32_t)value;
    const float f32 = (float)value;

    switch (type) {
    case MPB_H5_U16:
        memcpy(out, &u16, sizeof(u16));
        return sizeof(u16);
    case MPB_H5_U32:
    case MPB_H5_I32:
        memcpy(out, &u32, sizeof(u32));
        return sizeof(u32);
    case MPB_H5_F32:
        memcpy(out, &f32, sizeof(f32));
        return sizeof(f32);
    case MPB_H5_U64:
    case MPB_H5_I64:
        break;
    }
    memcpy(out, &value, sizeof(value));
    return sizeof(value);
}

static void write_array(mpb_h5 *file, const array *a)
{
    char bytes[MAX_ROWS * MAX_COLS * sizeof(int64_t)];
    size_t count = a->rows * (a->cols == 0 ? 1 : a->cols);
    size_t at = 0;

    for (size_t i = 0; i < count; i++) {
        at += put_value(a->type, a->values[i % MAX_ROWS], bytes + at);
    }
    CHECK_OK(mpb_h5_write(file, a->name, a->type, a->rows, a->cols, bytes));
}

static void set_label_names(mpb_strings *names)
{
    CHECK_OK(mpb_strings_add(names, "no", 2));
    CHECK_OK(mpb_strings_add(names, "yes", 3));
}

static void write_text(mpb_h5 *file, const text *t, const char *task)
{
    mpb_strings two = {0};

    switch (t->form) {
    case TEXT_RIGHT:
        CHECK_OK(mpb_h5_set_text(file, t->name, t->value == NULL ? task : t->value));
        break;
    case TEXT_EMPTY:
        CHECK_OK(mpb_h5_set_text(file, t->name, ""));
        break;
    case TEXT_TWO:
        set_label_names(&two);
        CHECK_OK(mpb_h5_set_strings(file, t->name, &two));
        mpb_strings_clear(&two);
        break;
    case TEXT_NUMBER:
        CHECK_OK(mpb_h5_set_integer(file, t->name, 1));
        break;
    case TEXT_ABSENT:
        break;
    }
}

static void write_ids(mpb_h5 *file, const shard *s)
{
    mpb_strings ids = {0};

    for (size_t i = 0; i < s->num_ids; i++) {
        const char *id = i + 1 == s->num_ids ? s->last_id : "id";

        CHECK_OK(mpb_strings_add(&ids, id, strlen(id)));
    }
    CHECK_OK(mpb_h5_write_strings(file, "id", &ids));
    mpb_strings_clear(&ids);
}

static void write_questions(mpb_h5 *file, const shard *s)
{
    char *contexts[] = {"abc", "xyc"};
    char *references[] = {"ab", "c"};

    CHECK_OK(mpb_h5_write_strings(file, "contexts", &(mpb_strings){contexts, 2, 2}));
    CHECK_OK(mpb_h5_write_strings(file, "references/text", &(mpb_strings){references, 2, 2}));
    for (size_t i = 0; i < NUM_QUESTION_ARRAYS; i++) {
        write_array(file, &s->of_questions[i]);
    }
}

static void write_file(const shard *s, const char *path)
{
    mpb_h5 *file = NULL;

    CHECK_OK(mpb_h5_create(path, &file));
    for (size_t i = 0; i < NUM_TEXTS; i++) {
        write_text(file, &s->texts[i], s->task);
    }
    for (size_t i = 0; i < NUM_INTEGERS; i++) {
        if (!s->integers[i].absent) {
            CHECK_OK(mpb_h5_set_integer(file, s->integers[i].name, s->integers[i].value));
        }
    }
    for (size_t i = 0; i < NUM_ARRAYS; i++) {
        if (!s->arrays[i].absent) {
            write_array(file, &s->arrays[i]);
        }
    }
    if (s->questions) {
        write_questions(file, s);
    }
    write_ids(file, s);
    CHECK_OK(mpb_h5_close(&file));
}

static void fill_info(const shard *s, mpb_shard_info *info)
{
    *info = (mpb_shard_info){.vocab_size = s->counts[3], .max_seq_length = s->counts[4]};
    CHECK_OK(mpb_buffer_append_text(&info->task, s->task));
    CHECK_OK(mpb_buffer_append_text(&info->tokenizer, "tiny"));
    CHECK_OK(mpb_buffer_append_text(&info->program, "fuzz"));
    CHECK_OK(mpb_buffer_append_text(&info->options, "{}"));
    CHECK_OK(mpb_buffer_append_text(&info->long_documents, "truncate"));
    CHECK_OK(mpb_buffer_append_text(&info->stride_mode, "overlap"));
    set_label_names(&info->label_names);
    memcpy(info->vocab_sha256, hash, sizeof(hash));
    memcpy(info->source_sha256, hash, sizeof(hash));
    memcpy(info->key, hash, sizeof(hash));
}

static void write_shard(const shard *s, const char *folder)
{
    mpb_shard_entry entry = {
        .sequences = s->counts[0], .tokens = s->counts[1], .documents = s->counts[2]};
    mpb_shard_info info;
    char path[MPB_PATH_SIZE];

    CHECK_OK(mpb_path_join(folder, shard_name, path, sizeof(path)));
    write_file(s, path);
    memcpy(entry.file, shard_name, sizeof(shard_name));
    CHECK_OK(mpb_sha256_of_file(path, entry.sha256));
    fill_info(s, &info);
    CHECK_OK(mpb_shards_write_manifest(folder, &info, &entry, 1));
    mpb_shard_info_clear(&info);
}

static void check_label(const mpb_dataset *dataset, int32_t label)
{
    CHECK(label >= 0 && (size_t)label < dataset->label_names.count);
}

static void check_question(const mpb_question *question)
{
    for (size_t i = 0; i < question->num_answers; i++) {
        size_t length = strlen(question->answers[i]);
        size_t size;
        const char *there =
            mpb_context_cut(question->context, question->starts[i], UINT32_MAX, &size);

        CHECK(size >= length && memcmp(there, question->answers[i], length) == 0);
    }
}

static void check_sequence(const mpb_dataset *dataset, size_t i, const shard *s)
{
    const mpb_sequence sequence = mpb_dataset_sequence(dataset, i);

    CHECK(sequence.count > 0 && sequence.count <= s->counts[4]);
    CHECK(sequence.segment_b <= sequence.count);
    CHECK(fuzz_is_utf8(sequence.id, strlen(sequence.id)));
    for (size_t k = 0; k < sequence.count; k++) {
        CHECK(sequence.tokens[k] < s->counts[3]);
        if (dataset->shape.token_labels && sequence.token_labels[k] != MPB_NO_LABEL) {
            check_label(dataset, sequence.token_labels[k]);
        }
    }
    if (dataset->shape.labels && strcmp(s->task, "choice") == 0) {
        CHECK(sequence.label >= 0 && (size_t)sequence.label < dataset->num_sequences);
    } else if (dataset->shape.labels) {
        check_label(dataset, sequence.label);
    }
    if (dataset->shape.answers) {
        CHECK(sequence.answer_start >= 0 && sequence.answer_start <= sequence.answer_end);
        CHECK((size_t)sequence.answer_end < sequence.count);
    }
    if (dataset->shape.questions) {
        check_question(&sequence.question);
    }
}

/* A number for each label, or any number of scores. */
static bool is_width_of(const mpb_dataset *dataset, const char *task, size_t width)
{
    if (strcmp(task, "multilabel") == 0) {
        return width == dataset->label_names.count;
    }
    return strcmp(task, "regression") == 0 && width <= MPB_MAX_SCORES;
}

static void check_shape(const mpb_dataset *dataset, const char *task)
{
    size_t width = dataset->shape.value_width;

    CHECK(width == 0 || is_width_of(dataset, task, width));
    CHECK((width > 0) == (dataset->values != NULL));
    CHECK(dataset->shape.labels == (dataset->labels != NULL));
    CHECK(dataset->shape.token_labels == (dataset->token_labels != NULL));
    CHECK(dataset->shape.characters == (dataset->char_start != NULL));
    CHECK(dataset->shape.questions == (dataset->question != NULL));
}

static void check_dataset(const mpb_dataset *dataset, const shard *s)
{
    size_t n = dataset->num_sequences;

    CHECK(n == s->counts[0] && dataset->ids.count == n && dataset->label_names.count == 2);
    CHECK(dataset->offsets[0] == 0 && dataset->offsets[n] == s->counts[1]);
    check_shape(dataset, s->task);
    for (size_t i = 0; i < n; i++) {
        check_sequence(dataset, i, s);
    }
}

/* What may be read may stay on disk, too, unless ids or documents are wider than they need to be. */
static void read_from_disk(const mpb_dataset *memory)
{
    mpb_dataset disk = {0};

    if (mpb_shards_read(fuzz_folder(), hash, MPB_TOKENS_ON_DISK, &disk) != MPB_OK) {
        return;
    }
    CHECK(disk.num_sequences == memory->num_sequences);
    for (size_t i = 0; i < disk.num_sequences; i++) {
        const size_t length = mpb_dataset_length(&disk, i);

        CHECK(mpb_dataset_bring(&disk, &i, 1) == MPB_OK);
        CHECK(length == mpb_dataset_length(memory, i));
        CHECK(memcmp(mpb_dataset_tokens(&disk, i), mpb_dataset_tokens(memory, i),
                     length * sizeof(uint32_t)) == 0);
    }
    mpb_dataset_clear(&disk);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    shard s = right;
    mpb_dataset dataset = {0};

    for (size_t at = 0; at + CHANGE_BYTES <= size; at += CHANGE_BYTES) {
        change(&s, data + at);
    }
    write_shard(&s, fuzz_folder());
    if (mpb_shards_read(fuzz_folder(), hash, MPB_TOKENS_IN_MEMORY, &dataset) == MPB_OK) {
        check_dataset(&dataset, &s);
        read_from_disk(&dataset);
    } else {
        CHECK(size >= CHANGE_BYTES && dataset.tokens == NULL);
    }
    mpb_dataset_clear(&dataset);
    return 0;
}
