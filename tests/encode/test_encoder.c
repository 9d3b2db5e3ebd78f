/* From records to token sequences of each task; tiny_vocabulary.h names the tokens. */

#include "mpibert/encode/encoder.h"

#include "tiny_vocabulary.h"

enum { UNKNOWN = 1, C = TINY_CLS, S = TINY_SEP, A = TINY_A, B = TINY_B };

/* What one test works with. */
typedef struct bench {
    mpb_tokenizer *tokenizer;
    mpb_encode_options options;
    mpb_encoder *encoder;
    mpb_dataset dataset;
} bench;

/* An encoder of the task, with sequences of up to `length`; change options, then call start. */
static void set_up(mpb_task task, size_t length, bench *b)
{
    *b = (bench){.options = {.max_seq_length = length, .task = task}};
    tiny_tokenizer(&b->tokenizer);
    b->options.tokenizer = b->tokenizer;
}

static void start(bench *b)
{
    mpb_encoder_destroy(&b->encoder);
    mpb_dataset_clear(&b->dataset);
    CHECK_OK(mpb_encoder_create(&b->options, &b->encoder));
    b->dataset.shape = mpb_encoder_shape(b->encoder);
}

static void tear_down(bench *b)
{
    mpb_encoder_destroy(&b->encoder);
    mpb_dataset_clear(&b->dataset);
    mpb_tokenizer_destroy(&b->tokenizer);
}

static mpb_record record_of(const char *text, const char *text_b)
{
    return (mpb_record){.text = text,
                        .size = strlen(text),
                        .text_b = text_b,
                        .size_b = text_b == NULL ? 0 : strlen(text_b),
                        .place = {.name = "DATA", .line = 7}};
}

static mpb_status add(bench *b, const mpb_record *record, uint64_t document)
{
    return mpb_encoder_add(b->encoder, record, document, &b->dataset);
}

static void add_text(bench *b, const char *text, const char *text_b)
{
    const mpb_record record = record_of(text, text_b);

    CHECK_OK(add(b, &record, 5));
}

/* "w0 w1 ... ", `count` words. */
static const char *words(size_t count)
{
    static char text[8 * TINY_NUM_WORDS];
    size_t used = 0;

    CHECK(count <= TINY_NUM_WORDS);
    text[0] = '\0';
    for (size_t i = 0; i < count; i++) {
        used += (size_t)snprintf(text + used, sizeof(text) - used, "w%zu ", i);
    }
    return text;
}

/* The token of the word w0, w1, ... */
#define W(number) (TINY_W0 + (number))
/* Sequence i is these tokens. */
#define CHECK_TOKENS(b, i, ...)                                                                    \
    check_tokens((b), (i), (const uint32_t[]){__VA_ARGS__},                                        \
                 sizeof((const uint32_t[]){__VA_ARGS__}) / sizeof(uint32_t), __LINE__)

static void check_tokens(const bench *b, size_t i, const uint32_t *want, size_t count, int line)
{
    const mpb_dataset *d = &b->dataset;
    bool equal = i < d->num_sequences && d->offsets[i + 1] - d->offsets[i] == count &&
                 memcmp(d->tokens + d->offsets[i], want, count * sizeof(*want)) == 0;

    if (!equal) {
        fprintf(stderr, "line %d: sequence %zu of %zu has other tokens\n", line, i,
                d->num_sequences);
        exit(EXIT_FAILURE);
    }
}

static void check_truncation(bench *b, mpb_truncation want)
{
    mpb_truncation got = mpb_encoder_take_truncation(b->encoder);

    CHECK(got.texts == want.texts && got.truncated_texts == want.truncated_texts);
    CHECK(got.tokens == want.tokens && got.tokens_cut == want.tokens_cut);
    CHECK(got.targets == want.targets && got.targets_cut == want.targets_cut);
    CHECK(got.skipped == want.skipped);
}

/* --- texts */

static void a_text_that_is_too_long_loses_its_end(void)
{
    bench b;

    set_up(MPB_TASK_CLASSIFICATION, 5, &b);
    start(&b);
    add_text(&b, "w0 w1 w2", NULL);
    add_text(&b, "w0 w1 w2 w3 w4", NULL);
    add_text(&b, "", NULL);
    CHECK_TOKENS(&b, 0, C, W(0), W(1), W(2), S);
    CHECK_TOKENS(&b, 1, C, W(0), W(1), W(2), S);
    CHECK_TOKENS(&b, 2, C, S);
    CHECK(b.dataset.segment_b[0] == 5 && b.dataset.segment_b[2] == 2);
    CHECK(b.dataset.document[0] == 5 && b.dataset.chunk[1] == 0);
    CHECK_TEXT(b.dataset.ids.items[0], "5");
    check_truncation(
        &b, (mpb_truncation){.texts = 3, .truncated_texts = 1, .tokens = 8, .tokens_cut = 2});
    check_truncation(&b, (mpb_truncation){0});
    tear_down(&b);
}

/* The longer text is cut first, as transformers' longest_first does. */
static void a_pair_that_is_too_long_loses_from_the_longer_text(void)
{
    bench b;

    set_up(MPB_TASK_CLASSIFICATION, 8, &b);
    start(&b);
    add_text(&b, "w0 w1 w2 w3 w4 w5", "w10 w11");
    CHECK_TOKENS(&b, 0, C, W(0), W(1), W(2), S, W(10), W(11), S);
    CHECK(b.dataset.segment_b[0] == 5);
    check_truncation(
        &b, (mpb_truncation){.texts = 1, .truncated_texts = 1, .tokens = 8, .tokens_cut = 3});
    add_text(&b, "", "");
    CHECK_TOKENS(&b, 1, C, S, S);
    CHECK(b.dataset.segment_b[1] == 2);
    tear_down(&b);
}

/* The accent has two bytes and is no token of the vocabulary. */
static void texts_are_cut_to_code_points(void)
{
    bench b;

    set_up(MPB_TASK_CLASSIFICATION, 16, &b);
    b.options.max_chars = 7;
    start(&b);
    add_text(&b, "\xC3\xA9 w1 w2 w3", "w4 w5 w6 w7");
    CHECK_TOKENS(&b, 0, C, UNKNOWN, W(1), W(2), S, W(4), W(5), UNKNOWN, S);
    check_truncation(&b, (mpb_truncation){.texts = 1, .tokens = 6});
    tear_down(&b);
}

