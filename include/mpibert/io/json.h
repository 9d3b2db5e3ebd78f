#pragma once

/* JSON values (RFC 8259), read and built. Object members keep their order.
 *
 * A value belongs to the tree it was put into or found in; only roots are destroyed. Getters that
 * take `where` (a file name) describe a missing or mistyped member as
 * "member 'x' is missing, a number was expected (FILE)" with MPB_ERR_DATA. Local. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "mpibert/core/buffer.h"
#include "mpibert/core/status.h"
#include "mpibert/core/strings.h"

typedef struct mpb_json mpb_json;

/* Parses exactly one value from text[0, size); duplicate members and NUL bytes are errors. The
 * message holds `where`, line and column. */
MPB_MUST_CHECK mpb_status mpb_json_parse(const char *text, size_t size, const char *where,
                                         mpb_json **root);

enum { MPB_JSON_BYTES = 16 << 20, MPB_JSON_VALUES = 1 << 17 };

/* Parses a file of at most MPB_JSON_BYTES bytes with at most MPB_JSON_VALUES values and no text of
 * more than a MiB: far more than any configuration or manifest has. MPB_ERR_DATA otherwise, before
 * memory for the values is taken. */
MPB_MUST_CHECK mpb_status mpb_json_read(const char *path, mpb_json **root);

/* Likewise with four times the bytes and eight times the values: vocabularies, lists of shards. */
MPB_MUST_CHECK mpb_status mpb_json_read_large(const char *path, mpb_json **root);
void mpb_json_destroy(mpb_json **root);

bool mpb_json_is_object(const mpb_json *value);
bool mpb_json_is_array(const mpb_json *value);
bool mpb_json_is_string(const mpb_json *value);
bool mpb_json_is_number(const mpb_json *value);
bool mpb_json_is_integer(const mpb_json *value);
bool mpb_json_is_boolean(const mpb_json *value);
bool mpb_json_is_null(const mpb_json *value);

/* NULL where there is no such member or item. */
const mpb_json *mpb_json_member(const mpb_json *object, const char *name);
const mpb_json *mpb_json_item(const mpb_json *array, size_t index);

/* Items of an array, members of an object, otherwise 0. */
size_t mpb_json_count(const mpb_json *value);

/* Member `index` of an object in its order; its name is borrowed. */
const mpb_json *mpb_json_member_at(const mpb_json *object, size_t index, const char **name);

/* The value must be of that type (assert). Strings are borrowed UTF-8 and may hold no NUL. */
const char *mpb_json_text(const mpb_json *value);
double mpb_json_number(const mpb_json *value);
int64_t mpb_json_integer(const mpb_json *value);
bool mpb_json_boolean(const mpb_json *value);

/* Required members. */
MPB_MUST_CHECK mpb_status mpb_json_get_integer(const mpb_json *object, const char *name,
                                               const char *where, int64_t *out);
MPB_MUST_CHECK mpb_status mpb_json_get_number(const mpb_json *object, const char *name,
                                              const char *where, double *out);
MPB_MUST_CHECK mpb_status mpb_json_get_text(const mpb_json *object, const char *name,
                                            const char *where, const char **out);

/* Building: constructors give roots; the setters and the append take the child over, even on
 * failure. A child that is NULL (an earlier constructor had no memory) is MPB_ERR_SYSTEM, so
 * mpb_json_set(o, "n", mpb_json_new_integer(3)) needs one check. Non-finite numbers become null. */
mpb_json *mpb_json_new_object(void);
mpb_json *mpb_json_new_array(void);
mpb_json *mpb_json_new_text(const char *text);
mpb_json *mpb_json_new_text_of(const char *bytes, size_t size);
mpb_json *mpb_json_new_number(double number);
mpb_json *mpb_json_new_integer(int64_t integer);
mpb_json *mpb_json_new_boolean(bool truth);
mpb_json *mpb_json_new_null(void);
MPB_MUST_CHECK mpb_status mpb_json_set(mpb_json *object, const char *name, mpb_json *child);
MPB_MUST_CHECK mpb_status mpb_json_append(mpb_json *array, mpb_json *child);

/* object->name = an array of the texts. */
MPB_MUST_CHECK mpb_status mpb_json_set_strings(mpb_json *object, const char *name,
                                               const mpb_strings *strings);

/* object->name = an array of the numbers (count). */
MPB_MUST_CHECK mpb_status mpb_json_set_numbers(mpb_json *object, const char *name,
                                               const double *numbers, size_t count);
MPB_MUST_CHECK mpb_status mpb_json_set_floats(mpb_json *object, const char *name,
                                              const float *numbers, size_t count);

/* Appends the text of `value`: on one line, or indented by `indent` > 0 spaces. */
MPB_MUST_CHECK mpb_status mpb_json_write(const mpb_json *value, int indent, mpb_buffer *out);

/* A file of the text indented by 2, then `end`; it replaces what is at `path` as mpb_file_replace does. */
MPB_MUST_CHECK mpb_status mpb_json_replace(const char *path, const mpb_json *value,
                                           const char *end);

/* Likewise as `directory`/`name`, unless `status` tells that *root could not be filled; *root is destroyed. */
MPB_MUST_CHECK mpb_status mpb_json_end_in(const char *directory, const char *name, const char *end,
                                          mpb_status status, mpb_json **root);
