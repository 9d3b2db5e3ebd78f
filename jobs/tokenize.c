/* mpibert tokenize: standard input to token ids, one JSON line a text or window. */

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "jobs.h"
#include "line_reader.h"
#include "mpibert/core/utf8.h"
#include "mpibert/encode/tokenizer_files.h"
#include "mpibert/io/json_value.h"
#include "mpibert/io/standard_input.h"
#include "mpibert/session/model_find.h"
#include "mpibert/text/tokenizer.h"
#include "options.h"
#include "token_lines.h"

const char mpb_help_tokenize[] =
    "usage: mpibert tokenize --model DIR [options] < FILE\n\n"
    "Reads one text a line from standard input and writes one JSON line each.\n\n"
    "  --model DIR       model directory, its vocabulary files alone will do; or the id of a\n"
    "                    model in models/ or in the cache of Hugging Face's libraries\n"
    "  --format FORMAT   json: an object with input_ids, token_type_ids, attention_mask, offsets\n"
    "                    (code points; [0,0] for [CLS] and [SEP]) and tokens [default];\n"
    "                    ids: the list of ids; tokens: the list of token strings\n"
    "  --max-length N    at most N tokens a line, [CLS] and [SEP] included; pairs lose tokens of\n"
    "                    the longer text first\n"
    "  --stride N        with --max-length: further lines for what was cut off, each repeating N\n"
    "                    tokens of the line before; single texts only\n"
    "  --pairs           lines are text<TAB>text\n"
    "  --jsonl           lines are {\"text\": ..., \"text_b\": ...}; text_b makes a pair\n";

enum {
    WHERE_SIZE = 64,
    FLUSH_BYTES = 1 << 16,
    MAX_TOKENS = 1 << 30, /* upper limit of --max-length and --stride */
    NO_STRIDE = -1,
};

typedef struct settings {
    const char *model;
    mpb_token_format format;
    long max_length; /* 0: no limit */
    long stride;     /* NO_STRIDE: what was cut off is dropped */
    bool pairs;
    bool jsonl;
} settings;

typedef struct session {
    settings options;
    mpb_tokenizer *tokenizer;
    mpb_text_encoder *encoder;
    mpb_token_list a;
    mpb_token_list b;
    mpb_buffer texts[2]; /* of a line of JSON, without escapes */
    mpb_line_reader in;
    mpb_token_lines lines;
    size_t line; /* of the input, from 1 */
    bool flush_lines;
} session;

static mpb_status read_format(const char *text, mpb_token_format *format)
{
    static const char *const names[] = {
        [MPB_TOKENS_JSON] = "json", [MPB_TOKENS_IDS] = "ids", [MPB_TOKENS_TEXTS] = "tokens"};

    for (int i = MPB_TOKENS_JSON; i <= MPB_TOKENS_TEXTS; i++) {
        if (strcmp(text, names[i]) == 0) {
            *format = (mpb_token_format)i;
            return MPB_OK;
        }
    }
    return MPB_FAIL(MPB_ERR_CONFIG,
                    "--format is '%.100s', ids, tokens or json was expected (command line)", text);
}

static mpb_status check_settings(const settings *s)
{
    MPB_REQUIRE(s->model != NULL, MPB_ERR_CONFIG, "--model DIR is missing (command line)");
    if (s->stride == NO_STRIDE) {
        return MPB_OK;
    }
    MPB_REQUIRE(s->max_length > 0, MPB_ERR_CONFIG,
                "--stride was found without --max-length (command line)");
    MPB_REQUIRE(!s->pairs, MPB_ERR_CONFIG,
                "--stride was found with --pairs, single texts were expected (command line)");
    MPB_REQUIRE(s->stride < s->max_length - 2, MPB_ERR_CONFIG,
                "--stride is %ld, less than --max-length without [CLS] and [SEP] (%ld) was "
                "expected (command line)",
                s->stride, s->max_length - 2);
    return MPB_OK;
}

static mpb_status read_settings(int argc, char **argv, settings *s)
{
    const char *format = "json";
    const char *max_length = NULL;
    const char *stride = NULL;
    const mpb_option items[] = {
        {"--model", &s->model, NULL},        {"--format", &format, NULL},
        {"--max-length", &max_length, NULL}, {"--stride", &stride, NULL},
        {"--pairs", NULL, &s->pairs},        {"--jsonl", NULL, &s->jsonl},
    };
    const mpb_options options = {.items = items, .count = sizeof(items) / sizeof(items[0])};

    s->stride = NO_STRIDE;
    MPB_TRY(mpb_options_parse(&options, argc, argv));
    MPB_TRY(read_format(format, &s->format));
    if (max_length != NULL) {
        MPB_TRY(mpb_option_integer("--max-length", max_length, s->pairs || s->jsonl ? 3 : 2,
                                   MAX_TOKENS, &s->max_length));
    }
    if (stride != NULL) {
        MPB_TRY(mpb_option_integer("--stride", stride, 0, MAX_TOKENS, &s->stride));
    }
    return check_settings(s);
}

