#pragma once

/* For readers of raw text: reads an input, cut into ranges of several sizes. The ranges cover the
 * input; whatever their size, the same records come out of them, at the same places. */

#include "fuzz.h"
#include "mpibert/records/cut.h"

enum { FUZZ_WHOLE = 1 << 30 };

static inline mpb_status fuzz_log_text(mpb_buffer *log, const char *name, const char *text,
                                       size_t size)
{
    CHECK(fuzz_is_utf8(text, size));
    CHECK_OK(mpb_buffer_append_format(log, " %s[%zu] ", name, size));
    return mpb_buffer_append(log, text, size);
}

static inline void fuzz_log_labels(mpb_buffer *log, const mpb_record *record)
{
    for (size_t i = 0; i < record->num_labels; i++) {
        CHECK(record->labels[i][0] != '\0');
        CHECK_OK(fuzz_log_text(log, "label", record->labels[i], strlen(record->labels[i])));
    }
}

/* Of tagged sentences, questions and choices. */
static inline void fuzz_log_parts(mpb_buffer *log, const mpb_record *record)
{
    for (size_t i = 0; i < record->num_words; i++) {
        size_t begin = record->words[i].begin;
        size_t end = record->words[i].end;

        CHECK(begin < end && end <= record->size);
        CHECK_OK(fuzz_log_text(log, "word", record->text + begin, end - begin));
    }
    for (size_t i = 0; i < record->num_answers; i++) {
        CHECK_OK(fuzz_log_text(log, "answer", record->answers[i].text, record->answers[i].size));
    }
    for (size_t i = 0; i < record->num_choices; i++) {
        CHECK_OK(fuzz_log_text(log, "choice", record->choices[i].text, record->choices[i].size));
    }
}

/* Appends the record to the log. */
static inline mpb_status fuzz_log_record(void *context, const mpb_record *record)
{
    char where[MPB_PLACE_SIZE];

    mpb_place_describe(&record->place, where);
    CHECK_OK(fuzz_log_text(context, "at", where, strlen(where)));
    CHECK_OK(fuzz_log_text(context, "text", record->text, record->size));
    if (record->text_b != NULL) {
        CHECK_OK(fuzz_log_text(context, "text_b", record->text_b, record->size_b));
    }
    if (record->id != NULL) {
        CHECK_OK(fuzz_log_text(context, "id", record->id, strlen(record->id)));
    }
    fuzz_log_labels(context, record);
    fuzz_log_parts(context, record);
    return mpb_buffer_append_text(context, "\n");
}

static inline void fuzz_check_cover(const mpb_input *input, const mpb_ranges *ranges)
{
    uint64_t at = input->begin;

    for (size_t i = 0; i < ranges->count; i++) {
        CHECK(ranges->items[i].begin == at && ranges->items[i].end > at);
        at = ranges->items[i].end;
    }
    CHECK(at == input->size);
}

/* log = the records and how many were wrong. What is wrong with one may read differently: where a
 * range ends, a quote is not closed; with more behind it, text follows the closing quote. */
static inline void fuzz_read_cut(const mpb_input *input, uint64_t target, mpb_buffer *log)
{
    mpb_sink sink = {.take = fuzz_log_record, .context = log, .skip_bad = true};
    mpb_input_scratch scratch = {0};
    mpb_ranges ranges = {0};

    if (mpb_input_cut(input, 0, target, &ranges) != MPB_OK) {
        CHECK_OK(mpb_buffer_append_text(log, "not to be cut"));
        mpb_ranges_clear(&ranges);
        return;
    }
    fuzz_check_cover(input, &ranges);
    for (size_t i = 0; i < ranges.count; i++) {
        CHECK_OK(mpb_input_read(input, &ranges.items[i], &scratch, &sink));
    }
    CHECK_OK(mpb_buffer_append_format(log, "%llu wrong", (unsigned long long)sink.num_bad));
    mpb_ranges_clear(&ranges);
    mpb_input_scratch_clear(&scratch);
}

static inline void fuzz_check_targets(const mpb_input *input)
{
    static const uint64_t targets[] = {1, 16};
    mpb_buffer whole = {0};

    fuzz_read_cut(input, FUZZ_WHOLE, &whole);
    for (size_t i = 0; i < sizeof(targets) / sizeof(targets[0]); i++) {
        mpb_buffer log = {0};

        fuzz_read_cut(input, targets[i], &log);
        CHECK(log.size == whole.size && memcmp(log.data, whole.data, whole.size) == 0);
        mpb_buffer_clear(&log);
    }
    mpb_buffer_clear(&whole);
}

static inline void fuzz_records(const uint8_t *data, size_t size, const mpb_read_options *options)
{
    char *content = fuzz_copy(data, size);
    mpb_input input = {0};

    if (mpb_input_open_memory("input", content, size, options, &input) == MPB_OK) {
        fuzz_check_targets(&input);
        mpb_input_close(&input);
    }
    free(content);
}
