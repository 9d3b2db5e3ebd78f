/* JSON text to values and back. */

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "json_internal.h"
#include "mpibert/io/file.h"

static mpb_status convert(json_t *from, mpb_json **to);

static mpb_status convert_members(json_t *from, mpb_json *to)
{
    const char *name;
    json_t *value;

    json_object_foreach(from, name, value)
    {
        mpb_json *child = NULL;

        MPB_TRY(convert(value, &child));
        MPB_TRY(mpb_json_push(to, name, child));
    }
    return MPB_OK;
}

static mpb_status convert_items(json_t *from, mpb_json *to)
{
    for (size_t i = 0; i < json_array_size(from); i++) {
        mpb_json *child = NULL;

        MPB_TRY(convert(json_array_get(from, i), &child));
        MPB_TRY(mpb_json_push(to, NULL, child));
    }
    return MPB_OK;
}

static mpb_status convert(json_t *from, mpb_json **to)
{
    bool container = json_is_object(from) || json_is_array(from);
    mpb_json *made = container ? mpb_json_new_container(json_typeof(from))
                               : mpb_json_new_scalar(json_incref(from));
    mpb_status status;

    MPB_REQUIRE(made != NULL, MPB_ERR_SYSTEM, "no memory for a JSON value");
    status = json_is_object(from) ? convert_members(from, made) : convert_items(from, made);
    if (status != MPB_OK) {
        mpb_json_destroy(&made);
        return status;
    }
    *to = made;
    return MPB_OK;
}

/* The end of the string that starts at text[start] with its quote. */
static size_t skip_string(const char *text, size_t size, size_t start)
{
    size_t i = start + 1;

    while (i < size && text[i] != '"') {
        i += text[i] == '\\' ? 2 : 1;
    }
    return i < size ? i + 1 : size;
}

/* The end of the number that starts at text[start]; *huge tells an integer beyond 64 bits. */
static size_t skip_number(const char *text, size_t size, size_t start, bool *huge)
{
    size_t i = start + 1;

    while (i < size && isdigit((unsigned char)text[i])) {
        i++;
    }
    *huge = false;
    if (i == size || strchr(".eE", text[i]) == NULL) {
        errno = 0;
        (void)strtoll(text + start, NULL, 10);
        *huge = errno == ERANGE;
        return i;
    }
    while (i < size && text[i] != '\0' && strchr("+-.eE0123456789", text[i]) != NULL) {
        i++;
    }
    return i;
}

/* out = text, where every integer beyond 64 bits got ".0". Tokenizer files hold such: Python's
 * int(1e30) stands for "no limit". Text is followed by a NUL. */
static mpb_status widen_integers(const char *text, size_t size, mpb_buffer *out)
{
    size_t i = 0;

    while (i < size) {
        size_t end = i + 1;
        bool huge = false;

        if (text[i] == '"') {
            end = skip_string(text, size, i);
        } else if (text[i] == '-' || isdigit((unsigned char)text[i])) {
            end = skip_number(text, size, i, &huge);
        }
        MPB_TRY(mpb_buffer_append(out, text + i, end - i));
        if (huge) {
            MPB_TRY(mpb_buffer_append_text(out, ".0"));
        }
        i = end;
    }
    return MPB_OK;
}

/* Where the text is one line, `where` says which. */
static mpb_status describe_at(const json_error_t *error, const char *problem, bool one_line,
                              const char *where)
{
    if (one_line) {
        return MPB_FAIL(MPB_ERR_DATA, "JSON: %s (%s, column %d)", problem, where, error->column);
    }
    return MPB_FAIL(MPB_ERR_DATA, "JSON: %s (%s, line %d, column %d)", problem, where, error->line,
                    error->column);
}

static mpb_status describe(const json_error_t *error, const char *text, size_t size,
                           const char *where)
{
    bool one_line = size == 0 || memchr(text, '\n', size) == NULL;
    bool null = json_error_code(error) == json_error_null_character;

    MPB_REQUIRE(json_error_code(error) != json_error_out_of_memory, MPB_ERR_SYSTEM,
                "no memory for JSON (%s)", where);
    return describe_at(error, null ? "a NUL (\\u0000) in a text is not allowed" : error->text,
                       one_line, where);
}

static mpb_status load_widened(const char *text, size_t size, const char *where, json_t **loaded)
{
    mpb_buffer copy = {0};
    mpb_buffer widened = {0};
    mpb_status status = mpb_buffer_append(&copy, text, size);
    json_error_t error;

    if (status == MPB_OK) {
        status = widen_integers(copy.data, copy.size, &widened);
    }
    if (status == MPB_OK) {
        *loaded = json_loadb(widened.data, widened.size, JSON_DECODE_ANY | JSON_REJECT_DUPLICATES,
                             &error);
        status = *loaded == NULL ? describe(&error, text, size, where) : MPB_OK;
    }
    mpb_buffer_clear(&copy);
    mpb_buffer_clear(&widened);
    return status;
}

