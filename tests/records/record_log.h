#pragma once

/* A sink that writes down what it is given, and ways to read an input through it. */

#include <inttypes.h>

#include "check.h"
#include "mpibert/core/buffer.h"
#include "mpibert/io/file.h"
#include "mpibert/records/cut.h"
#include "mpibert/records/input.h"

typedef struct record_log {
    mpb_sink sink;
    mpb_buffer text;
} record_log;

static inline void log_line(mpb_buffer *text, const char *what, const char *bytes, size_t size)
{
    CHECK_OK(mpb_buffer_append_format(text, "%s: ", what));
    CHECK_OK(mpb_buffer_append(text, bytes, size));
    CHECK_OK(mpb_buffer_append_text(text, "\n"));
}

static inline void log_words(mpb_buffer *text, const mpb_record *record)
{
    CHECK(record->num_words == 0 || record->num_labels == 0 ||
          record->num_labels == record->num_words);
    for (size_t i = 0; i < record->num_words; i++) {
        const mpb_span *word = &record->words[i];

        log_line(text, record->num_labels == 0 ? "word" : record->labels[i],
                 record->text + word->begin, word->end - word->begin);
    }
}

/* "line 3, id q1", the texts, and words with their labels, or answers with their starts. */
static inline mpb_status log_record(void *context, const mpb_record *record)
{
    mpb_buffer *text = context;
    char where[MPB_PLACE_SIZE];

    mpb_place_describe(&record->place, where);
    CHECK_OK(mpb_buffer_append_format(text, "%s, id %s\n", strrchr(where, ',') + 2,
                                      record->id == NULL ? "-" : record->id));
    log_line(text, "text", record->text, record->size);
    if (record->text_b != NULL) {
        log_line(text, "text_b", record->text_b, record->size_b);
    }
    log_words(text, record);
    for (size_t i = 0; i < record->num_answers; i++) {
        char start[32];

        snprintf(start, sizeof(start), "answer at %" PRIu64, record->answers[i].start);
        log_line(text, start, record->answers[i].text, record->answers[i].size);
    }
    return mpb_buffer_append_text(text, "\n");
}

static inline void record_log_begin(record_log *log, bool skip_bad)
{
    *log = (record_log){.sink = {.take = log_record, .skip_bad = skip_bad}};
    log->sink.context = &log->text;
    CHECK_OK(mpb_buffer_append_text(&log->text, ""));
}

/* The records of an input, cut into ranges of `target` bytes. */
static inline mpb_status record_log_read(const mpb_input *input, uint64_t target, record_log *log)
{
    mpb_ranges ranges = {0};
    mpb_input_scratch scratch = {0};
    mpb_status status = mpb_input_cut(input, 0, target, &ranges);

    for (size_t i = 0; i < ranges.count && status == MPB_OK; i++) {
        CHECK(ranges.items[i].begin == (i == 0 ? input->begin : ranges.items[i - 1].end));
        status = mpb_input_read(input, &ranges.items[i], &scratch, &log->sink);
    }
    CHECK(status != MPB_OK || ranges.items[ranges.count - 1].end == input->size);
    mpb_ranges_clear(&ranges);
    mpb_input_scratch_clear(&scratch);
    return status;
}

static inline mpb_status record_log_parse(const char *content, size_t size,
                                          const mpb_read_options *options, uint64_t target,
                                          record_log *log)
{
    mpb_input input = {0};
    mpb_status status;

    MPB_TRY(mpb_input_open_memory("DATA", content, size, options, &input));
    status = record_log_read(&input, target, log);
    mpb_input_close(&input);
    return status;
}

/* Into how many ranges a file is cut where each is as short as can be. */
static inline size_t count_shortest_ranges(const char *path, const mpb_read_options *options)
{
    mpb_input input = {0};
    mpb_ranges ranges = {0};
    size_t count;

    CHECK_OK(mpb_input_open(path, path, options, &input));
    CHECK_OK(mpb_input_cut(&input, 0, 1, &ranges));
    count = ranges.count;
    mpb_ranges_clear(&ranges);
    mpb_input_close(&input);
    return count;
}

/* Reads the file in memory and on disk, in ranges of any size: always the records `expected`. */
static inline void check_records(const char *path, const mpb_read_options *options,
                                 const char *expected)
{
    static const uint64_t targets[] = {1, 7, 64, 300, 1 << 30};
    mpb_buffer content = {0};

    CHECK_OK(mpb_file_read(path, &content));
    for (size_t i = 0; i < sizeof(targets) / sizeof(*targets); i++) {
        mpb_input input = {0};
        record_log log;

        record_log_begin(&log, false);
        CHECK_OK(record_log_parse(content.data, content.size, options, targets[i], &log));
        CHECK_TEXT(log.text.data, expected);
        mpb_buffer_reset(&log.text);
        CHECK_OK(mpb_input_open(path, path, options, &input));
        CHECK_OK(record_log_read(&input, targets[i], &log));
        CHECK_TEXT(log.text.data, expected);
        mpb_input_close(&input);
        mpb_buffer_clear(&log.text);
    }
    mpb_buffer_clear(&content);
}

/* As check_records, with the expected records in a file. */
static inline void check_golden(const char *path, const mpb_read_options *options,
                                const char *expected_path)
{
    mpb_buffer expected = {0};

    CHECK_OK(mpb_file_read(expected_path, &expected));
    check_records(path, options, expected.data);
    mpb_buffer_clear(&expected);
}

/* What is wrong with a text that is read as one range. */
static inline mpb_status parse_alone(const char *content, const mpb_read_options *options)
{
    record_log log;
    mpb_status status;

    record_log_begin(&log, false);
    status = record_log_parse(content, strlen(content), options, 1 << 30, &log);
    mpb_buffer_clear(&log.text);
    return status;
}

/* Leaving wrong records out, the same `expected` ones are left and `bad` are counted, whatever the
 * ranges. */
static inline void check_skipping(const char *content, const mpb_read_options *options,
                                  uint64_t bad, const char *first_bad, const char *expected)
{
    static const uint64_t targets[] = {1, 16, 1 << 30};

    for (size_t i = 0; i < sizeof(targets) / sizeof(*targets); i++) {
        record_log log;

        record_log_begin(&log, true);
        CHECK_OK(record_log_parse(content, strlen(content), options, targets[i], &log));
        CHECK_TEXT(log.text.data, expected);
        CHECK(log.sink.num_bad == bad);
        CHECK(strstr(log.sink.first_bad, first_bad) != NULL);
        mpb_buffer_clear(&log.text);
    }
}
