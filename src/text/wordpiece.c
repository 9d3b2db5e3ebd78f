#include "wordpiece.h"

#include <stdlib.h>
#include <string.h>

static mpb_status reserve_pops(mpb_wordpiece *w, size_t extra)
{
    size_t capacity = 2 * (w->num_pops + extra);
    mpb_wordpiece_pop *larger;

    if (w->num_pops + extra <= w->capacity) {
        return MPB_OK;
    }
    MPB_REQUIRE(capacity < UINT32_MAX, MPB_ERR_DATA,
                "the vocabulary's tokens consist of %zu others, fewer than %u were expected",
                w->num_pops + extra, UINT32_MAX / 2);
    larger = realloc(w->pops, capacity * sizeof(*larger));
    MPB_REQUIRE(larger != NULL, MPB_ERR_SYSTEM, "no memory for %zu pieces of tokens", capacity);
    w->pops = larger;
    w->capacity = capacity;
    return MPB_OK;
}

static mpb_status add_pop(mpb_wordpiece *w, uint32_t token, uint32_t *last)
{
    uint32_t count = w->pops[*last].count + 1;

    MPB_TRY(reserve_pops(w, 1));
    w->pops[w->num_pops] = (mpb_wordpiece_pop){token, *last, count};
    *last = (uint32_t)w->num_pops++;
    return MPB_OK;
}

/* Makes *last the chain *last followed by a copy of the chain `more`. */
static mpb_status add_chain(mpb_wordpiece *w, uint32_t more, uint32_t *last)
{
    size_t count = w->pops[more].count;
    uint32_t before = *last;

    if (count == 0) {
        return MPB_OK;
    }
    MPB_TRY(reserve_pops(w, count));
    for (size_t i = count; i-- > 0; more = w->pops[more].before) {
        w->pops[w->num_pops + i].token = w->pops[more].token;
    }
    for (size_t i = 0; i < count; i++) {
        size_t at = w->num_pops++;

        w->pops[at].before = before;
        w->pops[at].count = w->pops[before].count + 1;
        before = (uint32_t)at;
    }
    *last = before;
    return MPB_OK;
}

/* For a node that is no token: pops on from its parent's state until the byte that leads to the
 * node can be read. */
static mpb_status link_inner(mpb_wordpiece *w, uint32_t parent, uint32_t node)
{
    char byte = (char)w->trie->labels[node];
    uint32_t last = w->failures[parent].last_pop;
    size_t num_pops = w->num_pops;

    for (uint32_t at = w->failures[parent].node; at != MPB_TRIE_NONE; at = w->failures[at].node) {
        uint32_t next = mpb_trie_child(w->trie, at, byte);

        if (next != MPB_TRIE_NONE) {
            w->failures[node] = (mpb_wordpiece_failure){last, next};
            return MPB_OK;
        }
        MPB_TRY(add_chain(w, w->failures[at].last_pop, &last));
    }
    w->num_pops = num_pops;
    return MPB_OK;
}

static mpb_status link_node(mpb_wordpiece *w, uint32_t parent, uint32_t node)
{
    uint32_t token = w->trie->tokens[node];

    if (token == MPB_NO_TOKEN) {
        return link_inner(w, parent, node);
    }
    w->failures[node].node = MPB_TRIE_CONTINUE;
    return add_pop(w, token, &w->failures[node].last_pop);
}

/* Level by level, since a failure leads to a node above: `queue` (trie->count) has the nodes in
 * that order. */
static mpb_status link_all(mpb_wordpiece *w, uint32_t *queue)
{
    size_t end = 0;

    queue[end++] = MPB_TRIE_BEGIN;
    queue[end++] = MPB_TRIE_CONTINUE;
    for (size_t i = 0; i < end; i++) {
        mpb_trie_node parent = w->trie->nodes[queue[i]];

        for (uint32_t node = parent.children; node < parent.children + parent.num_children;
             node++) {
            MPB_TRY(link_node(w, queue[i], node));
            queue[end++] = node;
        }
    }
    return MPB_OK;
}

mpb_status mpb_wordpiece_init(mpb_wordpiece *wordpiece, const mpb_trie *trie)
{
    uint32_t *queue;
    mpb_status status;

    wordpiece->trie = trie;
    wordpiece->failures = calloc(trie->count, sizeof(*wordpiece->failures));
    MPB_REQUIRE(wordpiece->failures != NULL, MPB_ERR_SYSTEM,
                "no memory for an automaton of %zu states", trie->count);
    MPB_TRY(reserve_pops(wordpiece, trie->count));
    wordpiece->pops[0] = (mpb_wordpiece_pop){MPB_NO_TOKEN, 0, 0};
    wordpiece->num_pops = 1;
    queue = malloc(trie->count * sizeof(*queue));
    MPB_REQUIRE(queue != NULL, MPB_ERR_SYSTEM, "no memory for an automaton of %zu states",
                trie->count);
    status = link_all(wordpiece, queue);
    free(queue);
    return status;
}

void mpb_wordpiece_clear(mpb_wordpiece *wordpiece)
{
    free(wordpiece->failures);
    free(wordpiece->pops);
    *wordpiece = (mpb_wordpiece){0};
}

/* Writes the pops of the node and goes where it fails to. */
static uint32_t fail(const mpb_wordpiece *w, uint32_t node, uint32_t *tokens, size_t *count)
{
    mpb_wordpiece_failure failure = w->failures[node];
    size_t at = *count + w->pops[failure.last_pop].count;

    *count = at;
    for (uint32_t pop = failure.last_pop; pop != 0; pop = w->pops[pop].before) {
        tokens[--at] = w->pops[pop].token;
    }
    return failure.node;
}

size_t mpb_wordpiece_match(const mpb_wordpiece *wordpiece, const char *word, size_t size,
                           uint32_t *tokens)
{
    uint32_t node = MPB_TRIE_BEGIN;
    size_t count = 0;

    for (size_t i = 0; i < size; i++) {
        uint32_t next = mpb_trie_child(wordpiece->trie, node, word[i]);

        while (next == MPB_TRIE_NONE) {
            node = fail(wordpiece, node, tokens, &count);
            if (node == MPB_TRIE_NONE) {
                return 0;
            }
            next = mpb_trie_child(wordpiece->trie, node, word[i]);
        }
        node = next;
    }
    while (node != MPB_TRIE_CONTINUE) {
        node = fail(wordpiece, node, tokens, &count);
        if (node == MPB_TRIE_NONE) {
            return 0;
        }
    }
    return count;
}
