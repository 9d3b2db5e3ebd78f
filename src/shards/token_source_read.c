/* Tokens and ids from the shards of a source. */

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "token_source_internal.h"

/* The shard that has a sequence. */
static size_t shard_of(const mpb_token_source *source, uint32_t number)
{
    size_t low = 0;
    size_t high = source->num_shards;

    while (high - low > 1) {
        const size_t middle = low + (high - low) / 2;

        if (source->shards[middle].first <= number) {
            low = middle;
        } else {
            high = middle;
        }
    }
    return low;
}

/* Tokens of a shard, one after the other. */
typedef struct stretch {
    size_t shard;
    size_t begin; /* in the shard */
    size_t count;
} stretch;

static stretch stretch_of(const mpb_token_source *source, uint32_t number)
{
    const size_t s = shard_of(source, number);

    return (stretch){.shard = s,
                     .begin = source->begins[number] - (uint32_t)source->shards[s].begin,
                     .count = mpb_token_source_length(source, number)};
}

/* Takes from `left` what lies in one run of the file; *at = the byte where that begins. */
static size_t take_run(const mpb_h5_runs *runs, stretch *left, uint64_t *at)
{
    const size_t inside = left->begin % runs->length;
    const size_t room = runs->length - inside;
    const size_t count = left->count < room ? left->count : room;

    *at = runs->begins[left->begin / runs->length] + inside * runs->element;
    left->begin += count;
    left->count -= count;
    return count;
}

/* bytes (count ids of 16 bits, at the end of the memory of tokens) become tokens (count). */
static void widen(const unsigned char *bytes, size_t count, uint32_t *tokens)
{
    for (size_t i = 0; i < count; i++) {
        uint16_t id;

        memcpy(&id, bytes + i * sizeof(id), sizeof(id));
        tokens[i] = id;
    }
}

static mpb_status read_stretch(const mpb_token_source *source, stretch left, uint32_t *tokens)
{
    const mpb_h5_runs *runs = &source->shards[left.shard].runs;
    const size_t all = left.count;
    unsigned char *bytes = (unsigned char *)tokens + all * (sizeof(*tokens) - runs->element);

    while (left.count > 0) {
        uint64_t at;
        const size_t done = all - left.count;
        const size_t count = take_run(runs, &left, &at);

        MPB_TRY(mpb_file_set_read(source->files, left.shard, at, bytes + done * runs->element,
                                  count * runs->element));
    }
    if (runs->element < sizeof(*tokens)) {
        widen(bytes, all, tokens);
    }
    return MPB_OK;
}

static mpb_status check_tokens(const mpb_token_source *source, size_t shard, uint32_t number,
                               const uint32_t *tokens)
{
    const size_t length = mpb_token_source_length(source, number);

    MPB_REQUIRE(mpb_tokens_check(tokens, length) == source->checks[number], MPB_ERR_DATA,
                "the tokens of sequence %" PRIu32
                " are not those that the shard held when the run began: it was changed or is "
                "damaged (%s)",
                number - source->shards[shard].first, mpb_file_set_path(source->files, shard));
    return MPB_OK;
}

/* How many of the numbers follow each other in the shard of the first one. */
static size_t count_neighbours(const mpb_token_source *source, size_t shard,
                               const uint32_t *numbers, size_t count)
{
    const uint32_t end =
        shard + 1 < source->num_shards ? source->shards[shard + 1].first : (uint32_t)source->count;
    size_t n = 1;

    while (n < count && numbers[n] == numbers[0] + n && numbers[n] < end) {
        n++;
    }
    return n;
}

mpb_status mpb_token_source_read(mpb_token_source *source, const uint32_t *numbers, size_t count,
                                 uint32_t *tokens)
{
    size_t next = 0;

    while (next < count) {
        stretch together = stretch_of(source, numbers[next]);
        const size_t end =
            next + count_neighbours(source, together.shard, numbers + next, count - next);

        together.count = source->begins[numbers[end - 1] + 1] - source->begins[numbers[next]];
        MPB_TRY(read_stretch(source, together, tokens));
        for (; next < end; next++) {
            MPB_TRY(check_tokens(source, together.shard, numbers[next], tokens));
            tokens += mpb_token_source_length(source, numbers[next]);
        }
    }
    return MPB_OK;
}

void mpb_token_source_expect(mpb_token_source *source, uint32_t number)
{
    stretch left = stretch_of(source, number);
    const mpb_h5_runs *runs = &source->shards[left.shard].runs;

    while (left.count > 0) {
        uint64_t at;
        const size_t count = take_run(runs, &left, &at);

        mpb_file_set_expect(source->files, left.shard, at, count * runs->element);
    }
}

static mpb_status read_id(const char *path, size_t sequence, char *text, size_t size)
{
    mpb_h5 *file = NULL;
    mpb_strings ids = {0};
    mpb_status status;

    MPB_TRY(mpb_h5_open(path, &file));
    status = mpb_h5_end(&file, mpb_h5_read_strings(file, "id", &ids));
    if (status == MPB_OK && sequence < ids.count) {
        snprintf(text, size, "%s", ids.items[sequence]);
    }
    mpb_strings_clear(&ids);
    return status;
}

void mpb_token_source_id(const mpb_token_source *source, uint32_t number, char *text, size_t size)
{
    const size_t shard = shard_of(source, number);
    const char *path = mpb_file_set_path(source->files, shard);
    const uint32_t sequence = number - source->shards[shard].first;

    if (read_id(path, sequence, text, size) != MPB_OK) {
        snprintf(text, size, "%" PRIu32 " of %s", sequence, path);
    }
}
