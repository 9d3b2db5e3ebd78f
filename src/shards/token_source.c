#include "token_source_internal.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* FNV-1a of 64 bits, a token at a time, folded. */
uint32_t mpb_tokens_check(const uint32_t *tokens, size_t count)
{
    uint64_t hash = UINT64_C(14695981039346656037);

    for (size_t i = 0; i < count; i++) {
        hash = (hash ^ tokens[i]) * UINT64_C(1099511628211);
    }
    return (uint32_t)(hash ^ hash >> 32);
}

static void destroy(mpb_token_source *source)
{
    for (size_t s = 0; s < source->num_shards; s++) {
        mpb_h5_runs_clear(&source->shards[s].runs);
    }
    mpb_file_set_destroy(&source->files);
    free(source->shards);
    free(source->documents);
    free(source->checks);
    free(source->begins);
    free(source);
}

mpb_status mpb_token_source_create(uint64_t num_sequences, size_t num_shards,
                                   mpb_token_source **source)
{
    mpb_token_source *made;
    mpb_status status;

    MPB_REQUIRE(num_sequences < UINT32_MAX, MPB_ERR_DATA,
                "the shards hold %" PRIu64 " sequences, fewer than %" PRIu32
                " were expected of tokens that stay on disk",
                num_sequences, UINT32_MAX);
    made = calloc(1, sizeof(*made));
    MPB_REQUIRE(made != NULL, MPB_ERR_SYSTEM, "no memory for the places of tokens");
    made->users = 1;
    made->capacity = (size_t)num_sequences;
    made->shard_capacity = num_shards;
    made->begins = calloc(made->capacity + 1, sizeof(*made->begins));
    made->checks = calloc(made->capacity + 1, sizeof(*made->checks));
    made->shards = calloc(num_shards + 1, sizeof(*made->shards));
    status = mpb_file_set_create(&made->files);
    if (status == MPB_OK &&
        (made->begins == NULL || made->checks == NULL || made->shards == NULL)) {
        status =
            MPB_FAIL(MPB_ERR_SYSTEM, "no memory for the places of %zu sequences", made->capacity);
    }
    if (status != MPB_OK) {
        destroy(made);
        return status;
    }
    *source = made;
    return MPB_OK;
}

mpb_token_source *mpb_token_source_share(mpb_token_source *source)
{
    if (source != NULL) {
        source->users++;
    }
    return source;
}

void mpb_token_source_release(mpb_token_source **source)
{
    if (*source != NULL && --(*source)->users == 0) {
        destroy(*source);
    }
    *source = NULL;
}

static mpb_status copy_runs(const mpb_h5_runs *runs, const char *path, mpb_h5_runs *copy)
{
    *copy = *runs;
    copy->begins = malloc((runs->count + 1) * sizeof(*copy->begins));
    MPB_REQUIRE(copy->begins != NULL, MPB_ERR_SYSTEM, "no memory for %zu places (%s)", runs->count,
                path);
    memcpy(copy->begins, runs->begins, runs->count * sizeof(*copy->begins));
    return MPB_OK;
}

static mpb_status note_document(mpb_token_source *source, uint64_t document, const char *path)
{
    MPB_REQUIRE(document <= UINT32_MAX, MPB_ERR_DATA,
                "a sequence is of document %" PRIu64 ", at most %" PRIu32
                " was expected of tokens that stay on disk (%s)",
                document, UINT32_MAX, path);
    if (source->documents == NULL && document != source->count) {
        source->documents = malloc((source->capacity + 1) * sizeof(*source->documents));
        MPB_REQUIRE(source->documents != NULL, MPB_ERR_SYSTEM,
                    "no memory for the documents of %zu sequences", source->capacity);
        for (size_t i = 0; i < source->count; i++) {
            source->documents[i] = (uint32_t)i;
        }
    }
    if (source->documents != NULL) {
        source->documents[source->count] = (uint32_t)document;
    }
    return MPB_OK;
}

static void note_largest(mpb_token_source *source, const uint32_t *tokens, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (tokens[i] > source->largest) {
            source->largest = tokens[i];
            source->largest_at = (uint32_t)source->count;
        }
    }
}

mpb_status mpb_token_source_add(mpb_token_source *source, const mpb_token_shard *shard)
{
    source_shard *made = &source->shards[source->num_shards];

    MPB_REQUIRE(shard->count <= source->capacity - source->count &&
                    source->num_shards < source->shard_capacity &&
                    shard->offsets[shard->count] < UINT32_MAX,
                MPB_ERR_DATA,
                "%zu sequences of %" PRIu64 " tokens are more than a shard may hold (%s)",
                shard->count, shard->offsets[shard->count], shard->path);
    MPB_TRY(copy_runs(shard->runs, shard->path, &made->runs));
    made->first = (uint32_t)source->count;
    made->begin = source->num_tokens;
    source->num_shards++;
    MPB_TRY(mpb_file_set_add(source->files, shard->path));
    for (size_t i = 0; i < shard->count; i++) {
        const uint32_t *tokens = shard->tokens + shard->offsets[i];
        const size_t length = (size_t)(shard->offsets[i + 1] - shard->offsets[i]);

        MPB_TRY(note_document(source, shard->documents[i], shard->path));
        note_largest(source, tokens, length);
        source->checks[source->count] = mpb_tokens_check(tokens, length);
        source->num_tokens += length;
        source->count++;
        source->begins[source->count] = (uint32_t)source->num_tokens;
    }
    return MPB_OK;
}

size_t mpb_token_source_count(const mpb_token_source *source)
{
    return source->count;
}

size_t mpb_token_source_length(const mpb_token_source *source, uint32_t number)
{
    return source->begins[number + 1] - source->begins[number];
}

uint64_t mpb_token_source_document(const mpb_token_source *source, uint32_t number)
{
    return source->documents != NULL ? source->documents[number] : number;
}

uint32_t mpb_token_source_check(const mpb_token_source *source, uint32_t number)
{
    return source->checks[number];
}

uint32_t mpb_token_source_largest(const mpb_token_source *source, uint32_t *number)
{
    *number = source->largest_at;
    return source->largest;
}

size_t mpb_token_source_bytes(const mpb_token_source *source)
{
    size_t bytes = source->count * (sizeof(*source->begins) + sizeof(*source->checks) +
                                    (source->documents != NULL ? sizeof(*source->documents) : 0));

    for (size_t s = 0; s < source->num_shards; s++) {
        bytes += sizeof(source->shards[s]) +
                 source->shards[s].runs.count * sizeof(*source->shards[s].runs.begins);
    }
    return bytes;
}