mpb_status mpb_json_parse(const char *text, size_t size, const char *where, mpb_json **root)
{
    json_error_t error;
    json_t *loaded = json_loadb(text == NULL ? "" : text, size,
                                JSON_DECODE_ANY | JSON_REJECT_DUPLICATES, &error);
    mpb_status status;

    if (loaded == NULL) {
        if (json_error_code(&error) != json_error_numeric_overflow) {
            return describe(&error, text, size, where);
        }
        MPB_TRY(load_widened(text, size, where, &loaded));
    }
    status = convert(loaded, root);
    json_decref(loaded);
    return status;
}

static mpb_status read_within(const char *path, uint64_t most_bytes, size_t most_values,
                              mpb_json **root)
{
    mpb_buffer content = {0};
    uint64_t bytes = 0;
    mpb_status status;

    MPB_TRY(mpb_file_size(path, &bytes));
    MPB_REQUIRE(bytes <= most_bytes, MPB_ERR_DATA,
                "a file of %llu bytes was found, at most %llu were expected (%s)",
                (unsigned long long)bytes, (unsigned long long)most_bytes, path);
    status = mpb_file_read(path, &content);
    if (status == MPB_OK) {
        status = mpb_json_check_counts(content.data, content.size, most_values, path);
    }
    if (status == MPB_OK) {
        status = mpb_json_parse(content.data, content.size, path, root);
    }
    mpb_buffer_clear(&content);
    return status;
}

mpb_status mpb_json_read(const char *path, mpb_json **root)
{
    return read_within(path, MPB_JSON_BYTES, MPB_JSON_VALUES, root);
}

mpb_status mpb_json_read_large(const char *path, mpb_json **root)
{
    return read_within(path, 4 * MPB_JSON_BYTES, 8 * MPB_JSON_VALUES, root);
}

static int append_bytes(const char *bytes, size_t size, void *out)
{
    return mpb_buffer_append(out, bytes, size) == MPB_OK ? 0 : -1;
}

/* The fewest digits (15 to 17) that read back as the same number. */
static size_t digits_of(double number)
{
    char text[40];

    for (int digits = 15; digits < 17; digits++) {
        snprintf(text, sizeof(text), "%.*g", digits, number);
        if (strtod(text, NULL) == number) {
            return (size_t)digits;
        }
    }
    return 17;
}

static mpb_status write_scalar(const json_t *scalar, mpb_buffer *out)
{
    size_t flags = JSON_ENCODE_ANY;

    if (json_is_real(scalar)) {
        flags |= JSON_REAL_PRECISION(digits_of(json_real_value(scalar)));
    }
    MPB_REQUIRE(json_dump_callback(scalar, append_bytes, out, flags) == 0, MPB_ERR_SYSTEM,
                "no memory for the text of a JSON value");
    return MPB_OK;
}

static mpb_status write_name(const char *name, mpb_buffer *out)
{
    json_t *text = json_string(name);
    mpb_status status;

    MPB_REQUIRE(text != NULL, MPB_ERR_SYSTEM, "no memory for the text of a JSON member");
    status = write_scalar(text, out);
    json_decref(text);
    return status == MPB_OK ? mpb_buffer_append_text(out, ": ") : status;
}

/* Between two items: a space, or a new line and the indentation of `depth`. */
static mpb_status write_break(int indent, int depth, bool first, mpb_buffer *out)
{
    if (!first) {
        MPB_TRY(mpb_buffer_append_text(out, indent > 0 ? "," : ", "));
    }
    return indent > 0 ? mpb_buffer_append_format(out, "\n%*s", indent * depth, "") : MPB_OK;
}

static mpb_status write_value(const mpb_json *value, int indent, int depth, mpb_buffer *out)
{
    bool object = mpb_json_is_object(value);

    if (value->scalar != NULL) {
        return write_scalar(value->scalar, out);
    }
    MPB_TRY(mpb_buffer_append_text(out, object ? "{" : "["));
    for (size_t i = 0; i < value->count; i++) {
        MPB_TRY(write_break(indent, depth + 1, i == 0, out));
        if (object) {
            MPB_TRY(write_name(value->names[i], out));
        }
        MPB_TRY(write_value(value->items[i], indent, depth + 1, out));
    }
    if (value->count > 0) {
        MPB_TRY(write_break(indent, depth, true, out));
    }
    return mpb_buffer_append_text(out, object ? "}" : "]");
}

mpb_status mpb_json_write(const mpb_json *value, int indent, mpb_buffer *out)
{
    size_t before = out->size;
    mpb_status status = write_value(value, indent, 0, out);

    if (status != MPB_OK && out->data != NULL) {
        out->size = before;
        out->data[before] = '\0';
    }
    return status;
}
