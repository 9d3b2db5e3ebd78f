#include "mpibert/session/cut_texts.h"

static size_t longest_of(const mpb_dataset *dataset)
{
    size_t longest = 0;

    for (size_t i = 0; i < dataset->num_sequences; i++) {
        size_t length = (size_t)(dataset->offsets[i + 1] - dataset->offsets[i]);

        longest = length > longest ? length : longest;
    }
    return longest;
}

size_t mpb_cut_texts_count(const mpb_cut_texts *cut, const mpb_dataset *dataset)
{
    size_t count = 0;

    for (size_t i = 0; i < dataset->num_sequences; i++) {
        count += (size_t)(dataset->offsets[i + 1] - dataset->offsets[i]) == cut->length;
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
    cut.length = longest_of(source);
    cut.exact = mpb_cut_texts_count(&cut, source) == t->truncated_texts;
    cut.token_share = (double)t->tokens_cut / (double)t->tokens;
    return cut;
}