static void noise_is_removed_before_characters_are_counted(void)
{
    bench b;

    set_up(MPB_TASK_CLASSIFICATION, 16, &b);
    b.options.noise = (mpb_noise){true, true, true};
    b.options.max_chars = 5;
    start(&b);
    add_text(&b, "From: w9\n\n> w8\nw1 w2 w3\n--\nw7", "Subject: w9\n\nw4");
    CHECK_TOKENS(&b, 0, C, W(1), W(2), S, W(4), S);
    add_text(&b, "no header, so that nothing stays", NULL);
    CHECK_TOKENS(&b, 1, C, S);
    tear_down(&b);
}

/* --- chunks */

static void chunks_share_the_stride(void)
{
    bench b;

    set_up(MPB_TASK_CLASSIFICATION, 8, &b);
    b.options.chunk = true;
    b.options.stride = 2;
    start(&b);
    add_text(&b, words(14), NULL);
    CHECK(b.dataset.num_sequences == 3);
    CHECK_TOKENS(&b, 0, C, W(0), W(1), W(2), W(3), W(4), W(5), S);
    CHECK_TOKENS(&b, 1, C, W(4), W(5), W(6), W(7), W(8), W(9), S);
    CHECK_TOKENS(&b, 2, C, W(8), W(9), W(10), W(11), W(12), W(13), S);
    for (uint32_t i = 0; i < 3; i++) {
        CHECK(b.dataset.document[i] == 5 && b.dataset.chunk[i] == i);
        CHECK(b.dataset.segment_b[i] == 8);
        CHECK_TEXT(b.dataset.ids.items[i], "5");
    }
    check_truncation(&b, (mpb_truncation){.texts = 1, .tokens = 14});
    tear_down(&b);
}

static void chunks_can_be_counted_by_their_step(void)
{
    bench b;

    set_up(MPB_TASK_CLASSIFICATION, 8, &b);
    b.options.chunk = true;
    b.options.stride = 5;
    b.options.stride_is_step = true;
    start(&b);
    add_text(&b, words(12), NULL);
    CHECK(b.dataset.num_sequences == 3);
    CHECK_TOKENS(&b, 0, C, W(0), W(1), W(2), W(3), W(4), W(5), S);
    CHECK_TOKENS(&b, 1, C, W(5), W(6), W(7), W(8), W(9), W(10), S);
    CHECK_TOKENS(&b, 2, C, W(10), W(11), S);
    tear_down(&b);
}

/* The number of chunks that tokenizers gives for `count` tokens: windows of `room` from every
 * multiple of `step`, until one reaches the end. */
static size_t expected_chunks(size_t count, size_t room, size_t step)
{
    size_t chunks = 1;

    for (size_t from = 0; from + room < count; from += step) {
        chunks++;
    }
    return chunks;
}

/* Of a text of 0, 1, ... tokens every token is in a chunk, and neighbours share what they should.
 * */
static void every_token_is_in_a_chunk(void)
{
    enum { LENGTH = 9, ROOM = LENGTH - 2 };

    bench b;

    set_up(MPB_TASK_CLASSIFICATION, LENGTH, &b);
    b.options.chunk = true;
    for (size_t stride = 0; stride <= LENGTH - 3; stride++) {
        for (int mode = 0; mode < 2; mode++) {
            size_t step = mode == 1 ? stride : ROOM - stride;

            if (step == 0 || (mode == 0 && stride == LENGTH - 3)) {
                continue;
            }
            b.options.stride = stride;
            b.options.stride_is_step = mode == 1;
            for (size_t count = 0; count <= TINY_NUM_WORDS; count++) {
                const mpb_dataset *d = &b.dataset;

                start(&b);
                add_text(&b, words(count), NULL);
                CHECK(d->num_sequences == expected_chunks(count, ROOM, step));
                for (size_t i = 0; i < d->num_sequences && count > 0; i++) {
                    size_t end = i * step + ROOM < count ? i * step + ROOM : count;

                    CHECK(d->offsets[i + 1] - d->offsets[i] == end - i * step + 2);
                    CHECK(d->tokens[d->offsets[i] + 1] == W(i * step));
                    CHECK(d->tokens[d->offsets[i + 1] - 2] == W(end - 1));
                }
                check_truncation(&b, (mpb_truncation){.texts = 1, .tokens = count});
            }
        }
    }
    tear_down(&b);
}

static void chunks_and_the_texts_that_became_them_are_counted(void)
{
    mpb_truncation got;
    bench b;

    set_up(MPB_TASK_CLASSIFICATION, 5, &b);
    b.options.chunk = true;
    b.options.stride = 1;
    start(&b);
    add_text(&b, "w0 w1 w2", NULL);
    add_text(&b, "w0 w1 w2 w3", NULL);
    add_text(&b, "w0 w1 w2 w3 w4 w5", NULL);
    got = mpb_encoder_take_truncation(b.encoder);
    CHECK(b.dataset.num_sequences == 6);
    CHECK(got.texts == 3 && got.chunked_texts == 2 && got.chunks == 5);
    tear_down(&b);
}

static void the_default_stride_fits_every_length(void)
{
    bench b;

    CHECK(mpb_default_stride(128) == 42 && mpb_default_stride(384) == 128);
    CHECK(mpb_default_stride(512) == 128);
    set_up(MPB_TASK_CLASSIFICATION, 5, &b);
    b.options.chunk = true;
    for (size_t length = 5; length <= 512; length++) {
        b.options.max_seq_length = length;
        b.options.stride = mpb_default_stride(length);
        for (int mode = 0; mode < 2; mode++) {
            b.options.stride_is_step = mode == 1;
            start(&b);
        }
    }
    tear_down(&b);
}

/* The first text stands in every chunk, the second moves on. */
static void the_second_text_of_a_pair_becomes_chunks(void)
{
    bench b;

    set_up(MPB_TASK_CLASSIFICATION, 10, &b);
    b.options.chunk = true;
    b.options.stride = 2;
    start(&b);
    add_text(&b, "w20 w21", words(12));
    CHECK(b.dataset.num_sequences == 4);
    CHECK_TOKENS(&b, 0, C, W(20), W(21), S, W(0), W(1), W(2), W(3), W(4), S);
    CHECK_TOKENS(&b, 1, C, W(20), W(21), S, W(3), W(4), W(5), W(6), W(7), S);
    CHECK_TOKENS(&b, 3, C, W(20), W(21), S, W(9), W(10), W(11), S);
    CHECK(b.dataset.segment_b[0] == 4 && b.dataset.segment_b[3] == 4);
    check_truncation(&b, (mpb_truncation){.texts = 1, .tokens = 14});
    b.options.stride = 3;
    b.options.stride_is_step = true;
    start(&b);
    add_text(&b, "w20 w21", words(12));
    CHECK_TOKENS(&b, 3, C, W(20), W(21), S, W(9), W(10), W(11), S);
    add_text(&b, "w20 w21", "w0 w1 w2 w3 w4"); /* just fits */
    CHECK(b.dataset.num_sequences == 5);
    tear_down(&b);
}

