#pragma once

/* Words of token tasks: the tokens that have a label, one a word, and what the model makes of them. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "mpibert/task/task.h"

/* What is kept of a word. */
typedef struct token_guess {
    int32_t label;    /* that of the largest output; TOKEN_ELSEWHERE once another chunk's counts */
    float confidence; /* its probability */
    float loss;       /* of the word's own label, without smoothing and weights */
} token_guess;

enum { TOKEN_ELSEWHERE = -1 };

/* Of the tokens [t, end) of a dataset the first that has a label; `end`: none. */
uint64_t token_next(const mpb_dataset *data, uint64_t t, uint64_t end);

/* Words of a sequence. */
size_t token_count(const mpb_dataset *data, size_t sequence);

/* Guesses of a sequence, in the order of its words. */
token_guess *token_guesses(const mpb_kept *kept, size_t sequence);

/* Each word of a document counts where it stands farthest from the nearer edge of its chunk, of
 * equal ones in the first; in the others its guess is TOKEN_ELSEWHERE. What is left is in the order
 * of the text. As mpb_task_table.merge. */
void token_merge(const mpb_task_sequences *of, const mpb_documents *documents, mpb_pooling pooling,
                 mpb_kept *kept);

/* A word of merged results; all borrowed. */
typedef struct token_word {
    int32_t gold; /* its label, where the data has labels */
    const token_guess *guess;
    uint32_t start;   /* in the source text, code points */
    uint32_t end;     /* one past the last */
    const char *text; /* (size); NULL: the data does not keep it */
    size_t size;
} token_word;

/* A walk through the words of a document in their order. */
typedef struct token_walk {
    const mpb_task_results *results;
    size_t sequence;
    size_t end; /* the sequence behind the document's last one */
    uint64_t token;
    const token_guess *guess; /* of the next word of the sequence */
    const char *text;         /* the document's from code point `position` on; NULL: not kept */
    uint32_t position;
} token_walk;

token_walk token_walk_begin(const mpb_task_results *results, size_t document);
bool token_walk_next(token_walk *walk, token_word *word);
