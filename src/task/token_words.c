#include "token_words.h"

uint64_t token_next(const mpb_dataset *data, uint64_t t, uint64_t end)
{
    while (t < end && data->token_labels[t] == MPB_NO_LABEL) {
        t++;
    }
    return t;
}

size_t token_count(const mpb_dataset *data, size_t sequence)
{
    const uint64_t end = data->offsets[sequence + 1];
    size_t count = 0;

    for (uint64_t t = token_next(data, data->offsets[sequence], end); t < end;
         t = token_next(data, t + 1, end)) {
        count++;
    }
    return count;
}

token_guess *token_guesses(const mpb_kept *kept, size_t sequence)
{
    return (token_guess *)(void *)(kept->bytes + kept->begins[sequence]);
}

static void enter_sequence(token_walk *walk)
{
    if (walk->sequence < walk->end) {
        walk->token = walk->results->data->offsets[walk->sequence];
        walk->guess = token_guesses(walk->results->kept, walk->sequence);
    }
}

token_walk token_walk_begin(const mpb_task_results *results, size_t document)
{
    const mpb_dataset *data = results->data;
    token_walk walk = {.results = results,
                       .sequence = mpb_document_first(results->documents, document),
                       .end = mpb_document_first(results->documents, document + 1)};

    if (data->shape.questions) {
        walk.text = mpb_questions_get(&data->questions, data->question[walk.sequence]).context;
    }
    enter_sequence(&walk);
    return walk;
}

/* The tokens of a word that begins at code point `start`, as far as sequence i has them: end (if any)
 * becomes where the last of them ends. Whether another word follows there. */
static bool follow_word(const mpb_dataset *data, size_t i, uint32_t start, uint32_t *end)
{
    const uint64_t last = data->offsets[i + 1] - 1; /* [SEP] */
    uint64_t t = data->offsets[i] + 1;
    uint64_t next;

    while (t < last && data->char_start[t] < start) {
        t++;
    }
    if (t < last && data->token_labels[t] != MPB_NO_LABEL && data->char_start[t] > start) {
        return true;
    }
    next = token_next(data, t + 1, last);
    if (t < last) {
        *end = data->char_end[next - 1];
    }
    return next < last;
}

/* Where the word at code point `start` ends, which begins in sequence walk->sequence: it may be cut
 * there, and go on in the chunks behind. */
static uint32_t end_of_word(const token_walk *walk, uint32_t start)
{
    uint32_t end = start;

    for (size_t i = walk->sequence; i < walk->end; i++) {
        if (follow_word(walk->results->data, i, start, &end)) {
            break;
        }
    }
    return end;
}

/* Words come in the order of the text, which is thus read once. */
static void find_text(token_walk *walk, token_word *word)
{
    size_t skipped;

    if (walk->text == NULL) {
        return;
    }
    (void)mpb_context_cut(walk->text, 0, word->start - walk->position, &skipped);
    walk->text += skipped;
    walk->position = word->start;
    word->text = mpb_context_cut(walk->text, 0, word->end - word->start, &word->size);
}

bool token_walk_next(token_walk *walk, token_word *word)
{
    const mpb_dataset *data = walk->results->data;

    while (walk->sequence < walk->end) {
        const uint64_t end = data->offsets[walk->sequence + 1];
        const uint64_t t = token_next(data, walk->token, end);

        walk->token = t + 1;
        if (t == end) {
            walk->sequence++;
            enter_sequence(walk);
        } else if ((walk->guess++)->label != TOKEN_ELSEWHERE) {
            *word = (token_word){.gold = data->token_labels[t],
                                 .guess = walk->guess - 1,
                                 .start = data->char_start[t],
                                 .end = end_of_word(walk, data->char_start[t])};
            find_text(walk, word);
            return true;
        }
    }
    return false;
}
