#include "mpibert/session/cut_texts.h"

size_t mpb_cut_texts_count(const mpb_cut_texts *cut, const mpb_dataset *dataset)
{
    size_t count = 0;

    for (size_t i = 0; i < dataset->num_sequences; i++) {
        count += mpb_dataset_length(dataset, i) == cut->length;
    }
    return count;
}

mpb_cut_texts mpb_cut_texts_of(const mpb_dataset *source)
{
    const mpb_truncation *t = &source->truncation;
    mpb_cut_texts cut = {.known = t->texts > 0, .exact = true};

    if (t->truncated_texts == 0) {
        return cut;
    }
    cut.length = mpb_dataset_longest(source);
    cut.exact = mpb_cut_texts_count(&cut, source) == t->truncated_texts;
    cut.token_share = (double)t->tokens_cut / (double)t->tokens;
    return cut;
}
