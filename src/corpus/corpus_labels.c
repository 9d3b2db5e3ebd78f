#include "scan.h"

const mpb_strings *mpb_corpus_given_names(const mpb_corpus *corpus)
{
    const mpb_read_options *read = &corpus->options->read;

    return read->label_names != NULL && read->label_names->count > 0
               ? read->label_names
               : mpb_task_data_of(read->task)->label_names;
}

bool mpb_corpus_keeps_labels(const mpb_corpus *corpus)
{
    const mpb_corpus_selection *selection = &corpus->options->selection;

    return selection->part != MPB_PART_ALL && selection->stratify &&
           mpb_task_data_of(corpus->options->read.task)->labels == MPB_LABELS_CLASS;
}
