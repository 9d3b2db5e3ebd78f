#include "run_config_value.h"

#include <assert.h>
#include <ctype.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "run_config_layers.h"
#include "run_config_text.h"
#include "run_config_trainable.h"

static const double LARGEST_PLAIN = 1e6;

enum { INDENT = 2, NUMBER_SIZE = 40, COMMENT_COLUMN = 34 };

/* The shortest decimal that reads as the same double, whole numbers that people write plainly; with
 * a point before an exponent, because readers of YAML 1.1 take 2e-05 for a text. */
static mpb_status write_real(double value, mpb_buffer *out)
{
    char text[NUMBER_SIZE];
    int digits = 1;
    int mantissa;

    if (fabs(value) < LARGEST_PLAIN && value == floor(value)) {
        return mpb_buffer_append_format(out, "%.1f", value);
    }
    do {
        snprintf(text, sizeof(text), "%.*g", digits, value);
        digits++;
    } while (digits <= 17 && strtod(text, NULL) != value);
    mantissa = (int)strcspn(text, "e");
    return mpb_buffer_append_format(out, "%.*s%s%s", mantissa, text,
                                    strchr(text, '.') == NULL ? ".0" : "", text + mantissa);
}

static mpb_status write_flags(const run_key *key, const bool *flags, mpb_buffer *out)
{
    bool first = true;

    MPB_TRY(mpb_buffer_append_text(out, "["));
    for (size_t i = 0; key->words[i].text != NULL; i++) {
        if (flags[i]) {
            MPB_TRY(mpb_buffer_append_format(out, "%s%s", first ? "" : ", ", key->words[i].text));
            first = false;
        }
    }
    return mpb_buffer_append_text(out, "]");
}

/* `none` means "not given" where the default is a word, or where it is not allowed. */
static mpb_status write_number(const run_key *key, double value, mpb_buffer *out)
{
    bool word = strcmp(key->preset, "null") == 0 || strcmp(key->preset, "auto") == 0;

    if (value == key->none && (word || key->min > 0.0)) {
        return mpb_buffer_append_text(out, word ? key->preset : "null");
    }
    if (key->kind != KEY_REAL) {
        return mpb_buffer_append_format(out, "%.0f", value);
    }
    return write_real(value, out);
}

static mpb_status write_choice(const run_key *key, const void *field, mpb_buffer *out)
{
    const char *word;
    int value;

    memcpy(&value, field, sizeof(value));
    word = run_word_of(key, value);
    assert(word != NULL);
    return isalnum((unsigned char)word[0]) ? mpb_buffer_append_text(out, word)
                                           : run_text_write(word, out);
}

static mpb_status write_weights(const run_key *key, const mpb_run_weights *weights, mpb_buffer *out)
{
    if (weights->how != MPB_RUN_WEIGHTS_LIST) {
        return write_choice(key, &weights->how, out);
    }
    for (size_t i = 0; i < weights->count; i++) {
        MPB_TRY(mpb_buffer_append_text(out, i == 0 ? "[" : ", "));
        MPB_TRY(write_real(weights->items[i], out));
    }
    return mpb_buffer_append_text(out, "]");
}

mpb_status run_value_write(const run_key *key, const mpb_run_config *config, mpb_buffer *out)
{
    const void *field = run_value_field_const(key, config);
    const char *text;

    if (key->legacy) {
        return mpb_buffer_append_text(out, "null");
    }
    switch (key->kind) {
    case KEY_TEXT:
        text = *(char *const *)field;
        return text == NULL ? mpb_buffer_append_text(out, "null") : run_text_write(text, out);
    case KEY_WORD:
        return mpb_buffer_append_text(out, *(char *const *)field);
    case KEY_CHOICE:
        return write_choice(key, field, out);
    case KEY_FLAGS:
        return write_flags(key, field, out);
    case KEY_PATHS:
        return run_strings_write(field, out);
    case KEY_WEIGHTS:
        return write_weights(key, field, out);
    case KEY_INTEGER:
    case KEY_BYTES:
        return write_number(key, (double)*(const int64_t *)field, out);
    case KEY_REAL:
        return write_number(key, *(const double *)field, out);
    case KEY_TRAINABLE:
        return run_trainable_write(field, out);
    case KEY_SCHEDULE:
        return run_schedule_write(field, out);
    case KEY_LAYERS:
        return run_layers_write(field, out);
    case KEY_BOOLEAN:
        return mpb_buffer_append_text(out, *(const bool *)field ? "true" : "false");
    case KEY_ABSENT:
        break;
    }
    return mpb_buffer_append_text(out, "null");
}

