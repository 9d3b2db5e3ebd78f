#include "json_items.h"

#include <stdio.h>
#include <string.h>

#include "json_place.h"
#include "mpibert/core/buffer.h"

static const char DATA[] = "data";

enum {
    MEMBER_DEPTH = 1,    /* of the members of the outer object */
    ARTICLE_DEPTH = 2,   /* of the items of "data" */
    LIST_ITEM_DEPTH = 1, /* of the items of a list */
    NAME_SIZE = sizeof(DATA) - 1
};

static size_t item_depth(const mpb_json_items *scan)
{
    return scan->list ? LIST_ITEM_DEPTH : ARTICLE_DEPTH;
}

mpb_json_items mpb_json_items_begin(bool list, bool at_begin)
{
    mpb_json_items scan = {.list = list, .in_array = !at_begin};

    scan.depth = at_begin ? 0 : item_depth(&scan);
    return scan;
}

/* Whether the bracket that opens is that of the array of records. */
static bool opens_array(const mpb_json_items *scan, char c)
{
    return c == '[' &&
           (scan->list ? scan->depth == 0 : scan->depth == MEMBER_DEPTH && scan->value_is_data);
}

static void step_in_string(mpb_json_items *scan, char c)
{
    if (scan->escaped) {
        scan->escaped = false;
    } else if (c == '\\') {
        scan->escaped = true;
    } else if (c == '"') {
        scan->in_string = false;
        return;
    }
    scan->matches = scan->matches && scan->matched < NAME_SIZE && c == DATA[scan->matched];
    scan->matched++;
}

static void step(mpb_json_items *scan, char c)
{
    if (scan->in_string) {
        step_in_string(scan, c);
    } else if (c == '"') {
        scan->in_string = true;
        scan->matches = scan->depth == MEMBER_DEPTH;
        scan->matched = 0;
    } else if (c == ':' && scan->depth == MEMBER_DEPTH) {
        scan->value_is_data = scan->matches && scan->matched == NAME_SIZE;
    } else if (c == ',' && scan->depth == MEMBER_DEPTH) {
        scan->value_is_data = false;
    } else if (c == '{' || c == '[') {
        scan->in_array = scan->in_array || opens_array(scan, c);
        scan->depth++;
    } else if ((c == '}' || c == ']') && scan->depth > 0) {
        scan->depth--;
        scan->in_array = scan->in_array && scan->depth >= item_depth(scan);
    }
}

static bool in_item(const mpb_json_items *scan)
{
    return scan->in_array && scan->depth > item_depth(scan);
}

/* Steps until a record ends; *ended tells whether one does. The number of bytes that took. */
static size_t walk(mpb_json_items *scan, const char *bytes, size_t size, bool *ended)
{
    *ended = false;
    for (size_t i = 0; i < size; i++) {
        bool before = in_item(scan);

        step(scan, bytes[i]);
        if (before && !in_item(scan)) {
            *ended = true;
            return i + 1;
        }
    }
    return size;
}

bool mpb_json_items_next(mpb_json_items *scan, const char *content, size_t size, size_t *at,
                         mpb_span *item)
{
    bool ended;

    while (*at < size && !in_item(scan)) {
        step(scan, content[*at]);
        (*at)++;
    }
    item->begin = *at - 1;
    *at += walk(scan, content + *at, size - *at, &ended);
    item->end = *at;
    return ended;
}

mpb_status mpb_json_item_end(mpb_window *window, uint64_t at, uint64_t *found)
{
    mpb_json_items scan =
        mpb_json_items_begin(window->input->format == MPB_FORMAT_JSON, at == window->input->begin);
    bool ended = false;

    while (at < window->input->size && !ended) {
        const char *bytes;
        size_t size;

        MPB_TRY(mpb_window_at(window, at, &bytes, &size));
        at += walk(&scan, bytes, size, &ended);
    }
    *found = at;
    return MPB_OK;
}

/* A file without its records, of which only line ends and a 0 for each are left: small enough to
 * be parsed as a whole. */
typedef struct outline {
    mpb_json_items scan;
    mpb_buffer text; /* owned */
    size_t num_items;
    uint64_t last_item; /* where it begins */
} outline;

