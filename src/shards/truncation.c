#include "mpibert/shards/truncation.h"

#include <inttypes.h>
#include <stdio.h>

void mpb_truncation_describe_cuts(const mpb_truncation *truncation, char text[MPB_CUTS_SIZE])
{
    const mpb_truncation *t = truncation;
    double share = t->tokens == 0 ? 0.0 : 100.0 * (double)t->tokens_cut / (double)t->tokens;

    snprintf(text, MPB_CUTS_SIZE, "%" PRIu64 " of %" PRIu64 " texts were cut, %.1f%% of tokens",
             t->truncated_texts, t->texts, share);
}

void mpb_truncation_describe_targets(const mpb_truncation *truncation, const char *what,
                                     char text[MPB_CUTS_SIZE])
{
    const mpb_truncation *t = truncation;
    double share = t->targets == 0 ? 0.0 : 100.0 * (double)t->targets_cut / (double)t->targets;

    snprintf(text, MPB_CUTS_SIZE, "%" PRIu64 " of %" PRIu64 " %s are out of reach, %.2f%%",
             t->targets_cut, t->targets, what, share);
}

void mpb_truncation_add(mpb_truncation *total, const mpb_truncation *part)
{
    total->texts += part->texts;
    total->truncated_texts += part->truncated_texts;
    total->tokens += part->tokens;
    total->tokens_cut += part->tokens_cut;
    total->targets += part->targets;
    total->targets_cut += part->targets_cut;
    total->chunked_texts += part->chunked_texts;
    total->chunks += part->chunks;
    total->skipped += part->skipped;
}
