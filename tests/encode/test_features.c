/* Windows of questions and sequences of choices, beside those of transformers. */

#include <inttypes.h>

#include "check.h"
#include "mpibert/core/buffer.h"
#include "mpibert/encode/encoder.h"
#include "mpibert/encode/tokenizer_files.h"
#include "mpibert/io/file.h"
#include "mpibert/records/cut.h"
#include "mpibert/records/input.h"

/* Made by tests/golden/squad/make_features.py and tests/golden/choices/make_features.py */
#define SQUAD "tests/golden/squad/one_line.json"
#define SQUAD_FEATURES "tests/golden/squad/features.txt"
#define SWAG "tests/golden/choices/swag.csv"
#define SWAG_FEATURES "tests/golden/choices/features.txt"

static const mpb_read_options READ_SQUAD = {
    .format = MPB_FORMAT_SQUAD, .task = MPB_TASK_QA, .need_labels = true};
static const mpb_read_options READ_SWAG = {.format = MPB_FORMAT_CSV,
                                           .task = MPB_TASK_CHOICE,
                                           .text_column = "sent1",
                                           .text_column_b = "sent2",
                                           .label_column = "label",
                                           .choices_column = "ending",
                                           .need_labels = true};

typedef struct encoding {
    mpb_encoder *encoder;
    mpb_dataset *dataset;
    uint64_t next;
} encoding;

static mpb_status take(void *context, const mpb_record *record)
{
    encoding *e = context;

    return mpb_encoder_add(e->encoder, record, e->next++, e->dataset);
}

static void read_all(const char *path, const mpb_read_options *options, encoding *e)
{
    mpb_sink sink = {.take = take, .context = e};
    mpb_input input = {0};
    mpb_input_scratch scratch = {0};
    mpb_ranges ranges = {0};

    CHECK_OK(mpb_input_open(path, path, options, &input));
    CHECK_OK(mpb_input_cut(&input, 0, 1 << 20, &ranges));
    for (size_t i = 0; i < ranges.count; i++) {
        CHECK_OK(mpb_input_read(&input, &ranges.items[i], &scratch, &sink));
    }
    mpb_ranges_clear(&ranges);
    mpb_input_scratch_clear(&scratch);
    mpb_input_close(&input);
}

/* The sequences of a file, of up to `length` tokens; windows share 6. */
static void encode(const char *path, const mpb_read_options *read, size_t length,
                   mpb_dataset *dataset)
{
    mpb_tokenizer *tokenizer = NULL;
    mpb_encode_options options = {
        .max_seq_length = length, .task = read->task, .labelled = true, .stride = 6};
    encoding e = {.dataset = dataset};
    char vocab_sha256[65];

    CHECK_OK(mpb_tokenizer_load("datasets/vocab/newsposts", &tokenizer, vocab_sha256));
    options.tokenizer = tokenizer;
    CHECK_OK(mpb_encoder_create(&options, &e.encoder));
    dataset->shape = mpb_encoder_shape(e.encoder);
    read_all(path, read, &e);
    mpb_encoder_destroy(&e.encoder);
    mpb_tokenizer_destroy(&tokenizer);
}

static void check_features(const mpb_dataset *dataset, const char *expected_path)
{
    mpb_buffer expected = {0};
    mpb_buffer found = {0};

    for (size_t i = 0; i < dataset->num_sequences; i++) {
        const mpb_sequence s = mpb_dataset_sequence(dataset, i);

        CHECK_OK(mpb_buffer_append_format(&found, "%s %" PRIu32, s.id, s.chunk));
        CHECK_OK(dataset->shape.answers
                     ? mpb_buffer_append_format(&found, " %d %d :", s.answer_start, s.answer_end)
                     : mpb_buffer_append_format(&found, " %d :", s.label));
        for (size_t k = 0; k < s.count; k++) {
            CHECK_OK(mpb_buffer_append_format(&found, " %" PRIu32, s.tokens[k]));
        }
        CHECK_OK(mpb_buffer_append_text(&found, "\n"));
    }
    CHECK_OK(mpb_file_read(expected_path, &expected));
    CHECK_TEXT(found.data, expected.data);
    mpb_buffer_clear(&expected);
    mpb_buffer_clear(&found);
}

static void windows_and_the_answers_in_them_are_those_of_transformers(void)
{
    mpb_dataset dataset = {0};

    encode(SQUAD, &READ_SQUAD, 24, &dataset);
    check_features(&dataset, SQUAD_FEATURES);
    mpb_dataset_clear(&dataset);
}

static void choices_are_joined_and_cut_as_transformers_does(void)
{
    mpb_dataset dataset = {0};

    encode(SWAG, &READ_SWAG, 24, &dataset);
    check_features(&dataset, SWAG_FEATURES);
    mpb_dataset_clear(&dataset);
}

/* None of these answers begins or ends within a token. */
static void answers_are_cut_out_of_the_kept_context(void)
{
    mpb_dataset dataset = {0};
    size_t answered = 0;

    encode(SQUAD, &READ_SQUAD, 128, &dataset);
    for (size_t i = 0; i < dataset.num_sequences; i++) {
        const mpb_sequence s = mpb_dataset_sequence(&dataset, i);
        size_t size;
        const char *text = mpb_context_cut(s.question.context, s.char_start[s.answer_start],
                                           s.char_end[s.answer_end], &size);

        CHECK((s.answer_start == 0) == (s.question.num_answers == 0));
        if (s.answer_start > 0) {
            CHECK(size == strlen(s.question.answers[0]));
            CHECK(memcmp(text, s.question.answers[0], size) == 0);
            answered++;
        }
    }
    CHECK(answered == 5);
    mpb_dataset_clear(&dataset);
}

int main(void)
{
    windows_and_the_answers_in_them_are_those_of_transformers();
    choices_are_joined_and_cut_as_transformers_does();
    answers_are_cut_out_of_the_kept_context();
    return 0;
}
