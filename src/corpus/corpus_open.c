#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "corpus_internal.h"
#include "mpibert/io/file.h"
#include "mpibert/io/unpack.h"

/* Input bytes that become one shard: a 64th of the corpus, within these limits. Sixteen MiB of text
 * are about four million tokens, which keeps a rank far below 300 MB. */
enum { SHARDS_WANTED = 64, MIN_RANGE = 256 << 10, MAX_RANGE = 16 << 20 };

void mpb_corpus_close(mpb_corpus *corpus)
{
    for (size_t i = 0; i < corpus->num_inputs; i++) {
        mpb_input_close(&corpus->inputs[i]);
    }
    free(corpus->inputs);
    mpb_corpus_remove_unpacked(corpus);
    mpb_ranges_clear(&corpus->ranges);
    free(corpus->first);
    mpb_strings_clear(&corpus->label_names);
    free(corpus->labels);
    free(corpus->left_out);
    free(corpus->repeated);
    corpus->inputs = NULL;
    corpus->num_inputs = 0;
    corpus->first = NULL;
    corpus->labels = NULL;
    corpus->left_out = NULL;
    corpus->repeated = NULL;
}

/* Adds the paths that a pattern stands for, sorted; a path without wildcards stands for itself. */
static mpb_status expand(const char *pattern, mpb_strings *names)
{
    glob_t found;
    mpb_status status = MPB_OK;

    if (mpb_file_exists(pattern) || strpbrk(pattern, "*?[") == NULL) {
        return mpb_strings_add(names, pattern, strlen(pattern));
    }
    if (glob(pattern, GLOB_ERR, NULL, &found) != 0) {
        globfree(&found);
        return MPB_FAIL(MPB_ERR_DATA, "there is no file of this pattern (%s)", pattern);
    }
    for (size_t i = 0; i < found.gl_pathc && status == MPB_OK; i++) {
        status = mpb_strings_add(names, found.gl_pathv[i], strlen(found.gl_pathv[i]));
    }
    globfree(&found);
    return status;
}

/* What a pattern stands for may have any name. */
static mpb_status check_names(const mpb_strings *names)
{
    for (size_t i = 0; i < names->count; i++) {
        MPB_REQUIRE(mpb_text_is_line(names->items[i]), MPB_ERR_DATA,
                    "a name with a line break or another control character was found: rename it "
                    "(%s)",
                    names->items[i]);
    }
    return MPB_OK;
}

static mpb_status list_inputs(const mpb_strings *paths, mpb_strings *names)
{
    MPB_REQUIRE(paths->count > 0, MPB_ERR_DATA, "no data path was given");
    for (size_t i = 0; i < paths->count; i++) {
        MPB_TRY(expand(paths->items[i], names));
    }
    return check_names(names);
}

static mpb_status open_inputs(mpb_corpus *corpus, const mpb_strings *names)
{
    corpus->inputs = calloc(names->count, sizeof(*corpus->inputs));
    MPB_REQUIRE(corpus->inputs != NULL, MPB_ERR_SYSTEM, "no memory for %zu inputs", names->count);
    for (size_t i = 0; i < names->count; i++) {
        char path[MPB_PATH_SIZE];

        MPB_TRY(mpb_corpus_place(corpus, names->items[i], i, path));
        MPB_TRY(mpb_input_open(names->items[i], path, &corpus->options->read, &corpus->inputs[i]));
        corpus->num_inputs++;
    }
    return MPB_OK;
}

static uint64_t input_bytes(const mpb_input *input)
{
    uint64_t bytes = 0;

    if (input->format != MPB_FORMAT_FOLDER) {
        return input->size - input->begin;
    }
    for (size_t i = 0; i < input->folder.files.count; i++) {
        bytes += input->folder.bytes[i];
    }
    return bytes;
}

static uint64_t range_target(const mpb_corpus *corpus)
{
    uint64_t target = corpus->total_bytes / SHARDS_WANTED;

    if (corpus->options->range_bytes > 0) {
        return corpus->options->range_bytes;
    }
    if (target < MIN_RANGE) {
        return MIN_RANGE;
    }
    return target > MAX_RANGE ? MAX_RANGE : target;
}

static mpb_status cut_all(mpb_corpus *corpus)
{
    for (size_t i = 0; i < corpus->num_inputs; i++) {
        MPB_TRY(mpb_input_cut(&corpus->inputs[i], i, range_target(corpus), &corpus->ranges));
    }
    MPB_REQUIRE(corpus->ranges.count > 0, MPB_ERR_DATA,
                "there is no example, at least one was expected (%s)", corpus->inputs[0].name);
    return MPB_OK;
}