static size_t section_length(const char *name)
{
    const char *dot = strrchr(name, '.');

    return dot == NULL ? 0 : (size_t)(dot - name);
}

/* Opens the sections of `name` that `previous` is not in, one line each. */
static mpb_status write_sections(const char *name, const char *previous, mpb_buffer *out)
{
    size_t start = 0;
    int depth = 0;

    while (start < section_length(name)) {
        size_t length = strcspn(name + start, ".");
        bool open = strncmp(name, previous, start + length + 1) == 0;

        if (!open) {
            MPB_TRY(mpb_buffer_append_format(out, "%*s%.*s:\n", INDENT * depth, "", (int)length,
                                             name + start));
        }
        start += length + 1;
        depth++;
    }
    return MPB_OK;
}

/* " (cls mean)" */
static mpb_status write_words(const run_word *words, mpb_buffer *out)
{
    for (size_t i = 0; words[i].text != NULL; i++) {
        MPB_TRY(mpb_buffer_append_format(out, "%s%s", i == 0 ? " (" : " ", words[i].text));
    }
    return mpb_buffer_append_text(out, ")");
}

static mpb_status write_line(const run_key *key, const mpb_run_config *config, bool comment,
                             mpb_buffer *out)
{
    const char *last = key->name + section_length(key->name) + 1;
    size_t start = out->size;
    int depth = 0;

    for (const char *c = key->name; *c != '\0'; c++) {
        depth += *c == '.';
    }
    MPB_TRY(mpb_buffer_append_format(out, "%*s%s: ", INDENT * depth, "", last));
    MPB_TRY(run_value_write(key, config, out));
    if (comment) {
        size_t width = out->size - start;
        int gap = width < COMMENT_COLUMN ? COMMENT_COLUMN - (int)width : 1;

        MPB_TRY(mpb_buffer_append_format(out, "%*s# %s", gap, "", key->help));
        if (key->words != NULL && key->kind != KEY_BOOLEAN && !key->idle) {
            MPB_TRY(write_words(key->words, out));
        }
    }
    return mpb_buffer_append_text(out, "\n");
}

static mpb_status write_keys(const mpb_run_config *config, bool comment, mpb_buffer *out)
{
    const char *previous = "";

    for (size_t i = 0; i < num_run_keys; i++) {
        const run_key *key = &run_keys[i];

        if (key->legacy) {
            continue;
        }
        MPB_TRY(write_sections(key->name, previous, out));
        MPB_TRY(write_line(key, config, comment, out));
        previous = key->name;
    }
    return MPB_OK;
}

mpb_status mpb_run_config_write(const mpb_run_config *config, mpb_buffer *out)
{
    return write_keys(config, false, out);
}

/* The line of a key, if its value is not that of `usual`. */
static mpb_status write_changed(const run_key *key, const mpb_run_config *config,
                                const mpb_run_config *usual, mpb_buffer *out)
{
    mpb_buffer values[2] = {{0}, {0}};
    mpb_status status = run_value_write(key, usual, &values[0]);

    if (status == MPB_OK) {
        status = run_value_write(key, config, &values[1]);
    }
    if (status == MPB_OK && strcmp(values[0].data, values[1].data) != 0) {
        status = mpb_buffer_append_format(out, "%s: %s\n", key->name, values[1].data);
    }
    mpb_buffer_clear(&values[0]);
    mpb_buffer_clear(&values[1]);
    return status;
}

mpb_status mpb_run_config_write_changed(const mpb_run_config *config, mpb_buffer *out)
{
    mpb_run_config usual = {0};
    mpb_status status = mpb_run_config_defaults(&usual);

    for (size_t i = 0; i < num_run_keys && status == MPB_OK; i++) {
        if (!run_keys[i].legacy) {
            status = write_changed(&run_keys[i], config, &usual, out);
        }
    }
    mpb_run_config_clear(&usual);
    return status;
}

mpb_status mpb_run_config_write_reference(mpb_buffer *out)
{
    mpb_run_config config = {0};
    mpb_status status;

    MPB_TRY(mpb_buffer_append_text(
        out, "# Every key with its default. A file may leave out whatever it does not change, and\n"
             "# section.key=value on the command line has the last word.\n\n"));
    MPB_TRY(mpb_run_config_defaults(&config));
    status = write_keys(&config, true, out);
    mpb_run_config_clear(&config);
    return status;
}
