#include "scan.h"

const mpb_strings *mpb_corpus_given_names(const mpb_corpus *corpus)
{
    const mpb_strings *names = corpus->options->read.label_names;

    return names == NULL || names->count == 0 ? NULL : names;
}

bool mpb_corpus_keeps_labels(const mpb_corpus *corpus)
{
    const mpb_corpus_selection *selection = &corpus->options->selection;

    return selection->part != MPB_PART_ALL && selection->stratify &&
           corpus->options->read.task == MPB_TASK_CLASSIFICATION;
}