static mpb_status flush(session *s)
{
    mpb_buffer *out = &s->lines.out;
    size_t written = out->size == 0 ? 0 : fwrite(out->data, 1, out->size, stdout);

    MPB_REQUIRE(written == out->size && (!s->flush_lines || fflush(stdout) == 0), MPB_ERR_SYSTEM,
                "results could not be written: %s (standard output)", strerror(errno));
    mpb_buffer_reset(out);
    return MPB_OK;
}

static mpb_status put_line(session *s, const mpb_token_stretch *a, const mpb_token_stretch *b)
{
    MPB_TRY(mpb_token_lines_add(&s->lines, a, b));
    return s->flush_lines || s->lines.out.size > FLUSH_BYTES ? flush(s) : MPB_OK;
}

/* Windows of `room` tokens that share --stride of them; the last may be shorter. */
static mpb_status put_windows(session *s, size_t room)
{
    size_t step = room - (size_t)s->options.stride;
    mpb_token_stretch a = {&s->a, 0, 0};

    while (a.to < s->a.count) {
        a.to = s->a.count - a.from > room ? a.from + room : s->a.count;
        MPB_TRY(put_line(s, &a, NULL));
        a.from += step;
    }
    return MPB_OK;
}

static mpb_status put_single(session *s)
{
    mpb_token_stretch a = {&s->a, 0, s->a.count};
    size_t unused;

    if (s->options.max_length > 0) {
        mpb_truncate_longest_first(s->a.count, 0, false, (size_t)s->options.max_length, &a.to,
                                   &unused);
    }
    if (s->options.stride != NO_STRIDE && a.to < s->a.count) {
        return put_windows(s, a.to);
    }
    return put_line(s, &a, NULL);
}

static mpb_status put_pair(session *s)
{
    mpb_token_stretch a = {&s->a, 0, s->a.count};
    mpb_token_stretch b = {&s->b, 0, s->b.count};

    if (s->options.max_length > 0) {
        mpb_truncate_longest_first(s->a.count, s->b.count, true, (size_t)s->options.max_length,
                                   &a.to, &b.to);
    }
    return put_line(s, &a, &b);
}

/* Tokenises one text, or a pair if `b` is not NULL. */
static mpb_status tokenize(session *s, const char *a, size_t size_a, const char *b, size_t size_b)
{
    MPB_TRY(mpb_text_encoder_encode(s->encoder, a, size_a, &s->a));
    if (b == NULL) {
        return put_single(s);
    }
    MPB_TRY(mpb_text_encoder_encode(s->encoder, b, size_b, &s->b));
    return put_pair(s);
}

static mpb_status tokenize_pair_line(session *s, const char *line, size_t size)
{
    const char *tab = memchr(line, '\t', size);
    size_t before;

    MPB_REQUIRE(tab != NULL, MPB_ERR_DATA,
                "no tab was found, text<TAB>text was expected (standard input, line %zu)", s->line);
    before = (size_t)(tab - line);
    MPB_REQUIRE(memchr(tab + 1, '\t', size - before - 1) == NULL, MPB_ERR_DATA,
                "several tabs were found, text<TAB>text was expected (standard input, line %zu)",
                s->line);
    return tokenize(s, line, before, tab + 1, size - before - 1);
}

/* *text = the member, a text that stands there once. */
static mpb_status get_text(const mpb_wanted_member *member, const char *where, mpb_buffer *text)
{
    size_t size;

    MPB_REQUIRE(member->count <= 1, MPB_ERR_DATA,
                "there are %zu members '%s', one was expected (%s)", member->count, member->name,
                where);
    MPB_REQUIRE(member->count == 1 && member->value.kind == MPB_VALUE_TEXT, MPB_ERR_DATA,
                "member '%s' is %s, a string was expected (%s)", member->name,
                member->count == 0 ? "missing" : mpb_value_describe(&member->value), where);
    mpb_buffer_reset(text);
    MPB_TRY(mpb_buffer_reserve(text, member->value.size));
    MPB_REQUIRE(mpb_value_decode(&member->value, text->data, &size), MPB_ERR_DATA,
                "JSON: half of a surrogate pair stands alone in member '%s' (%s)", member->name,
                where);
    text->size = size;
    return MPB_OK;
}