static void a_long_first_text_of_a_pair_leaves_half_of_the_room(void)
{
    bench b;

    set_up(MPB_TASK_CLASSIFICATION, 10, &b);
    b.options.chunk = true;
    start(&b);
    add_text(&b, words(9), "w20 w21 w22 w23 w24");
    CHECK(b.dataset.num_sequences == 2);
    CHECK_TOKENS(&b, 0, C, W(0), W(1), W(2), S, W(20), W(21), W(22), W(23), S);
    CHECK_TOKENS(&b, 1, C, W(0), W(1), W(2), S, W(24), S);
    check_truncation(
        &b, (mpb_truncation){.texts = 1, .truncated_texts = 1, .tokens = 14, .tokens_cut = 6});
    tear_down(&b);
}

/* Of 7 places, 4 are shared by neighbours: the first text may take 2, so that chunks advance by 1.
 * */
static void a_first_text_gives_way_to_the_stride(void)
{
    bench b;

    set_up(MPB_TASK_CLASSIFICATION, 10, &b);
    b.options.chunk = true;
    b.options.stride = 4;
    start(&b);
    add_text(&b, words(9), "w20 w21 w22 w23 w24 w25");
    CHECK(b.dataset.num_sequences == 2);
    CHECK_TOKENS(&b, 0, C, W(0), W(1), S, W(20), W(21), W(22), W(23), W(24), S);
    CHECK_TOKENS(&b, 1, C, W(0), W(1), S, W(21), W(22), W(23), W(24), W(25), S);
    start(&b);
    add_text(&b, words(9), "w20 w21"); /* leaves the first text 5 places */
    CHECK(b.dataset.num_sequences == 1);
    CHECK_TOKENS(&b, 0, C, W(0), W(1), W(2), W(3), W(4), S, W(20), W(21), S);
    tear_down(&b);
}

static void sizes_that_leave_no_room_are_refused(void)
{
    bench b;

    set_up(MPB_TASK_CLASSIFICATION, 4, &b);
    CHECK_FAILS(mpb_encoder_create(&b.options, &b.encoder), MPB_ERR_CONFIG,
                "model.max_seq_length 4 leaves no room for text, at least 5 was expected");
    b.options.max_seq_length = 10;
    b.options.stride = 7;
    start(&b); /* without chunks it has no meaning */
    mpb_encoder_destroy(&b.encoder);
    b.options.chunk = true;
    CHECK_FAILS(mpb_encoder_create(&b.options, &b.encoder), MPB_ERR_CONFIG,
                "data.stride is 7, less than the 7 tokens of text in a sequence was expected");
    b.options.stride_is_step = true;
    start(&b);
    tear_down(&b);
}

/* --- targets of texts */

static void a_class_is_a_number_in_label_order(void)
{
    static const char *const yes[] = {"yes"};
    static const char *const other[] = {"other"};
    char *names[] = {"no", "yes"};
    const mpb_strings label_names = {names, 2, 2};
    mpb_record record = record_of(words(9), NULL);
    bench b;

    set_up(MPB_TASK_CLASSIFICATION, 8, &b);
    b.options.labelled = true;
    b.options.chunk = true;
    b.options.label_names = &label_names;
    start(&b);
    record.labels = yes;
    record.num_labels = 1;
    record.id = "q7";
    CHECK_OK(add(&b, &record, 0));
    record.labels = other;
    CHECK_OK(add(&b, &record, 1));
    record.num_labels = 0;
    CHECK_OK(add(&b, &record, 2));
    CHECK(b.dataset.num_sequences == 6);
    for (size_t i = 0; i < 6; i++) {
        CHECK(b.dataset.labels[i] == (i < 2 ? 1 : -1));
        CHECK_TEXT(b.dataset.ids.items[i], "q7");
    }
    tear_down(&b);
}

static void several_labels_are_zeros_and_ones(void)
{
    static const char *const labels[] = {"z", "x"};
    static const float want[9] = {1, 0, 1, 0, 0, 0, 0, 0, 1};
    char *names[] = {"x", "y", "z"};
    const mpb_strings label_names = {names, 3, 3};
    mpb_record record = record_of("w1", NULL);
    bench b;

    set_up(MPB_TASK_MULTILABEL, 8, &b);
    b.options.labelled = true;
    b.options.label_names = &label_names;
    start(&b);
    CHECK(b.dataset.shape.value_width == 3);
    for (size_t count = 3; count-- > 0;) {
        record.labels = labels;
        record.num_labels = count == 1 ? 0 : count == 0 ? 1 : 2;
        CHECK_OK(add(&b, &record, count));
    }
    CHECK(memcmp(b.dataset.values, want, sizeof(want)) == 0);
    tear_down(&b);
}

/* Of two texts with one each, or of one with two. */
static void scores_are_numbers(size_t num_scores)
{
    static const char *const labels[] = {"-1.25e1", "3"};
    mpb_record record = record_of("w1", NULL);
    bench b;

    set_up(MPB_TASK_REGRESSION, 8, &b);
    b.options.labelled = true;
    b.options.num_scores = num_scores;
    start(&b);
    record.num_labels = num_scores;
    for (size_t i = 0; i < 2; i += num_scores) {
        record.labels = labels + i;
        CHECK_OK(add(&b, &record, i));
    }
    CHECK(b.dataset.shape.value_width == num_scores);
    CHECK(b.dataset.values[0] == -12.5f && b.dataset.values[1] == 3.0f);
    tear_down(&b);
}

/* --- words */

/* "w0", "w1ab", "\xC3\xA9" (no token of the vocabulary: [UNK]), "w2a", "w3"; two blanks once. */
static const char SENTENCE[] = "w0 w1ab  \xC3\xA9 w2a w3";
static const mpb_span SPANS[5] = {{0, 2}, {3, 7}, {9, 11}, {12, 15}, {16, 18}};
static const char *const TAGS[5] = {"O", "B-PER", "I-PER", "B-LOC", "U-LOC"};