static mpb_status outline_add(outline *o, const char *bytes, size_t size, uint64_t at)
{
    for (size_t i = 0; i < size; i++) {
        bool before = in_item(&o->scan);
        bool now;

        step(&o->scan, bytes[i]);
        now = in_item(&o->scan);
        if (now && !before) {
            o->num_items++;
            o->last_item = at + i;
            MPB_TRY(mpb_buffer_append(&o->text, "0", 1));
        } else if ((!now && !before) || bytes[i] == '\n') {
            MPB_TRY(mpb_buffer_append(&o->text, bytes + i, 1));
        }
    }
    return MPB_OK;
}

static mpb_status outline_read(outline *o, mpb_window *window)
{
    const mpb_input *input = window->input;

    for (uint64_t at = input->begin; at < input->size;) {
        const char *bytes;
        size_t size;

        MPB_TRY(mpb_window_at(window, at, &bytes, &size));
        MPB_TRY(outline_add(o, bytes, size, at));
        MPB_TRY(in_item(&o->scan) ? mpb_window_check(window, o->last_item, at + size) : MPB_OK);
        MPB_REQUIRE(o->text.size <= MPB_RECORD_LIMIT, MPB_ERR_DATA,
                    "more than %d bytes outside of records were found; is data.format %s right? "
                    "(%s)",
                    MPB_RECORD_LIMIT, mpb_data_format_name(input->format), input->name);
        at += size;
    }
    return MPB_OK;
}

/* Items of an array. */
static size_t count_items(const mpb_value *array)
{
    mpb_value_items items = mpb_value_open(array);
    size_t count = 0;

    while (mpb_value_next(&items)) {
        count++;
    }
    return count;
}

/* *array = the value that holds the records. */
static mpb_status find_array(const mpb_value *root, bool list, const char *name, mpb_value *array)
{
    mpb_wanted_member data = {.name = DATA};

    if (list) {
        MPB_REQUIRE(
            root->kind == MPB_VALUE_ARRAY, MPB_ERR_DATA,
            "%s was found, an array of objects was expected; JSON lines are data.format=jsonl "
            "(%s)",
            mpb_value_describe(root), name);
        *array = *root;
        return MPB_OK;
    }
    mpb_value_pick(root, &data, 1);
    MPB_REQUIRE(
        root->kind == MPB_VALUE_OBJECT && data.count == 1 && data.value.kind == MPB_VALUE_ARRAY,
        MPB_ERR_DATA,
        "%s was found, an object with one array 'data' of articles was expected as in SQuAD; "
        "one object a line is data.format=jsonl, an array of objects data.format=json (%s)",
        mpb_value_describe(root), name);
    *array = data.value;
    return MPB_OK;
}

static mpb_status check_root(const mpb_value *root, const outline *o, const char *name)
{
    mpb_value array;
    size_t count;

    MPB_TRY(find_array(root, o->scan.list, name, &array));
    count = count_items(&array);
    MPB_REQUIRE(count == o->num_items, MPB_ERR_DATA,
                "the array holds %zu values, %zu of them are objects: objects were expected (%s)",
                count, o->num_items, name);
    return MPB_OK;
}

static mpb_status outline_check(const outline *o, const mpb_input *input)
{
    const mpb_place last = {.name = input->name,
                            .path = input->path,
                            .content = input->content,
                            .before = o->last_item,
                            .cr_lines = input->cr_lines,
                            .line = 1};
    mpb_place place = {.line = 1};
    char where[MPB_PLACE_SIZE];
    mpb_value root;

    if (in_item(&o->scan)) {
        return mpb_place_fail(&last, "the file ends within the record that begins here");
    }
    /* Columns are counted without the records. */
    snprintf(where, sizeof(where), "%.400s without its records", input->name);
    place.name = where;
    MPB_TRY(
        mpb_place_read_json(o->text.size == 0 ? "" : o->text.data, o->text.size, &place, &root));
    return check_root(&root, o, input->name);
}

mpb_status mpb_json_items_check(mpb_window *window)
{
    outline o = {.scan = mpb_json_items_begin(window->input->format == MPB_FORMAT_JSON, true)};
    mpb_status status = outline_read(&o, window);

    if (status == MPB_OK) {
        status = outline_check(&o, window->input);
    }
    mpb_buffer_clear(&o.text);
    return status;
}
