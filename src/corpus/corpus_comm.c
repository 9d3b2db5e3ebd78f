#include "corpus_internal.h"

#include "mpibert/comm/watch.h"

mpb_status mpb_corpus_agree(const mpb_corpus *corpus, mpb_status status)
{
    return corpus->comm == NULL ? status : mpb_comm_agree(corpus->comm, status);
}

void mpb_corpus_tell(const mpb_corpus *corpus, const mpb_corpus_progress *progress)
{
    const mpb_corpus_options *options = corpus->options;

    if (corpus->comm != NULL) {
        mpb_comm_note(corpus->comm, progress->phase, -1);
    }
    if (options->progress != NULL && (corpus->comm == NULL || mpb_comm_rank(corpus->comm) == 0)) {
        options->progress(options->progress_context, progress);
    }
}
