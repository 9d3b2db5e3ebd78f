/* The targets of every task: written, read back, and refused where they cannot be. */

#include "mpibert/records/record.h"
#include "mpibert/shards/shards.h"

#include "scratch.h"

static const char HASH[] = "1111111111111111111111111111111111111111111111111111111111111111";

static void fill_info(const char *task, mpb_shard_info *info)
{
    *info = (mpb_shard_info){.vocab_size = 20, .max_seq_length = 8};
    CHECK_OK(mpb_buffer_append_text(&info->task, task));
    CHECK_OK(mpb_buffer_append_text(&info->tokenizer, "tiny"));
    CHECK_OK(mpb_buffer_append_text(&info->program, "test 1"));
    CHECK_OK(mpb_buffer_append_text(&info->options, "{}"));
    CHECK_OK(mpb_buffer_append_text(&info->long_documents, "truncate"));
    CHECK_OK(mpb_buffer_append_text(&info->stride_mode, "overlap"));
    CHECK_OK(mpb_strings_add(&info->label_names, "no", 2));
    CHECK_OK(mpb_strings_add(&info->label_names, "yes", 3));
    memcpy(info->vocab_sha256, HASH, sizeof(HASH));
    memcpy(info->source_sha256, HASH, sizeof(HASH));
    memcpy(info->key, HASH, sizeof(HASH));
}

/* A folder of one shard of this task. */
static void write(const char *folder, const char *task, const mpb_dataset *dataset)
{
    mpb_shard_info info;
    mpb_shard_entry entry = {0};

    fill_info(task, &info);
    mpb_shard_name(0, 1, entry.file);
    CHECK_OK(mpb_shard_write(folder, &info, dataset, &entry));
    CHECK_OK(mpb_shards_write_manifest(folder, &info, &entry, 1));
    mpb_shard_info_clear(&info);
}

/* Reads a shard with one sequence that has `width` numbers. */
static mpb_status read_numbers(const char *folder, const char *task, size_t width)
{
    static const uint32_t tokens[2] = {2, 3};
    static const float values[MPB_MAX_SCORES + 1] = {0.0f, 1.0f, 1.0f, 0.0f};
    mpb_dataset dataset = {.shape = {.value_width = width}};
    mpb_dataset read = {0};
    mpb_status status;

    CHECK_OK(mpb_dataset_add(
        &dataset, &(mpb_sequence){
                      .tokens = tokens, .count = 2, .segment_b = 2, .values = values, .id = "a"}));
    write(folder, task, &dataset);
    status = mpb_shards_read(folder, HASH, MPB_TOKENS_IN_MEMORY, &read);
    CHECK(status != MPB_OK || read.shape.value_width == width);
    mpb_dataset_clear(&dataset);
    mpb_dataset_clear(&read);
    return status;
}

static void scores_are_some_numbers_and_labels_are_one_each(const char *folder)
{
    CHECK_OK(read_numbers(folder, "regression", 1));
    CHECK_OK(read_numbers(folder, "multilabel", 2));
    CHECK_OK(read_numbers(folder, "regression", 3));
    CHECK_OK(read_numbers(folder, "regression", MPB_MAX_SCORES));
    CHECK_FAILS(read_numbers(folder, "regression", MPB_MAX_SCORES + 1), MPB_ERR_DATA,
                "/labels has 65 columns, at most 64 were expected for task regression");
    CHECK_FAILS(read_numbers(folder, "multilabel", 1), MPB_ERR_DATA,
                "/labels has 1 columns, 2 were expected for task multilabel");
    CHECK_FAILS(read_numbers(folder, "multilabel", 3), MPB_ERR_DATA, "/labels has 3 columns");
}

enum { TOKENS = 4 };

/* A sequence of four tokens with all targets there are; tests change one and add it. */
typedef struct row {
    uint32_t tokens[TOKENS];
    float values[2];
    int32_t token_labels[TOKENS];
    uint32_t char_start[TOKENS];
    uint32_t char_end[TOKENS];
    int32_t answer_start;
    int32_t answer_end;
    uint32_t segment_b;
    uint64_t document;
    mpb_question question;
} row;

