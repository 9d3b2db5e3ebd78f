#pragma once

/* Tokenised examples: what the shards hold, end to end, without padding. Tokens are in memory, or stay
 * in the shards and are brought when they are needed; all else is in memory. Local. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "mpibert/core/status.h"
#include "mpibert/core/strings.h"
#include "mpibert/io/sha256.h"
#include "mpibert/shards/questions.h"
#include "mpibert/shards/sequence_rows.h"
#include "mpibert/shards/token_source.h"
#include "mpibert/shards/truncation.h"

enum { MPB_NO_LABEL = -100 }; /* of a token that is not scored: PyTorch's ignore_index */

/* Which targets the sequences have; each kind is an array below. */
typedef struct mpb_dataset_shape {
    bool labels;        /* one class a sequence; of choices, the right one's position */
    size_t value_width; /* L numbers a sequence: scores, or 0/1 for each label; 0: none */
    bool token_labels;  /* one class a word, at its first token */
    bool answers;       /* first and last token of the answer */
    bool characters;    /* where each token stands in the source text */
    bool questions;     /* contexts and reference answers; of words without labels, texts */
} mpb_dataset_shape;

/* With tokens on disk there are no `ids` and no `chunk`, `offsets` only with an array by token, and
 * `segment_b` only where there is a second text; the source has the documents. The functions below
 * tell what there is in either case. */
typedef struct mpb_dataset {
    mpb_dataset_shape shape;
    size_t num_sequences;
    /* owned, (offsets[num_sequences]): ids with [CLS] and [SEP]; NULL: they are on disk */
    uint32_t *tokens;
    /* owned, (num_sequences + 1): sequence i is tokens[offsets[i], offsets[i + 1]) */
    uint64_t *offsets;
    uint32_t *segment_b; /* owned, (num_sequences): first position of token type 1, or the length */
    uint64_t *document;  /* owned, (num_sequences): the number of the input example, from 0 */
    uint32_t *chunk;     /* owned, (num_sequences): which of its chunks, or of its choices */
    /* Each NULL where `shape` is without it; positions count from the sequence's [CLS]. */
    int32_t *labels;         /* owned, (num_sequences) */
    float *values;           /* owned, (num_sequences, value_width) */
    int32_t *token_labels;   /* owned, by token; MPB_NO_LABEL where none, 0 where none are known */
    int32_t *answer_start;   /* owned, (num_sequences); 0 where the answer is not in the sequence */
    int32_t *answer_end;     /* owned, (num_sequences) */
    uint32_t *char_start;    /* owned, by token, code points; 0 for [CLS] and [SEP] */
    uint32_t *char_end;      /* owned, by token: one past the last */
    uint32_t *question;      /* owned, (num_sequences): which of `questions` */
    mpb_questions questions; /* one a document */
    mpb_strings ids;         /* (num_sequences): the examples' own ids */
    mpb_strings label_names; /* in label order */
    uint64_t num_documents;  /* input examples that the numbers count, here or not; 0: unknown */
    mpb_truncation truncation; /* what making it cost; all 0: unknown */
    size_t sequence_capacity;  /* room of the arrays by sequence, for growing */
    size_t token_capacity;
    mpb_token_source *source; /* shared: of tokens on disk, else NULL */
    uint32_t *numbers;        /* owned, (num_sequences): which of the source's each is; NULL: all,
                                  * or the first ones, in order */
    struct token_window *window; /* owned: the tokens in use */
    uint64_t num_tokens_on_disk;
    mpb_sequence_rows encoded; /* owned: what a frozen encoder makes of them, where that is kept */
    mpb_sequence_rows taught;  /* owned: a teacher's outputs, where there is one (task/distil.h) */
} mpb_dataset;

void mpb_dataset_clear(mpb_dataset *dataset);

