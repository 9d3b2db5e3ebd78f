#include "mpibert/io/yaml.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

#include "mpibert/core/buffer.h"
#include "mpibert/io/file.h"

enum { MAX_DEPTH = 32 };

/* A parser with one event of look-ahead. */
typedef struct yaml_reader {
    yaml_parser_t parser;
    yaml_event_t event; /* owned */
    const char *where;
} yaml_reader;

static void clear_node(mpb_yaml_node *node)
{
    for (size_t i = 0; i < node->num_children; i++) {
        clear_node(&node->children[i]);
    }
    free(node->children);
    free(node->key);
    free(node->text);
}

void mpb_yaml_destroy(mpb_yaml_node **root)
{
    if (*root == NULL) {
        return;
    }
    clear_node(*root);
    free(*root);
    *root = NULL;
}

const mpb_yaml_node *mpb_yaml_member(const mpb_yaml_node *map, const char *key)
{
    for (size_t i = 0; map->kind == MPB_YAML_MAP && i < map->num_children; i++) {
        if (strcmp(map->children[i].key, key) == 0) {
            return &map->children[i];
        }
    }
    return NULL;
}

static mpb_status describe(const yaml_reader *reader)
{
    const yaml_parser_t *parser = &reader->parser;
    const char *problem = parser->problem == NULL ? "no description" : parser->problem;

    MPB_REQUIRE(parser->error != YAML_MEMORY_ERROR, MPB_ERR_SYSTEM, "no memory for YAML (%s)",
                reader->where);
    if (parser->error == YAML_READER_ERROR) {
        return MPB_FAIL(MPB_ERR_CONFIG, "YAML: %s (%s, byte %zu)", problem, reader->where,
                        parser->problem_offset);
    }
    return MPB_FAIL(MPB_ERR_CONFIG, "YAML: %s%s%s (%s, line %zu, column %zu)", problem,
                    parser->context == NULL ? "" : " ",
                    parser->context == NULL ? "" : parser->context, reader->where,
                    parser->problem_mark.line + 1, parser->problem_mark.column + 1);
}

static mpb_status advance(yaml_reader *reader)
{
    yaml_event_delete(&reader->event);
    memset(&reader->event, 0, sizeof(reader->event));
    return yaml_parser_parse(&reader->parser, &reader->event) == 1 ? MPB_OK : describe(reader);
}

static int line_of(const yaml_reader *reader)
{
    return (int)reader->event.start_mark.line + 1;
}

/* Whether the event carries an anchor or a tag, or stands for an anchored node. */
static bool is_more_than_plain(const yaml_event_t *event)
{
    switch (event->type) {
    case YAML_ALIAS_EVENT:
        return true;
    case YAML_SCALAR_EVENT:
        return event->data.scalar.anchor != NULL || event->data.scalar.tag != NULL;
    case YAML_SEQUENCE_START_EVENT:
        return event->data.sequence_start.anchor != NULL || event->data.sequence_start.tag != NULL;
    case YAML_MAPPING_START_EVENT:
        return event->data.mapping_start.anchor != NULL || event->data.mapping_start.tag != NULL;
    default:
        return false;
    }
}

/* *text (owned by the caller) = the scalar the reader stands at. */
static mpb_status copy_scalar(const yaml_reader *reader, char **text)
{
    const char *value = (const char *)reader->event.data.scalar.value;
    size_t length = reader->event.data.scalar.length;
    char *copy;

    MPB_REQUIRE(memchr(value, '\0', length) == NULL, MPB_ERR_CONFIG,
                "a text with a NUL in it (%s, line %d)", reader->where, line_of(reader));
    copy = malloc(length + 1);
    MPB_REQUIRE(copy != NULL, MPB_ERR_SYSTEM, "no memory for YAML (%s)", reader->where);
    memcpy(copy, value, length);
    copy[length] = '\0';
    *text = copy;
    return MPB_OK;
}