static row make_row(uint32_t number)
{
    static const char *const answers[2] = {"\xC3\xA9t\xC3\xA9", "du nord"};
    static const uint32_t starts[2] = {2, 6};

    return (row){
        .tokens = {2, 5 + number, 6, 3},
        .values = {-0.1f * (float)number, 1e30f},
        .token_labels = {MPB_NO_LABEL, 1, 0, MPB_NO_LABEL},
        .char_start = {0, number, 4, 0},
        .char_end = {0, number + 2, 70000, 0},
        .answer_start = (int32_t)number,
        .answer_end = 2,
        .segment_b = 3,
        .document = 3,
        .question = {.context = "L'\xC3\xA9t\xC3\xA9 du nord",
                     .answers = answers,
                     .starts = starts,
                     .num_answers = number % 3},
    };
}

static void add_row(mpb_dataset *dataset, const row *r)
{
    CHECK_OK(mpb_dataset_add(dataset, &(mpb_sequence){.tokens = r->tokens,
                                                      .count = TOKENS,
                                                      .segment_b = r->segment_b,
                                                      .document = r->document,
                                                      .chunk = (uint32_t)dataset->num_sequences,
                                                      .values = r->values,
                                                      .token_labels = r->token_labels,
                                                      .char_start = r->char_start,
                                                      .char_end = r->char_end,
                                                      .answer_start = r->answer_start,
                                                      .answer_end = r->answer_end,
                                                      .question = r->question,
                                                      .id = "q"}));
}

/* Two arrays of `count` elements, or none. */
static void check_array(const void *a, const void *b, size_t count, size_t element)
{
    CHECK((a == NULL) == (b == NULL));
    CHECK(a == NULL || memcmp(a, b, count * element) == 0);
}

static void check_equal(const mpb_dataset *a, const mpb_dataset *b)
{
    size_t n = a->num_sequences;
    size_t tokens = n * TOKENS;

    CHECK(b->num_sequences == n);
    CHECK(memcmp(&a->shape, &b->shape, sizeof(a->shape)) == 0);
    check_array(a->tokens, b->tokens, tokens, sizeof(*a->tokens));
    check_array(a->segment_b, b->segment_b, n, sizeof(*a->segment_b));
    check_array(a->document, b->document, n, sizeof(*a->document));
    check_array(a->chunk, b->chunk, n, sizeof(*a->chunk));
    check_array(a->labels, b->labels, n, sizeof(*a->labels));
    check_array(a->values, b->values, n * a->shape.value_width, sizeof(*a->values));
    check_array(a->token_labels, b->token_labels, tokens, sizeof(*a->token_labels));
    check_array(a->answer_start, b->answer_start, n, sizeof(*a->answer_start));
    check_array(a->answer_end, b->answer_end, n, sizeof(*a->answer_end));
    check_array(a->char_start, b->char_start, tokens, sizeof(*a->char_start));
    check_array(a->char_end, b->char_end, tokens, sizeof(*a->char_end));
    CHECK(mpb_strings_equal(&a->ids, &b->ids));
}

static const mpb_dataset_shape QUESTIONS = {.characters = true, .questions = true};

static void check_round_trip(const char *folder, const char *task, mpb_dataset_shape shape)
{
    mpb_dataset dataset = {.shape = shape};
    mpb_dataset read = {0};

    for (uint32_t i = 0; i < 3; i++) {
        const row r = make_row(i);

        add_row(&dataset, &r);
    }
    write(folder, task, &dataset);
    CHECK_OK(mpb_shards_read(folder, HASH, MPB_TOKENS_IN_MEMORY, &read));
    check_equal(&dataset, &read);
    mpb_dataset_clear(&dataset);
    mpb_dataset_clear(&read);
}

static void targets_are_read_back_as_they_were_written(const char *folder)
{
    check_round_trip(folder, "classification", (mpb_dataset_shape){.labels = true});
    check_round_trip(folder, "multilabel", (mpb_dataset_shape){.value_width = 2});
    check_round_trip(folder, "regression", (mpb_dataset_shape){.value_width = 1});
    check_round_trip(folder, "token",
                     (mpb_dataset_shape){.token_labels = true, .characters = true});
    check_round_trip(folder, "token", (mpb_dataset_shape){.characters = true});
    check_round_trip(folder, "qa", (mpb_dataset_shape){.answers = true, .characters = true});
    check_round_trip(folder, "mlm", (mpb_dataset_shape){0});
    check_round_trip(folder, "pretraining", (mpb_dataset_shape){.labels = true});
}