static mpb_record sentence(size_t num_labels)
{
    mpb_record record = record_of(SENTENCE, NULL);

    record.words = SPANS;
    record.num_words = 5;
    record.labels = TAGS;
    record.num_labels = num_labels;
    return record;
}

static void set_up_words(size_t length, bench *b)
{
    static char *names[] = {"B-LOC", "B-PER", "I-PER", "O", "U-LOC"};
    static const mpb_strings label_names = {names, 5, 5};

    set_up(MPB_TASK_TOKEN, length, b);
    b->options.labelled = true;
    b->options.label_names = &label_names;
}

static void check_labels(const bench *b, size_t i, const int32_t *want, size_t count)
{
    const mpb_dataset *d = &b->dataset;

    CHECK(d->offsets[i + 1] - d->offsets[i] == count);
    CHECK(memcmp(d->token_labels + d->offsets[i], want, count * sizeof(*want)) == 0);
}

enum { N = MPB_NO_LABEL };

static void labels_stand_on_the_first_token_of_their_words(void)
{
    static const int32_t labels[10] = {N, 3, 1, N, N, 2, 0, N, 4, N};
    static const uint32_t start_at[10] = {0, 0, 3, 5, 6, 9, 11, 13, 15, 0};
    static const uint32_t end_at[10] = {0, 2, 5, 6, 7, 10, 13, 14, 17, 0};
    const mpb_record record = sentence(5);
    bench b;

    set_up_words(12, &b);
    start(&b);
    CHECK_OK(add(&b, &record, 0));
    CHECK_TOKENS(&b, 0, C, W(0), W(1), A, B, UNKNOWN, W(2), A, W(3), S);
    check_labels(&b, 0, labels, 10);
    CHECK(memcmp(b.dataset.char_start, start_at, sizeof(start_at)) == 0);
    CHECK(memcmp(b.dataset.char_end, end_at, sizeof(end_at)) == 0);
    CHECK(b.dataset.segment_b[0] == 10);
    check_truncation(&b, (mpb_truncation){.texts = 1, .tokens = 8, .targets = 3});
    tear_down(&b);
}

static const char *text_of(const bench *b, size_t i)
{
    return mpb_questions_get(&b->dataset.questions, b->dataset.question[i]).context;
}

static void words_without_labels_are_marked_and_their_text_is_kept(void)
{
    static const int32_t marks[10] = {N, 0, 0, N, N, 0, 0, N, 0, N};
    const mpb_record unlabelled = sentence(0);
    const mpb_record labelled = sentence(5);
    bench b;

    set_up_words(12, &b);
    b.options.labelled = false;
    start(&b);
    CHECK_OK(add(&b, &unlabelled, 0));
    CHECK_OK(add(&b, &labelled, 1));
    CHECK_TOKENS(&b, 0, C, W(0), W(1), A, B, UNKNOWN, W(2), A, W(3), S);
    for (size_t i = 0; i < 2; i++) {
        check_labels(&b, i, marks, 10);
        CHECK_TEXT(text_of(&b, i), SENTENCE);
    }
    check_truncation(&b, (mpb_truncation){.texts = 2, .tokens = 16});
    tear_down(&b);
}

/* Windows of four tokens that share one, which begin with a word. */
static void a_text_without_labels_is_split_into_words_by_the_tokenizer(void)
{
    static const int32_t first[6] = {N, 0, 0, N, N, N};
    static const int32_t last[6] = {N, 0, 0, N, 0, N};
    const mpb_record record = record_of("w0 w1ab  \xC3\xA9 w2a w3", NULL);
    bench b;

    set_up_words(6, &b);
    b.options.labelled = false;
    b.options.chunk = true;
    b.options.stride = 1;
    start(&b);
    CHECK_OK(add(&b, &record, 0));
    CHECK(b.dataset.num_sequences == 3);
    CHECK_TOKENS(&b, 0, C, W(0), W(1), A, B, S);
    CHECK_TOKENS(&b, 2, C, UNKNOWN, W(2), A, W(3), S);
    check_labels(&b, 0, first, 6);
    check_labels(&b, 2, last, 6);
    CHECK(b.dataset.questions.count == 1);
    CHECK_TEXT(text_of(&b, 2), record.text);
    tear_down(&b);
}

/* An entity is cut where the first token of its last word is; a word that is cut in two keeps its
 * label. */
static void entities_that_are_cut_are_counted(void)
{
    static const uint64_t cut[9] = {3, 3, 3, 3, 3, 2, 1, 1, 0}; /* by the tokens that are kept */
    const mpb_record record = sentence(5);
    bench b;

    for (size_t kept = 3; kept <= 8; kept++) {
        set_up_words(kept + 2, &b);
        start(&b);
        CHECK_OK(add(&b, &record, 0));
        CHECK(b.dataset.num_sequences == 1 && b.dataset.offsets[1] == kept + 2);
        check_truncation(&b, (mpb_truncation){.texts = 1,
                                              .truncated_texts = kept < 8,
                                              .tokens = 8,
                                              .tokens_cut = 8 - kept,
                                              .targets = 3,
                                              .targets_cut = cut[kept]});
        tear_down(&b);
    }
}

/* IOB1 begins an entity with I-, unless one of its type stands right before; IOBES ends it with E-;
 * parts of speech are no entities. */
static void entities_are_counted_in_every_scheme(void)
{
    static const struct {
        const char *tags[5];
        uint64_t entities;
    } cases[] = {
        {{"I-PER", "I-PER", "B-PER", "I-LOC", "O"}, 3},
        {{"B-PER", "E-PER", "S-PER", "B-LOC", "L-LOC"}, 3},
        {{"NOUN", "B", "X-PER", "PUNCT", "O"}, 0},
    };
    mpb_strings names = {0};
    bench b;

    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        mpb_record record = sentence(5);

        record.labels = cases[i].tags;
        for (size_t k = 0; k < 5; k++) {
            CHECK_OK(mpb_strings_add(&names, cases[i].tags[k], strlen(cases[i].tags[k])));
        }
        set_up_words(12, &b);
        b.options.label_names = &names;
        start(&b);
        CHECK_OK(add(&b, &record, 0));
        check_truncation(&b,
                         (mpb_truncation){.texts = 1, .tokens = 8, .targets = cases[i].entities});
        tear_down(&b);
    }
    mpb_strings_clear(&names);
}

