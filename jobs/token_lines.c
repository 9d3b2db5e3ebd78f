#include "token_lines.h"

#include <stdlib.h>
#include <string.h>

#include "decimal.h"

enum { LIST_SLACK = 2 + MPB_DECIMAL_ROOM }; /* brackets, and what the last number may overwrite */

void mpb_token_lines_init(mpb_token_lines *lines, const mpb_tokenizer *tokenizer,
                          mpb_token_format format)
{
    lines->tokenizer = tokenizer;
    lines->format = format;
    lines->cls = (uint32_t)mpb_tokenizer_id(tokenizer, "[CLS]");
    lines->sep = (uint32_t)mpb_tokenizer_id(tokenizer, "[SEP]");
}

void mpb_token_lines_clear(mpb_token_lines *lines)
{
    free(lines->entries);
    mpb_buffer_clear(&lines->out);
    *lines = (mpb_token_lines){0};
}

static mpb_status reserve_entries(mpb_token_lines *lines, size_t needed)
{
    mpb_token_entry *larger;

    if (needed <= lines->capacity) {
        return MPB_OK;
    }
    larger = realloc(lines->entries, 2 * needed * sizeof(*larger));
    MPB_REQUIRE(larger != NULL, MPB_ERR_SYSTEM, "no memory for a line of %zu tokens", needed);
    lines->entries = larger;
    lines->capacity = 2 * needed;
    return MPB_OK;
}

static void add_entry(mpb_token_lines *lines, mpb_token_entry entry)
{
    lines->entries[lines->count++] = entry;
}

/* Tokens of one segment and the [SEP] behind them. */
static void add_segment(mpb_token_lines *lines, const mpb_token_stretch *part, uint32_t type)
{
    const mpb_token_list *tokens = part->tokens;

    for (size_t i = part->from; i < part->to; i++) {
        add_entry(lines, (mpb_token_entry){tokens->ids[i], tokens->char_start[i],
                                           tokens->char_end[i], type});
    }
    add_entry(lines, (mpb_token_entry){lines->sep, 0, 0, type});
}

static mpb_status put_text(mpb_buffer *out, const char *text)
{
    return mpb_buffer_append_text(out, text);
}

/* Appends [x,x,...] where `write` writes x, at most `width` bytes, and returns its end; a copy for
 * each `write`, which is called for every token. */
static inline __attribute__((always_inline)) mpb_status put_list(
    mpb_token_lines *lines, size_t width, char *(*write)(char *at, const mpb_token_entry *entry))
{
    mpb_buffer *out = &lines->out;
    char *at;

    MPB_TRY(mpb_buffer_reserve(out, lines->count * (width + 1) + LIST_SLACK));
    at = out->data + out->size;
    for (size_t i = 0; i < lines->count; i++) {
        *at++ = i == 0 ? '[' : ',';
        at = write(at, &lines->entries[i]);
    }
    *at++ = ']';
    *at = '\0';
    out->size = (size_t)(at - out->data);
    return MPB_OK;
}

static char *write_id(char *at, const mpb_token_entry *entry)
{
    return mpb_decimal_write(at, entry->id);
}

static char *write_type(char *at, const mpb_token_entry *entry)
{
    return mpb_decimal_write(at, entry->type);
}

static char *write_mask(char *at, const mpb_token_entry *entry)
{
    (void)entry;
    *at = '1';
    return at + 1;
}

static char *write_offsets(char *at, const mpb_token_entry *entry)
{
    *at++ = '[';
    at = mpb_decimal_write(at, entry->start);
    *at++ = ',';
    at = mpb_decimal_write(at, entry->end);
    *at++ = ']';
    return at;
}

static mpb_status put_string(mpb_buffer *out, const char *text)
{
    MPB_TRY(mpb_buffer_append(out, "\"", 1));
    while (*text != '\0') {
        size_t plain = 0;

        while ((unsigned char)text[plain] >= ' ' && text[plain] != '"' && text[plain] != '\\') {
            plain++;
        }
        MPB_TRY(mpb_buffer_append(out, text, plain));
        text += plain;
        if (*text == '"' || *text == '\\') {
            MPB_TRY(mpb_buffer_append_format(out, "\\%c", *text++));
        } else if (*text != '\0') {
            MPB_TRY(mpb_buffer_append_format(out, "\\u%04x", (unsigned)(unsigned char)*text++));
        }
    }
    return mpb_buffer_append(out, "\"", 1);
}

static mpb_status put_ids(mpb_token_lines *lines)
{
    return put_list(lines, MPB_DECIMAL_DIGITS, write_id);
}

static mpb_status put_texts(mpb_token_lines *lines)
{
    for (size_t i = 0; i < lines->count; i++) {
        MPB_TRY(mpb_buffer_append(&lines->out, i == 0 ? "[" : ",", 1));
        MPB_TRY(
            put_string(&lines->out, mpb_tokenizer_token(lines->tokenizer, lines->entries[i].id)));
    }
    return put_text(&lines->out, "]");
}

static mpb_status put_object(mpb_token_lines *lines)
{
    MPB_TRY(put_text(&lines->out, "{\"input_ids\":"));
    MPB_TRY(put_ids(lines));
    MPB_TRY(put_text(&lines->out, ",\"token_type_ids\":"));
    MPB_TRY(put_list(lines, 1, write_type));
    MPB_TRY(put_text(&lines->out, ",\"attention_mask\":"));
    MPB_TRY(put_list(lines, 1, write_mask));
    MPB_TRY(put_text(&lines->out, ",\"offsets\":"));
    MPB_TRY(put_list(lines, 2 * MPB_DECIMAL_DIGITS + 3, write_offsets));
    MPB_TRY(put_text(&lines->out, ",\"tokens\":"));
    MPB_TRY(put_texts(lines));
    return put_text(&lines->out, "}");
}

static mpb_status put_line(mpb_token_lines *lines)
{
    switch (lines->format) {
    case MPB_TOKENS_JSON:
        MPB_TRY(put_object(lines));
        break;
    case MPB_TOKENS_IDS:
        MPB_TRY(put_ids(lines));
        break;
    case MPB_TOKENS_TEXTS:
        MPB_TRY(put_texts(lines));
        break;
    }
    return put_text(&lines->out, "\n");
}

mpb_status mpb_token_lines_add(mpb_token_lines *lines, const mpb_token_stretch *a,
                               const mpb_token_stretch *b)
{
    size_t length = a->to - a->from + (b == NULL ? 0 : b->to - b->from) + 3;

    MPB_TRY(reserve_entries(lines, length));
    lines->count = 0;
    add_entry(lines, (mpb_token_entry){.id = lines->cls});
    add_segment(lines, a, 0);
    if (b != NULL) {
        add_segment(lines, b, 1);
    }
    return put_line(lines);
}