static void check_same_question(const mpb_question *a, const mpb_question *b)
{
    CHECK_TEXT(a->context, b->context);
    CHECK(a->num_answers == b->num_answers);
    for (size_t i = 0; i < a->num_answers; i++) {
        CHECK_TEXT(a->answers[i], b->answers[i]);
        CHECK(a->starts[i] == b->starts[i]);
    }
}

/* Two chunks of each of five questions, on two shards; the third question has another context. */
static void write_questions(const char *folder, mpb_dataset parts[2])
{
    mpb_shard_entry entries[2] = {0};
    mpb_shard_info info;

    for (uint32_t i = 0; i < 10; i++) {
        row r = make_row(i / 2);

        r.question.context = i / 2 == 2 ? "  \xC3\xA9t\xC3\xA9 du nord, tard" : r.question.context;
        CHECK_OK(mpb_dataset_add(&parts[i >= 6], &(mpb_sequence){.tokens = r.tokens,
                                                                 .count = TOKENS,
                                                                 .segment_b = 3,
                                                                 .document = i / 2,
                                                                 .chunk = i % 2,
                                                                 .char_start = r.char_start,
                                                                 .char_end = r.char_end,
                                                                 .question = r.question,
                                                                 .id = "q"}));
    }
    fill_info("qa", &info);
    for (size_t i = 0; i < 2; i++) {
        mpb_shard_name(i, 2, entries[i].file);
        CHECK_OK(mpb_shard_write(folder, &info, &parts[i], &entries[i]));
    }
    CHECK_OK(mpb_shards_write_manifest(folder, &info, entries, 2));
    mpb_shard_info_clear(&info);
}

static void a_question_is_kept_once_for_all_of_its_chunks(const char *folder)
{
    static const uint32_t backwards[4] = {9, 8, 5, 1};
    mpb_dataset parts[2] = {{.shape = QUESTIONS}, {.shape = QUESTIONS}};
    mpb_dataset read = {0};
    mpb_dataset subset = {0};

    write_questions(folder, parts);
    CHECK(parts[0].questions.count == 3 && parts[0].questions.contexts.names.count == 2);
    CHECK_OK(mpb_shards_read(folder, HASH, MPB_TOKENS_IN_MEMORY, &read));
    CHECK(read.num_sequences == 10 && read.questions.count == 5);
    CHECK(read.questions.answers.count == 1 + 2 + 0 + 1 &&
          read.questions.contexts.names.count == 2);
    for (size_t i = 0; i < 10; i++) {
        const mpb_sequence was = mpb_dataset_sequence(&parts[i >= 6], i % 6);
        const mpb_sequence is = mpb_dataset_sequence(&read, i);

        check_same_question(&is.question, &was.question);
    }
    CHECK_OK(mpb_dataset_select(&read, backwards, 4, &subset));
    CHECK(subset.questions.count == 3);
    for (size_t i = 0; i < 4; i++) {
        const mpb_sequence was = mpb_dataset_sequence(&read, backwards[i]);
        const mpb_sequence is = mpb_dataset_sequence(&subset, i);

        check_same_question(&is.question, &was.question);
    }
    CHECK(mpb_dataset_bytes(&subset) < mpb_dataset_bytes(&read));
    mpb_dataset_clear(&parts[0]);
    mpb_dataset_clear(&parts[1]);
    mpb_dataset_clear(&subset);
    mpb_dataset_clear(&read);
}