/* Tokens w0 | w1 ##a ##b | [UNK] | w2 ##a | w3 in windows of 4 that share one: the second would
 * begin with ##b, and begins with w1 instead. */
static void windows_begin_with_a_word(void)
{
    static const int32_t second[6] = {N, 1, N, N, 2, N};
    const mpb_record record = sentence(5);
    bench b;

    set_up_words(6, &b);
    b.options.chunk = true;
    b.options.stride = 1;
    start(&b);
    CHECK_OK(add(&b, &record, 0));
    CHECK_TOKENS(&b, 0, C, W(0), W(1), A, B, S);
    CHECK_TOKENS(&b, 1, C, W(1), A, B, UNKNOWN, S);
    CHECK_TOKENS(&b, 2, C, UNKNOWN, W(2), A, W(3), S);
    CHECK(b.dataset.num_sequences == 3);
    check_labels(&b, 1, second, 6);
    check_truncation(&b, (mpb_truncation){.texts = 1, .tokens = 8, .targets = 3});
    tear_down(&b);
}

/* Five words in windows of three: 0-2 and 3-4 without a stride, 0-2 and 2-4 with one of 1. */
static void an_entity_is_out_of_reach_where_no_chunk_holds_it_whole(void)
{
    static const mpb_span spans[5] = {{0, 2}, {3, 5}, {6, 8}, {9, 11}, {12, 14}};
    static const struct {
        const char *tags[5];
        size_t stride;
        uint64_t entities;
        uint64_t cut;
    } cases[] = {
        {{"B-X", "I-X", "I-X", "O", "O"}, 0, 1, 0},
        {{"O", "O", "B-X", "I-X", "O"}, 0, 1, 1},
        {{"O", "O", "B-X", "I-X", "O"}, 1, 1, 0},
        {{"O", "B-X", "I-X", "I-X", "O"}, 1, 1, 1},
        {{"I-X", "I-Y", "B-Y", "S-X", "O"}, 0, 4, 0},
        {{"B-X", "I-X", "I-X", "I-X", "B-X"}, 1, 2, 1},
        {{"B-X", "I-X", "I-X", "I-X", "I-X"}, 0, 1, 1},
        {{"O", "O", "O", "O", "O"}, 0, 0, 0},
    };
    mpb_strings names = {0};
    bench b;

    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        mpb_record record = record_of("w0 w1 w2 w3 w4", NULL);

        record.words = spans;
        record.num_words = 5;
        record.labels = cases[i].tags;
        record.num_labels = 5;
        set_up_words(5, &b);
        b.options.chunk = true;
        b.options.stride = cases[i].stride;
        b.options.label_names = &names;
        start(&b);
        CHECK_OK(add(&b, &record, 0));
        CHECK(b.dataset.num_sequences == 2);
        check_truncation(&b, (mpb_truncation){.texts = 1,
                                              .tokens = 5,
                                              .targets = cases[i].entities,
                                              .targets_cut = cases[i].cut});
        tear_down(&b);
    }
}

/* A word longer than a window. */
static void a_word_longer_than_a_window_does_not_hold_it_up(void)
{
    static const mpb_span span = {0, 9};
    static const int32_t second[5] = {N, N, N, N, N};
    mpb_record record = record_of("w1abababa", NULL);
    bench b;

    set_up_words(5, &b);
    b.options.chunk = true;
    b.options.stride = 1;
    start(&b);
    record.words = &span;
    record.num_words = 1;
    record.labels = TAGS + 1;
    record.num_labels = 1;
    CHECK_OK(add(&b, &record, 0));
    CHECK_TOKENS(&b, 0, C, W(1), A, B, S);
    CHECK_TOKENS(&b, 1, C, B, A, B, S);
    CHECK_TOKENS(&b, 2, C, B, A, B, S);
    CHECK_TOKENS(&b, 3, C, B, A, S);
    CHECK(b.dataset.num_sequences == 4);
    check_labels(&b, 1, second, 5);
    tear_down(&b);
}

/* --- questions */

/* The answer is words [from, to) of words(count). */
static mpb_record question(const char *text, size_t count, size_t from, size_t to,
                           mpb_answer *answer)
{
    const char *context = words(count);
    mpb_record record = record_of(text, context);
    char first[8];
    char last[8];
    const char *begin;

    snprintf(first, sizeof(first), "w%zu ", from);
    snprintf(last, sizeof(last), "w%zu ", to - 1);
    begin = strstr(context, first);
    *answer = (mpb_answer){.text = begin,
                           .size = (size_t)(strstr(context, last) - begin) + strlen(last) - 1,
                           .start = (uint64_t)(begin - context)};
    record.is_question = true;
    record.answers = answer;
    record.num_answers = 1;
    return record;
}

static void set_up_questions(size_t length, size_t stride, bench *b)
{
    set_up(MPB_TASK_QA, length, b);
    b->options.labelled = true;
    b->options.stride = stride;
    start(b);
}

/* Windows of 5 that share 2: w0-w4, w3-w7, w6-w10. The answer w3 w4 is whole in the first two. */
static void an_answer_is_found_in_every_window_that_holds_all_of_it(void)
{
    static const int32_t first[3] = {7, 4, 0};
    static const int32_t last[3] = {8, 5, 0};
    mpb_answer answer;
    mpb_record record = question("w20 w21", 11, 3, 5, &answer);
    bench b;

    set_up_questions(10, 2, &b);
    CHECK_OK(add(&b, &record, 5));
    CHECK(b.dataset.num_sequences == 3);
    CHECK_TOKENS(&b, 0, C, W(20), W(21), S, W(0), W(1), W(2), W(3), W(4), S);
    CHECK_TOKENS(&b, 1, C, W(20), W(21), S, W(3), W(4), W(5), W(6), W(7), S);
    CHECK_TOKENS(&b, 2, C, W(20), W(21), S, W(6), W(7), W(8), W(9), W(10), S);
    CHECK(memcmp(b.dataset.answer_start, first, sizeof(first)) == 0);
    CHECK(memcmp(b.dataset.answer_end, last, sizeof(last)) == 0);
    for (uint32_t i = 0; i < 3; i++) {
        CHECK(b.dataset.chunk[i] == i && b.dataset.segment_b[i] == 4);
    }
    CHECK(b.dataset.char_start[b.dataset.offsets[1] + 4] == 9); /* "w3" in "w0 w1 w2 w3" */
    check_truncation(&b, (mpb_truncation){.texts = 1, .tokens = 13, .targets = 1});
    tear_down(&b);
}

