#include "scan.h"

const mpb_strings *mpb_corpus_given_names(const mpb_corpus *corpus)
{
    const mpb_strings *only = mpb_task_data_of(corpus->options->read.task)->label_names;
    const mpb_strings *names = only != NULL ? only : corpus->options->read.label_names;

    return names == NULL || names->count == 0 ? NULL : names;
}

bool mpb_corpus_keeps_labels(const mpb_corpus *corpus)
{
    const mpb_corpus_selection *selection = &corpus->options->selection;

    return selection->part != MPB_PART_ALL && selection->stratify &&
           mpb_task_data_of(corpus->options->read.task)->labels == MPB_LABELS_CLASS;
}