static void an_answer_is_cut_out_by_code_points(void)
{
    static const char context[] = "L'\xC3\xA9t\xC3\xA9 du nord";
    size_t size;
    const char *text = mpb_context_cut(context, 2, 5, &size);

    CHECK(size == 5 && memcmp(text, "\xC3\xA9t\xC3\xA9", size) == 0);
    text = mpb_context_cut(context, 6, 9999, &size);
    CHECK(size == 7 && memcmp(text, "du nord", size) == 0);
    CHECK(mpb_context_cut(context, 400, 401, &size) == context + strlen(context) && size == 0);
    CHECK(mpb_context_cut(context, 3, 2, &size) == context + 4 && size == 0);
}

/* A shard of a good row and this one, with a manifest that vouches for it. */
static void check_refused(const char *folder, const char *task, mpb_dataset_shape shape,
                          const row *wrong, const char *message)
{
    const row fine = make_row(0);
    mpb_dataset dataset = {.shape = shape};
    mpb_dataset read = {0};

    add_row(&dataset, &fine);
    add_row(&dataset, wrong);
    write(folder, task, &dataset);
    CHECK_FAILS(mpb_shards_read(folder, HASH, MPB_TOKENS_IN_MEMORY, &read), MPB_ERR_DATA, message);
    CHECK(strstr(mpb_status_last(), folder) != NULL && read.tokens == NULL);
    mpb_dataset_clear(&dataset);
}

static void labels_of_tokens_that_do_not_exist_are_refused(const char *folder)
{
    const mpb_dataset_shape shape = {.token_labels = true, .characters = true};
    row r = make_row(1);

    r.token_labels[2] = 2;
    check_refused(folder, "token", shape, &r, "token 6 has label 2, there are 2 labels");
    r.token_labels[2] = -1;
    check_refused(folder, "token", shape, &r, "token 6 has label -1, there are 2 labels");
    r.token_labels[2] = -101;
    check_refused(folder, "token", shape, &r, "token 6 has label -101");
}

static void answers_outside_their_sequence_are_refused(const char *folder)
{
    const mpb_dataset_shape shape = {.answers = true, .characters = true};
    row r = make_row(1);

    r.answer_end = TOKENS;
    check_refused(folder, "qa", shape, &r,
                  "the answer of sequence 1 is at 1 to 4, positions below 4 were expected");
    r.answer_end = 0;
    check_refused(folder, "qa", shape, &r, "the answer of sequence 1 is at 1 to 0");
    r.answer_start = -1;
    check_refused(folder, "qa", shape, &r, "the answer of sequence 1 is at -1 to 0");
    r = make_row(1);
    r.segment_b = TOKENS + 1;
    check_refused(folder, "qa", shape, &r, "/segment_b lies outside sequence 1");
}

static void references_that_are_not_at_their_place_are_refused(const char *folder)
{
    static const uint32_t late[2] = {3, 6};
    static const uint32_t behind[2] = {2, 4000};
    row r = make_row(2);

    r.document = 4;
    r.question.starts = late;
    check_refused(folder, "qa", QUESTIONS, &r,
                  "reference answer 0 of question 1 is not at its place in the context");
    r.question.starts = behind;
    check_refused(folder, "qa", QUESTIONS, &r, "reference answer 1 of question 1 is not at its");
}

/* A question of two choices and one of three, whose right ones are these. */
static mpb_status read_choices(const char *folder, const int32_t right[5])
{
    static const uint64_t documents[5] = {0, 0, 4, 4, 4};
    static const uint32_t tokens[2] = {2, 3};
    mpb_dataset dataset = {.shape = {.labels = true}};
    mpb_dataset read = {0};
    mpb_status status;

    for (size_t i = 0; i < 5; i++) {
        CHECK_OK(mpb_dataset_add(&dataset, &(mpb_sequence){.tokens = tokens,
                                                           .count = 2,
                                                           .document = documents[i],
                                                           .chunk = (uint32_t)i % 3,
                                                           .label = right[i],
                                                           .id = "c"}));
    }
    write(folder, "choice", &dataset);
    status = mpb_shards_read(folder, HASH, MPB_TOKENS_IN_MEMORY, &read);
    CHECK(status != MPB_OK || memcmp(read.labels, right, 5 * sizeof(*right)) == 0);
    mpb_dataset_clear(&dataset);
    mpb_dataset_clear(&read);
    return status;
}