/* Six tokens are in no window of five. */
static void an_answer_that_no_window_holds_is_out_of_reach(void)
{
    mpb_answer answer;
    mpb_record record = question("w20 w21", 11, 3, 9, &answer);
    bench b;

    set_up_questions(10, 2, &b);
    CHECK_OK(add(&b, &record, 5));
    for (size_t i = 0; i < 3; i++) {
        CHECK(b.dataset.answer_start[i] == 0 && b.dataset.answer_end[i] == 0);
    }
    check_truncation(&b,
                     (mpb_truncation){.texts = 1, .tokens = 13, .targets = 1, .targets_cut = 1});
    record.num_answers = 0;
    CHECK_OK(add(&b, &record, 6));
    check_truncation(&b, (mpb_truncation){.texts = 1, .tokens = 13});
    tear_down(&b);
}

/* One token at each end of a window, and part of a token. */
static void answers_at_the_ends_of_a_window_are_found(void)
{
    mpb_answer answer;
    mpb_record record;
    bench b;

    for (size_t i = 0; i < 5; i++) {
        record = question("w20", 5, i, i + 1, &answer);
        set_up_questions(9, 0, &b);
        CHECK_OK(add(&b, &record, 0));
        CHECK(b.dataset.answer_start[0] == (int32_t)(3 + i));
        CHECK(b.dataset.answer_end[0] == (int32_t)(3 + i));
        tear_down(&b);
    }
    set_up_questions(9, 0, &b);
    record = record_of("w20", "w0ab w1");
    answer = (mpb_answer){.text = "0a", .size = 2, .start = 1};
    record.is_question = true;
    record.answers = &answer;
    record.num_answers = 1;
    CHECK_OK(add(&b, &record, 0));
    CHECK_TOKENS(&b, 0, C, W(20), S, W(0), A, B, W(1), S);
    CHECK(b.dataset.answer_start[0] == 3 && b.dataset.answer_end[0] == 4);
    tear_down(&b);
}

/* Code points, not bytes: the accent has two. */
static void answers_are_counted_in_code_points(void)
{
    const mpb_answer answers[2] = {{.text = "w\xC3\xA9 w2", .size = 6, .start = 2},
                                   {.text = "w3", .size = 2, .start = 8}};
    mpb_record record = record_of("w20", "\xC3\xA9 w\xC3\xA9 w2 w3");
    bench b;

    set_up_questions(12, 0, &b);
    record.is_question = true;
    record.answers = answers;
    record.num_answers = 2;
    CHECK_OK(add(&b, &record, 0));
    CHECK_TOKENS(&b, 0, C, W(20), S, UNKNOWN, UNKNOWN, W(2), W(3), S);
    CHECK(b.dataset.answer_start[0] == 4 && b.dataset.answer_end[0] == 5); /* the first answer */
    tear_down(&b);
}

static void the_context_and_all_answers_stay_with_their_question(void)
{
    const mpb_answer answers[2] = {{.text = "w3", .size = 2, .start = 9},
                                   {.text = "w0", .size = 2, .start = 0}};
    mpb_record record = record_of("w20", "w0 w1 w2 w3 w4 w5");
    mpb_question kept;
    bench b;

    set_up_questions(7, 0, &b);
    record.answers = answers;
    for (record.num_answers = 0; record.num_answers <= 2; record.num_answers++) {
        CHECK_OK(add(&b, &record, record.num_answers));
    }
    CHECK(b.dataset.num_sequences == 6 && b.dataset.questions.count == 3);
    CHECK(b.dataset.questions.contexts.names.count == 1);
    kept = mpb_dataset_sequence(&b.dataset, 5).question;
    CHECK_TEXT(kept.context, "w0 w1 w2 w3 w4 w5");
    CHECK(kept.num_answers == 2 && kept.starts[0] == 9 && kept.starts[1] == 0);
    CHECK_TEXT(kept.answers[0], "w3");
    CHECK_TEXT(kept.answers[1], "w0");
    CHECK(mpb_dataset_sequence(&b.dataset, 1).question.num_answers == 0);
    b.options.labelled = false;
    start(&b);
    CHECK_OK(add(&b, &record, 0));
    CHECK_TEXT(mpb_dataset_sequence(&b.dataset, 0).question.context, "w0 w1 w2 w3 w4 w5");
    CHECK(b.dataset.questions.answers.count == 0);
    tear_down(&b);
}

/* Windows of three words; the first answer is in none, the second one is whole in the second. */
static void a_question_is_out_of_reach_where_no_answer_is_whole_in_a_window(void)
{
    const mpb_answer answers[2] = {{.text = "w1 w2 w3 w4", .size = 11, .start = 3},
                                   {.text = "w4 w5", .size = 5, .start = 12}};
    mpb_record record = record_of("w20", "w0 w1 w2 w3 w4 w5");
    bench b;

    set_up_questions(7, 0, &b);
    record.answers = answers;
    record.num_answers = 2;
    CHECK_OK(add(&b, &record, 0));
    check_truncation(&b, (mpb_truncation){.texts = 1, .tokens = 7, .targets = 1});
    record.num_answers = 1;
    CHECK_OK(add(&b, &record, 1));
    check_truncation(&b, (mpb_truncation){.texts = 1, .tokens = 7, .targets = 1, .targets_cut = 1});
    tear_down(&b);
}

static void each_choice_is_a_sequence_behind_its_context(void)
{
    static const mpb_text choices[3] = {{"w5", 2}, {"w6 w7 w8", 8}, {"w9", 2}};
    static const char *const right[] = {"1"};
    mpb_record record = record_of("w0 w1 w2", "w3 w4");
    bench b;

    set_up(MPB_TASK_CHOICE, 9, &b);
    b.options.labelled = true;
    start(&b);
    record.choices = choices;
    record.num_choices = 3;
    record.labels = right;
    record.num_labels = 1;
    CHECK_OK(add(&b, &record, 7));
    CHECK_TOKENS(&b, 0, C, W(0), W(1), W(2), S, W(3), W(4), W(5), S);
    CHECK_TOKENS(&b, 1, C, W(0), W(1), W(2), S, W(3), W(4), W(6), S);
    CHECK_TOKENS(&b, 2, C, W(0), W(1), W(2), S, W(3), W(4), W(9), S);
    CHECK(b.dataset.num_sequences == 3);
    for (uint32_t i = 0; i < 3; i++) {
        CHECK(b.dataset.document[i] == 7 && b.dataset.chunk[i] == i);
        CHECK(b.dataset.labels[i] == 1 && b.dataset.segment_b[i] == 5);
    }
    check_truncation(
        &b, (mpb_truncation){.texts = 1, .truncated_texts = 1, .tokens = 20, .tokens_cut = 2});
    record.text_b = NULL;
    CHECK_OK(add(&b, &record, 8));
    CHECK_TOKENS(&b, 3, C, W(0), W(1), W(2), S, W(5), S);
    tear_down(&b);
}