static mpb_status new_child(const yaml_reader *reader, mpb_yaml_node *parent, mpb_yaml_node **child)
{
    size_t count = parent->num_children;

    /* Room doubles: it was full whenever the count is a power of two. */
    if ((count & (count - 1)) == 0) {
        size_t capacity = count == 0 ? 1 : 2 * count;
        mpb_yaml_node *children = realloc(parent->children, capacity * sizeof(*children));

        MPB_REQUIRE(children != NULL, MPB_ERR_SYSTEM, "no memory for YAML (%s)", reader->where);
        parent->children = children;
    }
    *child = &parent->children[parent->num_children++];
    **child = (mpb_yaml_node){.line = line_of(reader)};
    return MPB_OK;
}

static mpb_status read_node(yaml_reader *reader, int depth, mpb_yaml_node *node);

static mpb_status read_list(yaml_reader *reader, int depth, mpb_yaml_node *list)
{
    MPB_TRY(advance(reader));
    while (reader->event.type != YAML_SEQUENCE_END_EVENT) {
        mpb_yaml_node *item = NULL;

        MPB_TRY(new_child(reader, list, &item));
        MPB_TRY(read_node(reader, depth + 1, item));
        MPB_TRY(advance(reader));
    }
    return MPB_OK;
}

static int compare_keys(const void *a, const void *b)
{
    const mpb_yaml_node *const *left = a;
    const mpb_yaml_node *const *right = b;
    int order = strcmp((*left)->key, (*right)->key);

    return order != 0 ? order : ((*left)->line > (*right)->line) - ((*left)->line < (*right)->line);
}

static mpb_status find_duplicate(const yaml_reader *reader, const mpb_yaml_node *const *sorted,
                                 size_t count)
{
    for (size_t i = 1; i < count; i++) {
        MPB_REQUIRE(strcmp(sorted[i - 1]->key, sorted[i]->key) != 0, MPB_ERR_CONFIG,
                    "key '%s' stands twice, in lines %d and %d (%s, line %d)", sorted[i]->key,
                    sorted[i - 1]->line, sorted[i]->line, reader->where, sorted[i]->line);
    }
    return MPB_OK;
}

static mpb_status refuse_duplicates(const yaml_reader *reader, const mpb_yaml_node *map)
{
    const mpb_yaml_node **sorted = calloc(map->num_children + 1, sizeof(*sorted));
    mpb_status status;

    MPB_REQUIRE(sorted != NULL, MPB_ERR_SYSTEM, "no memory for YAML (%s)", reader->where);
    for (size_t i = 0; i < map->num_children; i++) {
        sorted[i] = &map->children[i];
    }
    qsort(sorted, map->num_children, sizeof(*sorted), compare_keys);
    status = find_duplicate(reader, sorted, map->num_children);
    free(sorted);
    return status;
}

static mpb_status read_member(yaml_reader *reader, int depth, mpb_yaml_node *map)
{
    mpb_yaml_node *member = NULL;
    int line = line_of(reader);

    MPB_REQUIRE(!is_more_than_plain(&reader->event), MPB_ERR_CONFIG,
                "anchors, aliases and tags are not allowed in a configuration (%s, line %d)",
                reader->where, line);
    MPB_REQUIRE(reader->event.type == YAML_SCALAR_EVENT, MPB_ERR_CONFIG,
                "a list or map was found as a key, text was expected (%s, line %d)", reader->where,
                line);
    MPB_REQUIRE(reader->event.data.scalar.length > 0, MPB_ERR_CONFIG,
                "a key is empty (%s, line %d)", reader->where, line);
    MPB_TRY(new_child(reader, map, &member));
    MPB_TRY(copy_scalar(reader, &member->key));
    MPB_TRY(advance(reader));
    MPB_TRY(read_node(reader, depth + 1, member));
    member->line = line;
    return MPB_OK;
}

static mpb_status read_map(yaml_reader *reader, int depth, mpb_yaml_node *map)
{
    MPB_TRY(advance(reader));
    while (reader->event.type != YAML_MAPPING_END_EVENT) {
        MPB_TRY(read_member(reader, depth, map));
        MPB_TRY(advance(reader));
    }
    return refuse_duplicates(reader, map);
}