static void the_right_choice_is_one_of_its_question(const char *folder)
{
    CHECK_OK(read_choices(folder, (const int32_t[5]){1, 1, 2, 2, 2}));
    CHECK_FAILS(read_choices(folder, (const int32_t[5]){2, 2, 2, 2, 2}), MPB_ERR_DATA,
                "the right choice is 2, the question has 2 choices (sequence 1");
    CHECK_FAILS(read_choices(folder, (const int32_t[5]){1, 1, 2, 1, 2}), MPB_ERR_DATA,
                "sequence 3 has label 1, its question has 2");
    CHECK_FAILS(read_choices(folder, (const int32_t[5]){-1, -1, 2, 2, 2}), MPB_ERR_DATA,
                "sequence 0 has label -1");
}

/* Each shard alone is sound. */
static void shards_with_other_targets_than_the_first_are_refused(const char *folder)
{
    const row r = make_row(1);
    mpb_dataset parts[2] = {{.shape = {.labels = true}}, {.shape = {0}}};
    mpb_shard_entry entries[2] = {0};
    mpb_dataset read = {0};
    mpb_shard_info info;

    fill_info("classification", &info);
    for (size_t i = 0; i < 2; i++) {
        add_row(&parts[i], &r);
        mpb_shard_name(i, 2, entries[i].file);
        CHECK_OK(mpb_shard_write(folder, &info, &parts[i], &entries[i]));
        mpb_dataset_clear(&parts[i]);
    }
    CHECK_OK(mpb_shards_write_manifest(folder, &info, entries, 2));
    CHECK_FAILS(mpb_shards_read(folder, HASH, MPB_TOKENS_IN_MEMORY, &read), MPB_ERR_DATA,
                "the shard lacks labels");
    CHECK(strstr(mpb_status_last(), entries[1].file) != NULL);
    mpb_shard_info_clear(&info);
}

/* Every byte of the file is under the hash of the manifest. */
static void damaged_targets_are_refused(const char *folder)
{
    const row r = make_row(1);
    mpb_dataset dataset = {.shape = {.token_labels = true, .characters = true}};
    mpb_dataset read = {0};
    mpb_buffer bytes = {0};
    char path[MPB_PATH_SIZE];

    add_row(&dataset, &r);
    write(folder, "token", &dataset);
    scratch_path(folder, "shard-00000-of-00001.h5", path);
    CHECK_OK(mpb_file_read(path, &bytes));
    for (size_t i = 0; i < bytes.size; i += 911) {
        bytes.data[i] ^= 1;
        CHECK_OK(mpb_file_replace(path, bytes.data, bytes.size));
        CHECK_FAILS(mpb_shards_read(folder, HASH, MPB_TOKENS_IN_MEMORY, &read), MPB_ERR_DATA,
                    "is damaged: its SHA-256");
        bytes.data[i] ^= 1;
    }
    mpb_buffer_clear(&bytes);
    mpb_dataset_clear(&dataset);
}

static void shards_without_a_sequence_are_refused(const char *folder)
{
    const mpb_dataset nothing = {.shape = {.labels = true}};
    mpb_dataset read = {0};

    write(folder, "classification", &nothing);
    CHECK_FAILS(mpb_shards_read(folder, HASH, MPB_TOKENS_IN_MEMORY, &read), MPB_ERR_DATA,
                "hold no sequence");
    CHECK(read.offsets == NULL);
}

int main(void)
{
    char folder[MPB_PATH_SIZE];

    scratch_make(folder);
    scores_are_some_numbers_and_labels_are_one_each(folder);
    targets_are_read_back_as_they_were_written(folder);
    labels_of_tokens_that_do_not_exist_are_refused(folder);
    answers_outside_their_sequence_are_refused(folder);
    a_question_is_kept_once_for_all_of_its_chunks(folder);
    an_answer_is_cut_out_by_code_points();
    references_that_are_not_at_their_place_are_refused(folder);
    the_right_choice_is_one_of_its_question(folder);
    shards_with_other_targets_than_the_first_are_refused(folder);
    damaged_targets_are_refused(folder);
    shards_without_a_sequence_are_refused(folder);
    CHECK_OK(mpb_path_remove(folder));
    return 0;
}
