#include "squad_scan.h"

#include <stdio.h>
#include <string.h>

#include "json_place.h"
#include "mpibert/core/buffer.h"

static const char DATA[] = "data";

enum {
    MEMBER_DEPTH = 1,  /* of the members of the outer object */
    ARTICLE_DEPTH = 2, /* of the items of "data" */
    NAME_SIZE = sizeof(DATA) - 1
};

mpb_squad_scan mpb_squad_scan_begin(bool at_begin)
{
    return at_begin ? (mpb_squad_scan){0}
                    : (mpb_squad_scan){.depth = ARTICLE_DEPTH, .in_data = true};
}

static void step_in_string(mpb_squad_scan *scan, char c)
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

static void step(mpb_squad_scan *scan, char c)
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
        scan->in_data =
            scan->in_data || (c == '[' && scan->depth == MEMBER_DEPTH && scan->value_is_data);
        scan->depth++;
    } else if ((c == '}' || c == ']') && scan->depth > 0) {
        scan->depth--;
        scan->in_data = scan->in_data && scan->depth >= ARTICLE_DEPTH;
    }
}

static bool in_article(const mpb_squad_scan *scan)
{
    return scan->in_data && scan->depth > ARTICLE_DEPTH;
}

/* Steps until an article ends; *ended tells whether one does. The number of bytes that took. */
static size_t walk(mpb_squad_scan *scan, const char *bytes, size_t size, bool *ended)
{
    *ended = false;
    for (size_t i = 0; i < size; i++) {
        bool before = in_article(scan);

        step(scan, bytes[i]);
        if (before && !in_article(scan)) {
            *ended = true;
            return i + 1;
        }
    }
    return size;
}

bool mpb_squad_next(mpb_squad_scan *scan, const char *content, size_t size, size_t *at,
                    mpb_span *article)
{
    bool ended;

    while (*at < size && !in_article(scan)) {
        step(scan, content[*at]);
        (*at)++;
    }
    article->begin = *at - 1;
    *at += walk(scan, content + *at, size - *at, &ended);
    article->end = *at;
    return ended;
}

mpb_status mpb_squad_article_end(mpb_window *window, uint64_t at, uint64_t *found)
{
    mpb_squad_scan scan = mpb_squad_scan_begin(at == window->input->begin);
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

/* A file without its articles, of which only line ends and a 0 for each are left: small enough to
 * be parsed as a whole. */
typedef struct outline {
    mpb_squad_scan scan;
    mpb_buffer text; /* owned */
    size_t num_articles;
    uint64_t last_article; /* where it begins */
} outline;

static mpb_status outline_add(outline *o, const char *bytes, size_t size, uint64_t at)
{
    for (size_t i = 0; i < size; i++) {
        bool before = in_article(&o->scan);
        bool now;

        step(&o->scan, bytes[i]);
        now = in_article(&o->scan);
        if (now && !before) {
            o->num_articles++;
            o->last_article = at + i;
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
        MPB_REQUIRE(o->text.size <= MPB_RECORD_LIMIT, MPB_ERR_DATA,
                    "more than %d bytes outside of articles were found; is data.format %s right? "
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

static mpb_status check_root(const mpb_value *root, size_t num_articles, const char *name)
{
    mpb_wanted_member data = {.name = DATA};
    size_t count;

    mpb_value_pick(root, &data, 1);
    MPB_REQUIRE(root->kind == MPB_VALUE_OBJECT && data.count == 1 &&
                    data.value.kind == MPB_VALUE_ARRAY,
                MPB_ERR_DATA,
                "%s was found, an object with one array 'data' of articles was expected as in "
                "SQuAD; is it JSON lines, one object a line, set data.format=jsonl (%s)",
                mpb_value_describe(root), name);
    count = count_items(&data.value);
    MPB_REQUIRE(count == num_articles, MPB_ERR_DATA,
                "member 'data' holds %zu values, %zu of them are objects: articles were expected "
                "(%s)",
                count, num_articles, name);
    return MPB_OK;
}

static mpb_status outline_check(const outline *o, const mpb_input *input)
{
    const mpb_place last = {.name = input->name,
                            .path = input->path,
                            .content = input->content,
                            .before = o->last_article,
                            .cr_lines = input->cr_lines,
                            .line = 1};
    mpb_place place = {.line = 1};
    char where[MPB_PLACE_SIZE];
    mpb_value root;

    if (in_article(&o->scan)) {
        return mpb_place_fail(&last, "the file ends within the article that begins here");
    }
    /* Columns are counted without the articles. */
    snprintf(where, sizeof(where), "%.400s without its articles", input->name);
    place.name = where;
    MPB_TRY(mpb_place_read_json(o->text.data, o->text.size, &place, &root));
    return check_root(&root, o->num_articles, input->name);
}

mpb_status mpb_squad_check(mpb_window *window)
{
    outline o = {.scan = mpb_squad_scan_begin(true)};
    mpb_status status = outline_read(&o, window);

    if (status == MPB_OK) {
        status = outline_check(&o, window->input);
    }
    mpb_buffer_clear(&o.text);
    return status;
}
