#include "mpibert/eval/scores.h"

#include <math.h>

static double ratio(int64_t part, int64_t whole)
{
    return whole > 0 ? (double)part / (double)whole : 0.0;
}

mpb_scores mpb_scores_of(mpb_hit_counts counts)
{
    return (mpb_scores){
        .precision = ratio(counts.hits, counts.predicted),
        .recall = ratio(counts.hits, counts.gold),
        .f1 = ratio(2 * counts.hits, counts.gold + counts.predicted),
    };
}

static void add(mpb_scores *sum, double weight, mpb_scores scores)
{
    sum->precision += weight * scores.precision;
    sum->recall += weight * scores.recall;
    sum->f1 += weight * scores.f1;
}

mpb_score_averages mpb_scores_average(size_t num_labels, const mpb_hit_counts *counts)
{
    mpb_score_averages averages = {0};
    mpb_hit_counts all = {0};

    for (size_t j = 0; j < num_labels; j++) {
        all.hits += counts[j].hits;
        all.gold += counts[j].gold;
        all.predicted += counts[j].predicted;
    }
    averages.micro = mpb_scores_of(all);
    for (size_t j = 0; j < num_labels; j++) {
        mpb_scores scores = mpb_scores_of(counts[j]);

        add(&averages.macro, 1.0 / (double)num_labels, scores);
        add(&averages.weighted, ratio(counts[j].gold, all.gold), scores);
    }
    return averages;
}

mpb_score_averages mpb_scores_undefined(void)
{
    const mpb_scores none = {.precision = NAN, .recall = NAN, .f1 = NAN};

    return (mpb_score_averages){.micro = none, .macro = none, .weighted = none};
}
