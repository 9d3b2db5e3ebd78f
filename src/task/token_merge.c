#include "token_words.h"

/* Tokens between token t of a sequence and its nearer edge. */
static uint64_t context_of(const mpb_dataset *data, size_t sequence, uint64_t t)
{
    const uint64_t before = t - data->offsets[sequence];
    const uint64_t behind = data->offsets[sequence + 1] - 1 - t;

    return before < behind ? before : behind;
}

/* Goes through the words of a sequence. */
typedef struct sequence_walk {
    size_t sequence;
    uint64_t t; /* the word's token */
    uint64_t end;
    token_guess *guess;
} sequence_walk;

static sequence_walk walk_of(const mpb_dataset *data, const mpb_kept *kept, size_t sequence)
{
    const uint64_t end = data->offsets[sequence + 1];

    return (sequence_walk){.sequence = sequence,
                           .t = token_next(data, data->offsets[sequence], end),
                           .end = end,
                           .guess = token_guesses(kept, sequence)};
}

static void step(const mpb_dataset *data, sequence_walk *walk)
{
    walk->t = token_next(data, walk->t + 1, walk->end);
    walk->guess++;
}

/* Of a word in both chunks, the guess with less context is out. Over all pairs only the best stays,
 * since it is out of none. */
static void settle_pair(const mpb_dataset *data, sequence_walk a, sequence_walk b)
{
    while (a.t < a.end && b.t < b.end) {
        const uint32_t of_a = data->char_start[a.t];
        const uint32_t of_b = data->char_start[b.t];

        if (of_a == of_b) {
            const bool first =
                context_of(data, a.sequence, a.t) >= context_of(data, b.sequence, b.t);

            (first ? b.guess : a.guess)->label = TOKEN_ELSEWHERE;
        }
        if (of_a <= of_b) {
            step(data, &a);
        }
        if (of_b <= of_a) {
            step(data, &b);
        }
    }
}

/* Whether chunk b, behind a, begins behind a's last token. */
static bool is_apart(const mpb_dataset *data, const sequence_walk *a, const sequence_walk *b)
{
    const uint64_t last = a->end - 2; /* before [SEP] */

    return b->t < b->end && data->char_start[b->t] > data->char_start[last];
}

void token_merge(const mpb_task_sequences *of, const mpb_documents *documents, mpb_pooling pooling,
                 mpb_kept *kept)
{
    const mpb_dataset *data = of->data;

    (void)pooling;
    for (size_t d = 0; d < documents->count; d++) {
        for (size_t i = mpb_document_first(documents, d); i < mpb_document_first(documents, d + 1);
             i++) {
            const sequence_walk a = walk_of(data, kept, i);

            for (size_t j = i + 1; j < mpb_document_first(documents, d + 1); j++) {
                const sequence_walk b = walk_of(data, kept, j);

                if (is_apart(data, &a, &b)) {
                    break;
                }
                settle_pair(data, a, b);
            }
        }
    }
}
