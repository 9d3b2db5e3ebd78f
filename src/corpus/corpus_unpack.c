/* Unpacked copies of packed inputs, in a folder that lasts as long as the corpus is open. */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "corpus_internal.h"
#include "mpibert/io/file.h"
#include "mpibert/io/unpack.h"

static const char SCRATCH[] = "unpacked-";

bool mpb_corpus_is_scratch(const char *name)
{
    return strncmp(name, SCRATCH, strlen(SCRATCH)) == 0;
}

void mpb_corpus_tell_of_leftover(const mpb_corpus *corpus, mpb_status removed)
{
    if (removed != MPB_OK && corpus->log != NULL) {
        mpb_log_warning(corpus->log, "what is needed no more stays: %s", mpb_status_last());
    }
}

static bool is_leader(const mpb_corpus *corpus)
{
    return corpus->comm == NULL || mpb_comm_rank(corpus->comm) == 0;
}

static bool works_on(const mpb_corpus *corpus, size_t input)
{
    return corpus->comm == NULL ||
           input % (size_t)mpb_comm_size(corpus->comm) == (size_t)mpb_comm_rank(corpus->comm);
}

mpb_status mpb_corpus_place(const mpb_corpus *corpus, const char *name, size_t input,
                            char path[MPB_PATH_SIZE])
{
    char copy[32];

    if (!mpb_is_packed(name)) {
        MPB_REQUIRE(strlen(name) < MPB_PATH_SIZE, MPB_ERR_DATA, "the path is too long (%s)", name);
        memcpy(path, name, strlen(name) + 1);
        return MPB_OK;
    }
    snprintf(copy, sizeof(copy), "input-%05zu", input);
    return mpb_path_join(corpus->scratch, copy, path, MPB_PATH_SIZE);
}

static bool any_packed(const mpb_strings *names)
{
    for (size_t i = 0; i < names->count; i++) {
        if (mpb_is_packed(names->items[i])) {
            return true;
        }
    }
    return false;
}

/* Each rank unpacks some of the files. */
static mpb_status unpack_own(const mpb_corpus *corpus, const mpb_strings *names)
{
    for (size_t i = 0; i < names->count; i++) {
        char path[MPB_PATH_SIZE];

        MPB_TRY(mpb_corpus_place(corpus, names->items[i], i, path));
        if (mpb_is_packed(names->items[i]) && works_on(corpus, i)) {
            MPB_TRY(mpb_unpack_file(names->items[i], path, corpus->options->max_unpacked));
        }
    }
    return MPB_OK;
}

/* In `folder`, beside the shards; a process of its own gets one among the temporary files. */
static mpb_status make_scratch(mpb_corpus *corpus, const char *folder)
{
    const char *temporary = corpus->options->temporary;
    char path[MPB_PATH_SIZE];
    int length;

    if (folder != NULL) {
        MPB_TRY(mpb_directory_create(folder));
        length = snprintf(path, sizeof(path), "%s/%sXXXXXX", folder, SCRATCH);
    } else {
        length = snprintf(path, sizeof(path), "%s/mpibert-%sXXXXXX",
                          temporary == NULL ? "/tmp" : temporary, SCRATCH);
    }
    MPB_REQUIRE(length >= 0 && (size_t)length < sizeof(path), MPB_ERR_SYSTEM,
                "the path is too long (%s)", folder == NULL ? temporary : folder);
    MPB_REQUIRE(mkdtemp(path) != NULL, MPB_ERR_SYSTEM, "cannot create a folder: %s (%s)",
                strerror(errno), path);
    memcpy(corpus->scratch, path, sizeof(path));
    return MPB_OK;
}

mpb_status mpb_corpus_unpack(mpb_corpus *corpus, const mpb_strings *names, const char *folder)
{
    if (!any_packed(names)) {
        return MPB_OK;
    }
    MPB_TRY(mpb_corpus_agree(corpus, is_leader(corpus) ? make_scratch(corpus, folder) : MPB_OK));
    if (corpus->comm != NULL) {
        MPB_TRY(mpb_comm_broadcast(corpus->comm, corpus->scratch, sizeof(corpus->scratch)));
    }
    return mpb_corpus_agree(corpus, unpack_own(corpus, names));
}

void mpb_corpus_remove_unpacked(mpb_corpus *corpus)
{
    if (corpus->scratch[0] != '\0' && is_leader(corpus)) {
        mpb_corpus_tell_of_leftover(corpus, mpb_path_remove(corpus->scratch));
    }
    corpus->scratch[0] = '\0';
}