static void a_context_with_a_nul_is_refused(void)
{
    mpb_record record = record_of("w20", "w0");
    bench b;

    set_up_questions(7, 0, &b);
    record.text_b = "w0\0w1";
    record.size_b = 5;
    CHECK_FAILS(add(&b, &record, 0), MPB_ERR_DATA,
                "the text holds U+0000, which cannot be kept (DATA, line 7)");
    CHECK(b.dataset.num_sequences == 0);
    tear_down(&b);
}

static void a_question_without_a_context_is_one_sequence(void)
{
    mpb_record record = record_of("w20", "");
    bench b;

    set_up_questions(9, 0, &b);
    record.is_question = true;
    CHECK_OK(add(&b, &record, 0));
    CHECK(b.dataset.num_sequences == 1);
    CHECK_TOKENS(&b, 0, C, W(20), S, S);
    tear_down(&b);
}

/* Beside the question the context must advance: 10 - 3 - 2 shared leaves 4 for the question and one
 * for the way. */
static void a_question_that_leaves_no_room_is_refused(void)
{
    mpb_record record = record_of(words(5), "w1");
    bench b;

    record.is_question = true;
    set_up_questions(10, 2, &b);
    CHECK_FAILS(add(&b, &record, 5), MPB_ERR_DATA,
                "question 5 has 5 tokens, at most 4 were expected beside data.stride 2 in "
                "model.max_seq_length 10 (DATA, line 7)");
    CHECK(b.dataset.num_sequences == 0);
    check_truncation(&b, (mpb_truncation){0});
    record.size = strlen("w0 w1 w2 w3");
    CHECK_OK(add(&b, &record, 5));
    tear_down(&b);
}

/* --- packed texts */

static void texts_are_packed_end_to_end(void)
{
    const char *const texts[] = {"w0 w1 w2", "", "w3", "w4 w5 w6 w7 w8 w9 w10 w11", "w12"};
    bench b;

    set_up(MPB_TASK_MLM, 7, &b);
    start(&b);
    for (size_t i = 0; i < 5; i++) {
        const mpb_record record = record_of(texts[i], NULL);

        CHECK_OK(add(&b, &record, 10 + i));
    }
    CHECK_OK(mpb_encoder_flush(b.encoder, &b.dataset));
    CHECK(b.dataset.num_sequences == 3);
    CHECK_TOKENS(&b, 0, C, W(0), W(1), W(2), S, W(3), S);
    CHECK_TOKENS(&b, 1, C, W(4), W(5), W(6), W(7), W(8), S);
    CHECK_TOKENS(&b, 2, C, W(9), W(10), W(11), S, W(12), S);
    tear_down(&b);
}

/* Nothing of a range goes on in the next; nothing is lost. */
static void what_waits_is_flushed(void)
{
    mpb_record record = record_of("w0 w1 w2", NULL);
    bench b;

    set_up(MPB_TASK_MLM, 7, &b);
    start(&b);
    CHECK_OK(add(&b, &record, 3));
    CHECK(b.dataset.num_sequences == 0);
    CHECK_OK(mpb_encoder_flush(b.encoder, &b.dataset));
    CHECK_OK(mpb_encoder_flush(b.encoder, &b.dataset));
    CHECK_OK(add(&b, &record, 4));
    CHECK_OK(mpb_encoder_flush(b.encoder, &b.dataset));
    CHECK(b.dataset.num_sequences == 2);
    CHECK_TOKENS(&b, 1, C, W(0), W(1), W(2), S);
    CHECK(b.dataset.document[0] == 3 && b.dataset.document[1] == 4);
    check_truncation(&b, (mpb_truncation){.texts = 2, .tokens = 6});
    tear_down(&b);
}

/* Texts of 13, 4, 1 and 6 words in sequences of 5 tokens: 5 | 5 | 3 [SEP] 1 | 3 [SEP] 1 | 5 | 1. */
static void a_packed_sequence_has_the_number_of_its_first_token(void)
{
    static const size_t lengths[4] = {13, 4, 1, 6};
    static const uint64_t document[6] = {0, 0, 0, 1, 3, 3};
    static const uint32_t chunk[6] = {0, 1, 2, 0, 0, 1};
    bench b;

    set_up(MPB_TASK_MLM, 7, &b);
    start(&b);
    for (size_t i = 0; i < 4; i++) {
        const mpb_record record = record_of(words(lengths[i]), NULL);

        CHECK_OK(add(&b, &record, i));
    }
    CHECK_OK(mpb_encoder_flush(b.encoder, &b.dataset));
    CHECK(b.dataset.num_sequences == 6);
    CHECK(memcmp(b.dataset.document, document, sizeof(document)) == 0);
    CHECK(memcmp(b.dataset.chunk, chunk, sizeof(chunk)) == 0);
    CHECK_TEXT(b.dataset.ids.items[3], "1");
    tear_down(&b);
}

/* --- pairs for pretraining */

enum { IS_NEXT, NOT_NEXT, DOCUMENT = 10 };

/* Three documents of ten sentences; sentence i of document d is the word w(10 d + i). */
static void add_documents(bench *b)
{
    for (uint64_t d = 0; d < 3; d++) {
        char text[8 * DOCUMENT] = "";
        size_t used = 0;
        mpb_record record;

        for (uint64_t i = 0; i < DOCUMENT; i++) {
            used += (size_t)snprintf(text + used, sizeof(text) - used, "w%d\n",
                                     (int)(DOCUMENT * d + i));
        }
        record = record_of(text, NULL);
        CHECK_OK(add(b, &record, d));
    }
    CHECK_OK(mpb_encoder_flush(b->encoder, &b->dataset));
}

static void set_up_pairs(uint64_t seed, bench *b)
{
    set_up(MPB_TASK_PRETRAINING, 8, b);
    b->options.seed = seed;
    start(b);
}