size_t mpb_dataset_length(const mpb_dataset *dataset, size_t i); /* of sequence i, tokens */
uint64_t mpb_dataset_num_tokens(const mpb_dataset *dataset);
uint32_t mpb_dataset_segment_b(const mpb_dataset *dataset, size_t i);
uint64_t mpb_dataset_document(const mpb_dataset *dataset, size_t i);
/* Whether it is of another document than the sequence before it. */
bool mpb_dataset_begins_document(const mpb_dataset *dataset, size_t i);
/* With tokens on disk, which sequence of the source it is. */
uint32_t mpb_dataset_number(const mpb_dataset *dataset, size_t i);

enum { MPB_DATASET_ID = 256 }; /* bytes of an id's text */

/* The id of sequence i; `text` is its memory where it is read from disk. "?" where there is none. */
const char *mpb_dataset_id(const mpb_dataset *dataset, size_t i, char text[MPB_DATASET_ID]);

/* Tokens of sequence i (its length). Those on disk must be in use: asked for, fetched, turned to. */
const uint32_t *mpb_dataset_tokens(const mpb_dataset *dataset, size_t i);

/* What follows does nothing where the tokens are in memory. Sequences are asked for, then fetched;
 * those in use stay so until the dataset turns to what was fetched. */
MPB_MUST_CHECK mpb_status mpb_dataset_ask(const mpb_dataset *dataset, const size_t *indices,
                                          size_t count);
MPB_MUST_CHECK mpb_status mpb_dataset_fetch(const mpb_dataset *dataset);
void mpb_dataset_turn(const mpb_dataset *dataset);

/* All three, for sequences that nobody knew of before. */
MPB_MUST_CHECK mpb_status mpb_dataset_bring(const mpb_dataset *dataset, const size_t *indices,
                                            size_t count);

/* Has the system read the tokens of sequences that will be asked for soon. */
void mpb_dataset_expect(const mpb_dataset *dataset, const size_t *indices, size_t count);

/* digest = SHA-256 over the sequences: what steps read of them, tokens by their checks. It is the
 * same wherever the tokens are. */
MPB_MUST_CHECK mpb_status mpb_dataset_digest(const mpb_dataset *dataset,
                                             char digest[MPB_SHA256_TEXT]);

/* Tokens of its longest sequence; 0 without any. */
size_t mpb_dataset_longest(const mpb_dataset *dataset);

/* Bytes of what it holds, without room for growing; and of what it would hold at most with its tokens
 * on disk. */
size_t mpb_dataset_bytes(const mpb_dataset *dataset);
size_t mpb_dataset_bytes_on_disk(const mpb_dataset *dataset);

/* `subset` (starts as {0}) = the sequences of `dataset` named by indices, in that order. */
MPB_MUST_CHECK mpb_status mpb_dataset_select(const mpb_dataset *dataset, const uint32_t *indices,
                                             size_t count, mpb_dataset *subset);

/* For training a classifier: MPB_ERR_DATA unless two classes at least have examples. `where` names
 * the data. */
MPB_MUST_CHECK mpb_status mpb_dataset_check_classes(const mpb_dataset *dataset, const char *where);

/* One sequence to add; everything is borrowed, and what the shape does not have is not read. */
typedef struct mpb_sequence {
    const uint32_t *tokens;
    size_t count;
    uint32_t segment_b;
    uint64_t document;
    uint32_t chunk;
    int32_t label;
    const float *values;         /* (value_width) */
    const int32_t *token_labels; /* (count), like the next two */
    const uint32_t *char_start;
    const uint32_t *char_end;
    int32_t answer_start;
    int32_t answer_end;
    mpb_question question; /* that of the sequence before it, if that is of the same document */
    const char *id;
    uint32_t number; /* in the dataset's source: of tokens on disk alone, which need no `tokens` */
} mpb_sequence;

/* Adds a sequence. `dataset` starts as {.shape = ...}, with tokens on disk and with `source`. On
 * failure it holds what it held. */
MPB_MUST_CHECK mpb_status mpb_dataset_add(mpb_dataset *dataset, const mpb_sequence *sequence);

/* Sequence i of `dataset`, borrowed; without tokens where those are on disk. */
mpb_sequence mpb_dataset_sequence(const mpb_dataset *dataset, size_t i);