/* Rank 0's ranges, on all ranks. */
static mpb_status share_ranges(mpb_corpus *corpus)
{
    mpb_ranges *ranges = &corpus->ranges;
    uint64_t count = ranges->count;

    MPB_TRY(mpb_comm_broadcast(corpus->comm, &count, sizeof(count)));
    if (mpb_comm_rank(corpus->comm) != 0) {
        ranges->items = malloc((size_t)count * sizeof(*ranges->items));
        ranges->count = (size_t)count;
        ranges->capacity = (size_t)count;
    }
    MPB_TRY(mpb_comm_agree(corpus->comm,
                           ranges->items == NULL
                               ? MPB_FAIL(MPB_ERR_SYSTEM, "no memory for the ranges of a corpus")
                               : MPB_OK));
    return mpb_comm_broadcast(corpus->comm, ranges->items, ranges->count * sizeof(*ranges->items));
}

/* All ranks must see the same files, which shared file systems do not promise. */
static mpb_status compare_views(const mpb_corpus *corpus)
{
    uint64_t first[2] = {corpus->num_inputs, corpus->total_bytes};
    const uint64_t mine[2] = {corpus->num_inputs, corpus->total_bytes};

    MPB_TRY(mpb_comm_broadcast(corpus->comm, first, sizeof(first)));
    MPB_REQUIRE(memcmp(first, mine, sizeof(first)) == 0, MPB_ERR_DATA,
                "rank %d sees %llu inputs of %llu bytes, rank 0 %llu of %llu: is it the same file "
                "system? (%s)",
                mpb_comm_rank(corpus->comm), (unsigned long long)mine[0],
                (unsigned long long)mine[1], (unsigned long long)first[0],
                (unsigned long long)first[1], corpus->inputs[0].name);
    return MPB_OK;
}

static mpb_status cut_together(mpb_corpus *corpus)
{
    bool cuts = corpus->comm == NULL || mpb_comm_rank(corpus->comm) == 0;

    for (size_t i = 0; i < corpus->num_inputs; i++) {
        corpus->total_bytes += input_bytes(&corpus->inputs[i]);
    }
    if (corpus->comm != NULL) {
        MPB_TRY(mpb_comm_agree(corpus->comm, compare_views(corpus)));
    }
    MPB_TRY(mpb_corpus_agree(corpus, cuts ? cut_all(corpus) : MPB_OK));
    return corpus->comm == NULL ? MPB_OK : share_ranges(corpus);
}

static mpb_status open_all(mpb_corpus *corpus, const mpb_strings *names, const char *folder)
{
    MPB_TRY(mpb_corpus_unpack(corpus, names, folder));
    return mpb_corpus_agree(corpus, open_inputs(corpus, names));
}

static mpb_status join(const mpb_strings *names, mpb_buffer *text)
{
    for (size_t i = 0; i < names->count; i++) {
        MPB_TRY(mpb_buffer_append_format(text, "%s\n", names->items[i]));
    }
    return MPB_OK;
}

/* Patterns may stand for other files on other hosts. */
static mpb_status compare_names(const mpb_corpus *corpus, const mpb_strings *names)
{
    mpb_buffer text = {0};
    mpb_status status;

    if (corpus->comm == NULL) {
        return MPB_OK;
    }
    status = mpb_comm_agree(corpus->comm, join(names, &text));
    if (status == MPB_OK) {
        status = mpb_comm_compare(corpus->comm, text.data, text.size, "the list of input files",
                                  corpus->options->paths->items[0]);
    }
    mpb_buffer_clear(&text);
    return status;
}

mpb_status mpb_corpus_open(mpb_corpus *corpus, const char *folder)
{
    mpb_strings names = {0};
    mpb_status status = mpb_corpus_agree(corpus, list_inputs(corpus->options->paths, &names));

    if (status == MPB_OK) {
        status = compare_names(corpus, &names);
    }
    if (status == MPB_OK) {
        status = open_all(corpus, &names, folder);
    }
    mpb_strings_clear(&names);
    MPB_TRY(status);
    return cut_together(corpus);
}

mpb_status mpb_corpus_open_memory(mpb_corpus *corpus, const char *content, size_t size,
                                  const char *where)
{
    corpus->inputs = calloc(1, sizeof(*corpus->inputs));
    MPB_REQUIRE(corpus->inputs != NULL, MPB_ERR_SYSTEM, "no memory for an input");
    MPB_TRY(mpb_input_open_memory(where, content, size, &corpus->options->read, corpus->inputs));
    corpus->num_inputs = 1;
    corpus->total_bytes = size;
    return cut_all(corpus);
}
