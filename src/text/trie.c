#include "trie.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum {
    NUM_SYMBOLS = 256, /* bytes, 0 for the end of a token */
    SORT_SMALL = 24,   /* up to here insertion beats counting */
};

/* A token on its way into the trie. */
typedef struct key {
    const char *text; /* borrowed, without "##", ended by a NUL */
    uint32_t token;
} key;

/* The keys that pass through a node: they agree in `depth` bytes. */
typedef struct range {
    uint32_t begin;
    uint32_t end;
    uint32_t depth;
} range;

typedef struct builder {
    mpb_trie *trie;
    key *keys;         /* owned, (num_tokens): those of a node are neighbours */
    key *scratch;      /* owned, (num_tokens) */
    range *ranges;     /* owned, (capacity): of each node */
    uint32_t *stack;   /* owned, (capacity): nodes that wait for their children */
    size_t capacity;   /* nodes that there can be at most */
    const char *bytes; /* borrowed, as is the next */
    const uint32_t *starts;
} builder;

static unsigned char symbol_at(const key *k, size_t depth)
{
    return (unsigned char)k->text[depth];
}

static void sort_by_insertion(key *keys, size_t count, size_t depth)
{
    for (size_t i = 1; i < count; i++) {
        key moved = keys[i];
        size_t at = i;

        for (; at > 0 && symbol_at(&keys[at - 1], depth) > symbol_at(&moved, depth); at--) {
            keys[at] = keys[at - 1];
        }
        keys[at] = moved;
    }
}

static void sort_by_counting(key *keys, key *scratch, size_t count, size_t depth)
{
    size_t starts[NUM_SYMBOLS + 1] = {0};

    for (size_t i = 0; i < count; i++) {
        starts[symbol_at(&keys[i], depth) + 1]++;
    }
    for (size_t i = 0; i < NUM_SYMBOLS; i++) {
        starts[i + 1] += starts[i];
    }
    memcpy(scratch, keys, count * sizeof(*keys));
    for (size_t i = 0; i < count; i++) {
        keys[starts[symbol_at(&scratch[i], depth)]++] = scratch[i];
    }
}

static void sort_range(const builder *b, range r)
{
    size_t count = r.end - r.begin;

    if (count <= SORT_SMALL) {
        sort_by_insertion(b->keys + r.begin, count, r.depth);
    } else {
        sort_by_counting(b->keys + r.begin, b->scratch, count, r.depth);
    }
}

static void add_node(builder *b, unsigned char label, range r)
{
    size_t node = b->trie->count++;

    b->trie->labels[node] = label;
    b->trie->tokens[node] = MPB_NO_TOKEN;
    b->ranges[node] = r;
}

/* Gives the node its token, the last of equal ones, and its children. */
static void expand(builder *b, uint32_t node)
{
    range r = b->ranges[node];
    mpb_trie_node *made = &b->trie->nodes[node];

    made->children = (uint32_t)b->trie->count;
    sort_range(b, r);
    for (; r.begin < r.end && symbol_at(&b->keys[r.begin], r.depth) == '\0'; r.begin++) {
        b->trie->tokens[node] = b->keys[r.begin].token;
    }
    while (r.begin < r.end) {
        unsigned char label = symbol_at(&b->keys[r.begin], r.depth);
        range child = {r.begin, r.begin + 1, r.depth + 1};

        while (child.end < r.end && symbol_at(&b->keys[child.end], r.depth) == label) {
            child.end++;
        }
        add_node(b, label, child);
        r.begin = child.end;
    }
    made->num_children = (uint32_t)b->trie->count - made->children;
}

static void expand_all(builder *b)
{
    size_t waiting = 0;

    b->stack[waiting++] = MPB_TRIE_BEGIN;
    b->stack[waiting++] = MPB_TRIE_CONTINUE;
    while (waiting > 0) {
        uint32_t node = b->stack[--waiting];

        expand(b, node);
        for (uint32_t i = 0; i < b->trie->nodes[node].num_children; i++) {
            b->stack[waiting++] = b->trie->nodes[node].children + i;
        }
    }
}

/* Keys of the first root, then those of the second, each in the order of their ids. An empty token
 * is none. */
static void add_roots(builder *b, size_t num_tokens)
{
    range both[2] = {{0, 0, 0}, {0, 0, 0}};
    uint32_t count = 0;

    for (int continuing = 0; continuing < 2; continuing++) {
        both[continuing].begin = count;
        for (size_t i = 0; i < num_tokens; i++) {
            const char *token = b->bytes + b->starts[i];

            if (token[0] != '\0' && mpb_trie_continues_word(token) == (continuing != 0)) {
                token += continuing != 0 ? MPB_CONTINUATION_MARK : 0;
                b->keys[count++] = (key){token, (uint32_t)i};
            }
        }
        both[continuing].end = count;
        add_node(b, 0, both[continuing]);
    }
}

static mpb_status allocate(builder *b, size_t num_tokens)
{
    mpb_trie *trie = b->trie;

    b->keys = malloc((num_tokens + 1) * sizeof(*b->keys));
    b->scratch = malloc((num_tokens + 1) * sizeof(*b->scratch));
    b->ranges = malloc(b->capacity * sizeof(*b->ranges));
    trie->labels = calloc(b->capacity + MPB_TRIE_STEP, sizeof(*trie->labels));
    trie->nodes = malloc(b->capacity * sizeof(*trie->nodes));
    b->stack = malloc(b->capacity * sizeof(*b->stack));
    trie->tokens = malloc(b->capacity * sizeof(*trie->tokens));
    MPB_REQUIRE(b->keys != NULL && b->scratch != NULL && b->ranges != NULL && b->stack != NULL &&
                    trie->nodes != NULL && trie->labels != NULL && trie->tokens != NULL,
                MPB_ERR_SYSTEM, "no memory for a vocabulary of %zu tokens", num_tokens);
    return MPB_OK;
}

static size_t most_nodes(const char *bytes, const uint32_t *starts, size_t num_tokens)
{
    size_t last = num_tokens == 0 ? 0 : starts[num_tokens - 1];

    return num_tokens == 0 ? 2 : last + strlen(bytes + last) + 2;
}

mpb_status mpb_trie_init(mpb_trie *trie, const char *bytes, const uint32_t *starts,
                         size_t num_tokens)
{
    builder b = {.trie = trie,
                 .capacity = most_nodes(bytes, starts, num_tokens),
                 .bytes = bytes,
                 .starts = starts};
    mpb_status status = allocate(&b, num_tokens);

    if (status == MPB_OK) {
        add_roots(&b, num_tokens);
        expand_all(&b);
    }
    free(b.keys);
    free(b.scratch);
    free(b.ranges);
    free(b.stack);
    return status;
}

void mpb_trie_clear(mpb_trie *trie)
{
    free(trie->labels);
    free(trie->nodes);
    free(trie->tokens);
    *trie = (mpb_trie){0};
}

uint32_t mpb_trie_find(const mpb_trie *trie, const char *token)
{
    bool continuing = mpb_trie_continues_word(token);
    uint32_t node = continuing ? MPB_TRIE_CONTINUE : MPB_TRIE_BEGIN;

    for (token += continuing ? MPB_CONTINUATION_MARK : 0; *token != '\0'; token++) {
        node = mpb_trie_child(trie, node, *token);
        if (node == MPB_TRIE_NONE) {
            return MPB_NO_TOKEN;
        }
    }
    return trie->tokens[node];
}
