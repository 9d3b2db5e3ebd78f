#pragma once

#include "mpibert/core/buffer.h"
#include "mpibert/encode/encoder.h"
#include "mpibert/text/tokenizer.h"
#include "reference.h"

/* The sequence that is being laid out; arrays of max_seq_length, owned. */
typedef struct mpb_draft {
    uint32_t *ids;
    uint32_t *char_start;
    uint32_t *char_end;
    int32_t *labels;
    size_t count;
    size_t capacity;
    uint32_t segment_b;
} mpb_draft;

/* Texts that wait for their sequence to fill up. */
typedef struct mpb_packing {
    uint64_t document; /* of the first token */
    uint32_t chunk;    /* sequences that began in that document before */
    uint64_t latest;   /* the document that was added last */
} mpb_packing;

/* Sentences of a range that wait to be paired. */
typedef struct mpb_pair_document {
    uint64_t number; /* of its first example */
    size_t first;    /* sentence */
    size_t count;    /* sentences */
} mpb_pair_document;

typedef struct mpb_pairing {
    mpb_token_list tokens; /* of all sentences */
    size_t
        *begins; /* owned, (num_sentences + 1): sentence i is tokens [begins[i], begins[i + 1]) */
    size_t num_sentences;
    size_t capacity;
    mpb_pair_document *documents; /* owned, (num_documents) */
    size_t num_documents;
    bool open; /* the next line goes on in the last document */
} mpb_pairing;

void mpb_pairing_clear(mpb_pairing *pairing);

struct mpb_encoder {
    mpb_encode_options options;
    mpb_text_encoder *text; /* owned */
    uint32_t cls;
    uint32_t sep;
    uint32_t mask;    /* where masks are to be filled in */
    mpb_token_list a; /* tokens of the first text, of the words, or of the question */
    mpb_token_list b; /* of the second text, or of the context */
    mpb_token_list word;
    uint32_t *word_of; /* owned, (word_capacity): the word that token i of `a` belongs to */
    size_t word_capacity;
    uint32_t *held_from; /* owned, (held_capacity): by word, the first word of the first window with
                            its label */
    size_t held_capacity;
    mpb_draft draft;
    mpb_packing packing;
    mpb_pairing pairing;
    mpb_buffer cleaned_a;
    mpb_buffer cleaned_b;
    mpb_reference reference;
    mpb_buffer joined; /* a question and one of its choices */
    float *values;     /* owned, (value_width) */
    char number[24];   /* the id of an example that has none */
    mpb_truncation truncation;
};

/* A text as it is encoded: noise removed, cut to max_chars. */
typedef struct mpb_cleaned {
    const char *text;
    size_t size;
} mpb_cleaned;

/* Laying out. The caller sees to it that everything fits. */
void mpb_draft_begin(mpb_encoder *encoder);
void mpb_draft_put(mpb_encoder *encoder, const mpb_token_list *tokens, size_t from, size_t to);
void mpb_draft_separate(mpb_encoder *encoder);

/* The draft as chunk `chunk` of a record; targets are still to be set. */
mpb_sequence mpb_draft_sequence(mpb_encoder *encoder, const mpb_record *record, uint64_t document,
                                uint32_t chunk);

/* The stretches of `count` tokens that become chunks of up to `room` tokens. */
typedef struct mpb_windows {
    size_t count;
    size_t room;
    size_t step; /* between the beginnings of neighbours */
} mpb_windows;

mpb_windows mpb_encoder_windows(const mpb_encoder *encoder, size_t count, size_t room);

/* The end of the window that begins at `from`. */
size_t mpb_window_end(const mpb_windows *windows, size_t from);

/* The id of examples that have none of their own. */
void mpb_encoder_number(mpb_encoder *encoder, uint64_t document);

/* A text had `before` tokens, of which `after` are in its sequences. */
void mpb_encoder_count(mpb_encoder *encoder, size_t before, size_t after, uint32_t sequences);

/* How records become sequences, each in its encode_<layout>.c. */
typedef struct mpb_encode_layout {
    mpb_dataset_shape (*shape)(const mpb_encode_options *options);
    /* Adds a record, or keeps it until more have come; */
    mpb_status (*add)(mpb_encoder *encoder, const mpb_record *record, uint64_t document,
                      mpb_dataset *dataset);
    /* adds what was kept. NULL: nothing ever is. */
    mpb_status (*flush)(mpb_encoder *encoder, mpb_dataset *dataset);
} mpb_encode_layout;

extern const mpb_encode_layout mpb_layout_text, mpb_layout_words, mpb_layout_question,
    mpb_layout_choices, mpb_layout_packed, mpb_layout_sentences, mpb_layout_masks;

/* What mpb_layout_text does, in two steps: the tokens of a record's texts become encoder->a and b, */
MPB_MUST_CHECK mpb_status mpb_text_tokenize(mpb_encoder *encoder, const mpb_record *record);

/* and these sequences, which hold the first so many of each. */
typedef struct mpb_kept_tokens {
    size_t a;
    size_t b;
} mpb_kept_tokens;

MPB_MUST_CHECK mpb_status mpb_text_lay_out(mpb_encoder *encoder, const mpb_record *record,
                                           uint64_t document, mpb_dataset *dataset,
                                           mpb_kept_tokens *kept);

/* The texts of a record without noise; *b is {NULL} where there is none. */
MPB_MUST_CHECK mpb_status mpb_encoder_clean(mpb_encoder *encoder, const mpb_record *record,
                                            mpb_cleaned *a, mpb_cleaned *b);