/* The word that token `at` of sequence i is. */
static uint32_t word_at(const bench *b, size_t i, size_t at)
{
    return b->dataset.tokens[b->dataset.offsets[i] + at] - TINY_W0;
}

/* Both texts go on word by word; the second goes on where the first ends, or is of another
 * document. */
static void check_pair(const bench *b, size_t i)
{
    const mpb_dataset *d = &b->dataset;
    size_t length = (size_t)(d->offsets[i + 1] - d->offsets[i]);
    size_t second = d->segment_b[i];
    uint32_t last_a = word_at(b, i, second - 2);

    CHECK(length <= 8 && second >= 3 && length >= second + 2);
    CHECK(d->tokens[d->offsets[i]] == C && d->tokens[d->offsets[i] + second - 1] == S);
    CHECK(d->tokens[d->offsets[i + 1] - 1] == S);
    for (size_t at = 2; at + 1 < length; at++) {
        bool goes_on = word_at(b, i, at) == word_at(b, i, at - 1) + 1;

        CHECK(goes_on || (at >= second - 1 && at <= second));
    }
    CHECK(last_a / DOCUMENT == d->document[i]);
    if (d->labels[i] == IS_NEXT) {
        CHECK(word_at(b, i, second) == last_a + 1);
    } else {
        CHECK(word_at(b, i, second) / DOCUMENT != d->document[i]);
    }
}

/* With each pair the document goes on behind the sentences that were used; of a pair of two
 * documents those are the first text's. */
static void check_nothing_is_lost(const bench *b)
{
    const mpb_dataset *d = &b->dataset;
    uint32_t next = 0;

    for (size_t i = 0; i < d->num_sequences; i++) {
        size_t used = d->labels[i] == IS_NEXT ? (size_t)(d->offsets[i + 1] - d->offsets[i]) - 2
                                              : d->segment_b[i] - 2;

        CHECK(word_at(b, i, 1) == next);
        CHECK(d->chunk[i] == 0 ? next % DOCUMENT == 0 : d->document[i] == d->document[i - 1]);
        next = word_at(b, i, used) + 1;
    }
    CHECK(next == 3 * DOCUMENT);
}

static void second_texts_go_on_or_are_of_another_document(void)
{
    size_t labels[2] = {0, 0};

    for (uint64_t seed = 0; seed < 40; seed++) {
        bench b;

        set_up_pairs(seed, &b);
        CHECK(b.dataset.shape.labels);
        add_documents(&b);
        for (size_t i = 0; i < b.dataset.num_sequences; i++) {
            check_pair(&b, i);
            labels[b.dataset.labels[i]]++;
        }
        check_nothing_is_lost(&b);
        tear_down(&b);
    }
    CHECK(labels[IS_NEXT] > 50 && labels[NOT_NEXT] > 50);
}

/* Draws depend on seed and document, not on what the encoder did before. */
static void equal_seeds_give_equal_pairs(void)
{
    bench a, b;
    size_t tokens;

    set_up_pairs(7, &a);
    set_up_pairs(7, &b);
    add_documents(&b);
    mpb_dataset_clear(&b.dataset);
    b.dataset.shape = mpb_encoder_shape(b.encoder);
    add_documents(&a);
    add_documents(&b);
    tokens = (size_t)a.dataset.offsets[a.dataset.num_sequences];
    CHECK(a.dataset.num_sequences == b.dataset.num_sequences);
    CHECK(tokens == b.dataset.offsets[b.dataset.num_sequences]);
    CHECK(memcmp(a.dataset.tokens, b.dataset.tokens, tokens * sizeof(*a.dataset.tokens)) == 0);
    tear_down(&b);
    tear_down(&a);
}

/* What is removed from texts is removed from these, too. */
static void pairs_are_made_of_texts_without_noise(void)
{
    mpb_record record = record_of("From: w9\n\nw1\n> w8\nw2\nw3 w4 w5", NULL);
    bench b;

    set_up(MPB_TASK_PRETRAINING, 8, &b);
    b.options.noise = (mpb_noise){.headers = true, .quotes = true};
    b.options.max_chars = 8;
    start(&b);
    CHECK_OK(add(&b, &record, 0));
    CHECK_OK(mpb_encoder_flush(b.encoder, &b.dataset));
    check_truncation(&b, (mpb_truncation){.texts = 3, .tokens = 3}); /* w1, w2 and w3 */
    tear_down(&b);
}

int main(void)
{
    a_text_that_is_too_long_loses_its_end();
    a_pair_that_is_too_long_loses_from_the_longer_text();
    texts_are_cut_to_code_points();
    noise_is_removed_before_characters_are_counted();
    chunks_share_the_stride();
    chunks_can_be_counted_by_their_step();
    every_token_is_in_a_chunk();
    chunks_and_the_texts_that_became_them_are_counted();
    the_default_stride_fits_every_length();
    the_second_text_of_a_pair_becomes_chunks();
    a_long_first_text_of_a_pair_leaves_half_of_the_room();
    a_first_text_gives_way_to_the_stride();
    sizes_that_leave_no_room_are_refused();
    a_class_is_a_number_in_label_order();
    several_labels_are_zeros_and_ones();
    scores_are_numbers(1);
    scores_are_numbers(2);
    labels_stand_on_the_first_token_of_their_words();
    words_without_labels_are_marked_and_their_text_is_kept();
    a_text_without_labels_is_split_into_words_by_the_tokenizer();
    entities_that_are_cut_are_counted();
    entities_are_counted_in_every_scheme();
    windows_begin_with_a_word();
    an_entity_is_out_of_reach_where_no_chunk_holds_it_whole();
    a_word_longer_than_a_window_does_not_hold_it_up();
    an_answer_is_found_in_every_window_that_holds_all_of_it();
    an_answer_that_no_window_holds_is_out_of_reach();
    answers_at_the_ends_of_a_window_are_found();
    answers_are_counted_in_code_points();
    the_context_and_all_answers_stay_with_their_question();
    a_question_is_out_of_reach_where_no_answer_is_whole_in_a_window();
    a_context_with_a_nul_is_refused();
    each_choice_is_a_sequence_behind_its_context();
    a_question_without_a_context_is_one_sequence();
    a_question_that_leaves_no_room_is_refused();
    texts_are_packed_end_to_end();
    what_waits_is_flushed();
    a_packed_sequence_has_the_number_of_its_first_token();
    second_texts_go_on_or_are_of_another_document();
    equal_seeds_give_equal_pairs();
    pairs_are_made_of_texts_without_noise();
    return 0;
}