/* Reads the node that starts at the reader's event and leaves the reader at its last event. */
static mpb_status read_node(yaml_reader *reader, int depth, mpb_yaml_node *node)
{
    node->line = line_of(reader);
    MPB_REQUIRE(!is_more_than_plain(&reader->event), MPB_ERR_CONFIG,
                "anchors, aliases and tags are not allowed in a configuration (%s, line %d)",
                reader->where, node->line);
    MPB_REQUIRE(depth < MAX_DEPTH, MPB_ERR_CONFIG, "more than %d levels (%s, line %d)", MAX_DEPTH,
                reader->where, node->line);
    switch (reader->event.type) {
    case YAML_SCALAR_EVENT:
        node->kind = MPB_YAML_SCALAR;
        node->quoted = reader->event.data.scalar.style != YAML_PLAIN_SCALAR_STYLE;
        return copy_scalar(reader, &node->text);
    case YAML_SEQUENCE_START_EVENT:
        node->kind = MPB_YAML_LIST;
        return read_list(reader, depth, node);
    case YAML_MAPPING_START_EVENT:
        node->kind = MPB_YAML_MAP;
        return read_map(reader, depth, node);
    default:
        return MPB_FAIL(MPB_ERR_CONFIG, "a value was expected (%s, line %d)", reader->where,
                        node->line);
    }
}

static mpb_status read_stream(yaml_reader *reader, mpb_yaml_node *root)
{
    MPB_TRY(advance(reader)); /* the start of the stream */
    MPB_TRY(advance(reader));
    if (reader->event.type == YAML_STREAM_END_EVENT) {
        *root = (mpb_yaml_node){.kind = MPB_YAML_MAP, .line = 1};
        return MPB_OK;
    }
    MPB_TRY(advance(reader)); /* past the start of the document */
    MPB_TRY(read_node(reader, 0, root));
    if (root->kind == MPB_YAML_SCALAR && !root->quoted && root->text[0] == '\0') {
        clear_node(root);
        *root = (mpb_yaml_node){.kind = MPB_YAML_MAP, .line = 1};
    }
    MPB_TRY(advance(reader)); /* the end of the document */
    MPB_TRY(advance(reader));
    MPB_REQUIRE(reader->event.type == YAML_STREAM_END_EVENT, MPB_ERR_CONFIG,
                "a second document begins, one was expected (%s, line %d)", reader->where,
                line_of(reader));
    return MPB_OK;
}

mpb_status mpb_yaml_parse(const char *text, size_t size, const char *where, mpb_yaml_node **root)
{
    yaml_reader reader = {.where = where};
    mpb_yaml_node *made = calloc(1, sizeof(*made));
    mpb_status status;

    MPB_REQUIRE(made != NULL, MPB_ERR_SYSTEM, "no memory for YAML (%s)", where);
    if (yaml_parser_initialize(&reader.parser) != 1) {
        free(made);
        return MPB_FAIL(MPB_ERR_SYSTEM, "no memory for YAML (%s)", where);
    }
    yaml_parser_set_input_string(&reader.parser, (const unsigned char *)(text == NULL ? "" : text),
                                 size);
    status = read_stream(&reader, made);
    yaml_event_delete(&reader.event);
    yaml_parser_delete(&reader.parser);
    if (status != MPB_OK) {
        mpb_yaml_destroy(&made);
        return status;
    }
    *root = made;
    return MPB_OK;
}

mpb_status mpb_yaml_read(const char *path, mpb_yaml_node **root)
{
    mpb_buffer content = {0};
    mpb_status status = mpb_file_read(path, &content);

    if (status == MPB_ERR_DATA) {
        status = MPB_FAIL(MPB_ERR_CONFIG, "%s", mpb_status_last());
    }
    if (status == MPB_OK) {
        status = mpb_yaml_parse(content.data, content.size, path, root);
    }
    mpb_buffer_clear(&content);
    return status;
}