static mpb_status tokenize_object(session *s, const mpb_value *object, const char *where)
{
    mpb_wanted_member members[] = {{.name = "text"}, {.name = "text_b"}};
    bool pair;

    MPB_REQUIRE(object->kind == MPB_VALUE_OBJECT, MPB_ERR_DATA,
                "%s was found, an object with member 'text' was expected (%s)",
                mpb_value_describe(object), where);
    mpb_value_pick(object, members, 2);
    pair = s->options.pairs || members[1].count > 0;
    MPB_TRY(get_text(&members[0], where, &s->texts[0]));
    if (pair) {
        MPB_TRY(get_text(&members[1], where, &s->texts[1]));
    }
    MPB_REQUIRE(!pair || s->options.stride == NO_STRIDE, MPB_ERR_DATA,
                "text_b was found, single texts were expected with --stride (%s)", where);
    return tokenize(s, s->texts[0].data, s->texts[0].size, pair ? s->texts[1].data : NULL,
                    s->texts[1].size);
}

static mpb_status tokenize_json_line(session *s, const char *line, size_t size)
{
    char where[WHERE_SIZE];
    mpb_value object;
    mpb_value_problem problem;

    snprintf(where, sizeof(where), "standard input, line %zu", s->line);
    MPB_REQUIRE(mpb_value_read(line, size, &object, &problem), MPB_ERR_DATA,
                "JSON: %s (%s, column %zu)", problem.what, where,
                mpb_utf8_length(line, problem.at) + 1);
    return tokenize_object(s, &object, where);
}

static mpb_status tokenize_line(session *s, const char *line, size_t size)
{
    size_t bad = 0;

    MPB_REQUIRE(mpb_utf8_valid(line, size, &bad), MPB_ERR_DATA,
                "byte 0x%02X is no UTF-8 (standard input, line %zu, byte %zu)",
                (unsigned)(unsigned char)line[bad], s->line, bad + 1);
    if (s->options.jsonl) {
        return tokenize_json_line(s, line, size);
    }
    if (s->options.pairs) {
        return tokenize_pair_line(s, line, size);
    }
    return tokenize(s, line, size, NULL, 0);
}

static mpb_status tokenize_input(session *s)
{
    const char *line = NULL;
    size_t size = 0;

    MPB_TRY(mpb_line_reader_next(&s->in, &line, &size));
    while (line != NULL) {
        s->line++;
        MPB_TRY(tokenize_line(s, line, size));
        MPB_TRY(mpb_line_reader_next(&s->in, &line, &size));
    }
    return MPB_OK;
}

static mpb_status run(const mpb_log *log, session *s)
{
    char directory[MPB_PATH_SIZE];
    char vocab_sha256[65];
    mpb_status status;

    MPB_TRY(mpb_model_find(s->options.model, directory));
    MPB_TRY(mpb_tokenizer_load(directory, &s->tokenizer, vocab_sha256));
    MPB_TRY(mpb_text_encoder_create(s->tokenizer, &s->encoder));
    mpb_token_lines_init(&s->lines, s->tokenizer, s->options.format);
    s->flush_lines = isatty(STDOUT_FILENO) != 0;
    mpb_standard_input_await(log);
    status = tokenize_input(s);
    if (status == MPB_OK) {
        return flush(s);
    }
    /* The lines before the wrong one are right; its message must stay the last. */
    if (s->lines.out.size > 0) {
        fwrite(s->lines.out.data, 1, s->lines.out.size, stdout);
    }
    return status;
}

mpb_status mpb_job_tokenize(const mpb_log *log, int argc, char **argv)
{
    session s = {.in = {.file = STDIN_FILENO, .name = "standard input"}};
    mpb_status status;

    MPB_TRY(read_settings(argc, argv, &s.options));
    status = run(log, &s);
    mpb_text_encoder_destroy(&s.encoder);
    mpb_tokenizer_destroy(&s.tokenizer);
    mpb_token_list_clear(&s.a);
    mpb_token_list_clear(&s.b);
    mpb_buffer_clear(&s.texts[0]);
    mpb_buffer_clear(&s.texts[1]);
    mpb_line_reader_clear(&s.in);
    mpb_token_lines_clear(&s.lines);
    return status;
}
