#pragma once

/* What tasks need of their data, a line a task. Who reads, encodes and shares out records goes by
 * these facts and never asks which task it is; what a model learns from them is in task/task.h.
 * Pure. Local. */

#include <stdbool.h>

#include "mpibert/core/strings.h"

/* What says what is right about an example. */
typedef enum mpb_labels {
    MPB_LABELS_NONE,    /* nothing: the text itself is to be predicted */
    MPB_LABELS_CLASS,   /* one name */
    MPB_LABELS_NAMES,   /* any number of names; between commas in a cell of a table */
    MPB_LABELS_SCORE,   /* a number */
    MPB_LABELS_TAGS,    /* a name a word, in IOB where it is of an entity */
    MPB_LABELS_ANSWERS, /* stretches of the context of a question */
    MPB_LABELS_CHOICE,  /* one of the example's choices, by its number or its text */
} mpb_labels;

/* How examples become token sequences (encode/encoder.h). */
typedef enum mpb_layout {
    MPB_LAYOUT_TEXT,      /* a text or a pair of them */
    MPB_LAYOUT_WORDS,     /* the words of a text, a label at the first token of each */
    MPB_LAYOUT_QUESTION,  /* a question beside windows of its context */
    MPB_LAYOUT_CHOICES,   /* a sequence a choice */
    MPB_LAYOUT_PACKED,    /* texts end to end, or each alone */
    MPB_LAYOUT_SENTENCES, /* sentences of a document beside the next ones or others */
} mpb_layout;

/* Whether a text that is too long for a sequence becomes several. */
typedef enum mpb_chunking {
    MPB_CHUNKS_IF_ASKED,
    MPB_CHUNKS_ALWAYS,
    MPB_CHUNKS_NEVER,
} mpb_chunking;

typedef struct mpb_task_data {
    const char *name; /* in the configuration and in shards */
    mpb_labels labels;
    mpb_layout layout;
    mpb_chunking chunking;
    bool places; /* labels have places in the text, which must therefore stay as it is */
    const char *lacks_second; /* what is said where an example has no second text; NULL: none is
                                     * needed */
    const mpb_strings *label_names; /* unless others are given; NULL: those of the data */
} mpb_task_data;

/* clang-format off */
#define MPB_TASKS(TASK)                                                                            \
    TASK(CLASSIFICATION, classification, .labels = MPB_LABELS_CLASS)                               \
    TASK(MULTILABEL, multilabel, .labels = MPB_LABELS_NAMES)                                       \
    TASK(REGRESSION, regression, .labels = MPB_LABELS_SCORE)                                       \
    TASK(TOKEN, token, .labels = MPB_LABELS_TAGS, .layout = MPB_LAYOUT_WORDS, .places = true)      \
    TASK(QA, qa, .labels = MPB_LABELS_ANSWERS, .layout = MPB_LAYOUT_QUESTION,                      \
         .chunking = MPB_CHUNKS_ALWAYS, .places = true,                                            \
         .lacks_second = "a question without its context: data.format squad was expected, or the " \
                         "columns of both in data.text_column and data.text_column_b")             \
    TASK(MLM, mlm, .layout = MPB_LAYOUT_PACKED)                                                    \
    /* MLM and next-sentence prediction */                                                         \
    TASK(PRETRAINING, pretraining, .layout = MPB_LAYOUT_SENTENCES,                                 \
         .label_names = &mpb_next_sentence_names)                                                   \
    TASK(CHOICE, choice, .labels = MPB_LABELS_CHOICE, .layout = MPB_LAYOUT_CHOICES,                \
         .chunking = MPB_CHUNKS_NEVER)                                                             \
    /* next-sentence prediction alone */                                                           \
    TASK(COHERENCE, coherence, .labels = MPB_LABELS_CLASS,                                         \
         .label_names = &mpb_next_sentence_names,                                                  \
         .lacks_second = "a text without the one that may follow it: the columns of both were "    \
                         "expected in data.text_column and data.text_column_b")
/* clang-format on */

#define MPB_TASK_CONSTANT(NAME, name, ...) MPB_TASK_##NAME,

/* What is learned from the data. */
typedef enum mpb_task {
    MPB_TASK_AUTO, /* what the format tells: see mpb_task_of_format */
    MPB_TASKS(MPB_TASK_CONSTANT) MPB_NUM_TASKS
} mpb_task;

/* Whether the second text of a pair goes on where the first one ends, in BERT's order. */
enum { MPB_IS_NEXT, MPB_NOT_NEXT };
extern const mpb_strings mpb_next_sentence_names;

/* Not of MPB_TASK_AUTO, but for its name. */
const mpb_task_data *mpb_task_data_of(mpb_task task);

/* "classification", ... */
const char *mpb_task_name(mpb_task task);

/* The task of that name; MPB_TASK_AUTO: there is none. */
mpb_task mpb_task_named(const char *name);
