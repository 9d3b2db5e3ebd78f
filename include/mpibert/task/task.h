#pragma once

/* What a model learns and how it is judged: a constant table a task, in a file of its own. Nobody
 * above asks which task it is. Functions of a table are local. K is the width of its head's outputs. */

#include <float.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "mpibert/core/buffer.h"
#include "mpibert/core/status.h"
#include "mpibert/core/strings.h"
#include "mpibert/eval/answer_settings.h"
#include "mpibert/eval/batch.h"
#include "mpibert/eval/kept.h"
#include "mpibert/eval/outputs.h"
#include "mpibert/eval/pooling.h"
#include "mpibert/io/json.h"
#include "mpibert/model/config.h"
#include "mpibert/nn/kernels.h"
#include "mpibert/records/read_options.h"
#include "mpibert/shards/dataset.h"
#include "mpibert/shards/documents.h"
#include "mpibert/task/masking.h"
#include "mpibert/task/table_rows.h"

enum { MPB_MOST_METRICS = 8, MPB_TASK_SUMS = 6 };

typedef struct mpb_task_metric {
    const char
        *name; /* in metrics.json, behind "eval_" in metrics.jsonl, and in the configuration */
    const char *title; /* at the head of a column, as in "Acc" */
    bool percent;      /* shown as a percentage */
    bool smaller_is_better;
} mpb_task_metric;

/* The figures of a labelled set. Plain data: one rank may tell the others. */
typedef struct mpb_measures {
    int64_t num_examples; /* documents */
    double loss;          /* mean over the examples, unweighted, without label smoothing */
    double values[MPB_MOST_METRICS]; /* in the order of the task's metrics */
    /* Of answers that can all be alike; otherwise 0: */
    double
        sameness; /* the share of them that are: the most frequent one, or questions whose choices
                        * are all as likely as each other */
    double
        guess_loss; /* the loss of a guess among all answers: as likely as each other, or as words
                        * have them */
} mpb_measures;

/* What is drawn anew each time that a sequence is seen. */
typedef struct mpb_task_draw {
    const mpb_masking *masking; /* borrowed; NULL of tasks that mask nothing */
    uint64_t epoch;             /* from 0; MPB_EVALUATION_DRAW outside training */
} mpb_task_draw;

/* Of a metric that is undefined, such as the correlation of what does not vary. */
#define MPB_WORST_SCORE (-DBL_MAX)

/* How a student learns from a teacher (task/distil.h). */
typedef struct mpb_distillation {
    float temperature;
    float weight; /* of the teacher's part, in [0, 1] */
    double total; /* what that is divided by: the examples of the step, on all ranks */
} mpb_distillation;

/* How losses are taken; pointers are borrowed. */
typedef struct mpb_loss_options {
    const mpb_nn *nn;
    int num_labels; /* K */
    float label_smoothing;
    const float *label_weights; /* (K), NULL: all 1; see mpb_task_table.balance */
    mpb_task_draw draw;
    size_t num_sequences;          /* of the step, on all ranks */
    mpb_distillation distillation; /* where the data has a teacher's outputs */
} mpb_loss_options;

/* What evaluation kept of a data set, on the rank that has it; borrowed. */
typedef struct mpb_task_results {
    const mpb_dataset *data;
    const mpb_documents *documents;
    const mpb_strings *label_names; /* of the outputs, (K); of regression LABEL_0, ... */
    const mpb_tokenizer *tokenizer; /* that the texts were read with */
    int num_labels;                 /* K */
    mpb_answer_settings answers;    /* nothing of them is left to the data */
    const mpb_kept *kept;           /* as the task's `merge` leaves it */
} mpb_task_results;

typedef struct mpb_task_table mpb_task_table;

/* Sequences whose outputs a task keeps; everything borrowed. */
typedef struct mpb_task_sequences {
    const mpb_task_table *task;
    const mpb_nn *nn;
    const mpb_dataset *data;
    int num_labels;
    mpb_task_draw draw;
    const mpb_answer_settings *answers; /* of a task whose outputs are answers */
} mpb_task_sequences;

struct mpb_task_table {
    mpb_task task;
    mpb_head_kind head;
    mpb_problem problem;            /* that config.json names */
    const mpb_task_metric *metrics; /* (num_metrics); the first is the table's and that of best/ */
    size_t num_metrics;
    bool smooths_labels;  /* whether label smoothing means anything */
    bool masks;           /* tokens are masked and to be predicted: the data needs no labels */
    bool parts_rows;      /* rows of a sequence are scored apart from each other: some at a time */
    bool joins_documents; /* the loss is of all sequences of a document together, which a rank then
                           * computes in one batch; so far of heads that read first rows */

    /* MPB_ERR_DATA unless the data has the targets and, with `training`, something to learn;
     * `where` names it. */
    mpb_status (*check)(const mpb_dataset *data, bool training, const char *where);
    /* K of a model for this data; NULL where the head is without labels. */
    size_t (*num_outputs)(const mpb_dataset *data);
    /* Appends what the start of a run says of the targets, as in "2 classes: no 5, yes 3". */
    mpb_status (*summarise)(const mpb_dataset *data, const mpb_documents *documents,
                            mpb_buffer *out);
    /* What of the settings is left to the data, that decides where it can: that of the training,
     * then that which is scored. NULL: nothing is left. */
    void (*settle)(const mpb_dataset *data, mpb_answer_settings *answers);

    /* counts (K), 0 before, = examples or words of each label; weights (K) = those that
     * training.class_weights: balanced makes of them. NULL where the task has no labels. */
    void (*balance)(const mpb_dataset *data, size_t *counts, float *weights);
    /* Of a head of chosen rows those that it reads, and what stands in their place, as in
     * mpb_row_choice; NULL of other heads. Pure. */
    size_t (*choose)(const mpb_task_draw *draw, const mpb_dataset *data, size_t i, uint32_t *tokens,
                     uint32_t *rows);
    /* The share of sequence i in the divisor of a step's loss; where documents are joined, those of
     * a document's sequences add up to its own. 0 of a sequence without rows to score alone: a step of
     * none but such has a loss and a gradient of 0 (PyTorch's mean over none is NaN). Pure. */
    double (*weigh)(const mpb_loss_options *loss, const mpb_dataset *data, size_t i);
    /* The share of these rows in the loss of a step whose weights add up to `total`; their values
     * become its gradient. Called by several threads, of different rows. Where documents are joined, they are those of all sequences of one, from
     * of->sequence on. Adds to `sums` what `running` needs. */
    double (*score)(const mpb_loss_options *loss, const mpb_outputs *of, double total,
                    double sums[MPB_TASK_SUMS]);
    /* The sum over these rows of what parts their values from those of a teacher (num_rows, K), as
     * distillation has it; gradient (num_rows, K), another array, = `weight` times its gradient. Called
     * as `score` is. NULL: the task is not distilled. */
    double (*imitate)(const mpb_loss_options *loss, const float *teacher, const mpb_outputs *of,
                      float weight, float *gradient);
    /* The first metric of `num_examples` training examples as they were met; NaN: unknown. */
    double (*running)(const double sums[MPB_TASK_SUMS], int64_t num_examples);

    /* What is kept of sequence i for the evaluation: its bytes, a multiple of 4, and what rows of
     * its outputs add to them. */
    size_t (*kept_size)(const mpb_task_sequences *of, size_t i);
    /* called by several threads, of different sequences */
    void (*condense)(const mpb_task_sequences *of, const mpb_outputs *part, void *kept);
    /* Puts what was kept of the chunks of each document together, in place: by the chunks' own
     * outputs or, where there is one row of them, that of documents[d] where sequence d's was.
     * NULL: chunks stay apart. */
    void (*merge)(const mpb_task_sequences *of, const mpb_documents *documents, mpb_pooling pooling,
                  mpb_kept *kept);

    /* Of what was merged: the figures of labelled data, */
    mpb_status (*measure)(const mpb_task_results *results, mpb_measures *measures);
    /* with all that `evaluate` tells of them, */
    mpb_status (*report)(const mpb_task_results *results, mpb_json *object);
    /* a line of `predict` behind the document's id, where `with_outputs` adds the logits (NULL:
     * `predicting` has it), */
    mpb_status (*describe)(const mpb_task_table *task, const mpb_task_results *results,
                           size_t document, bool with_outputs, mpb_json *line);
    /* and the same in a table: names of columns, and a row, or several that begin with the id. */
    mpb_status (*name_columns)(const mpb_task_table *task, const mpb_task_results *results,
                               mpb_table_rows *rows);
    mpb_status (*fill_columns)(const mpb_task_table *task, const mpb_task_results *results,
                               size_t document, mpb_table_rows *rows);
    /* How these look where a text is judged by one row of K outputs; otherwise NULL. */
    const struct label_form *(*form)(int num_labels);
    /* The table for `predict`, where that asks the model something else; NULL: this one. */
    const mpb_task_table *predicting;
};

/* The table of a task; NULL of MPB_TASK_AUTO. */
const mpb_task_table *mpb_task_find(mpb_task task);

/* That of a finished model. */
const mpb_task_table *mpb_task_of_model(const mpb_model_config *config);

/* That by which it predicts. */
const mpb_task_table *mpb_task_predicting(const mpb_model_config *config);

/* `config`, that of an encoder, becomes that of a model of the task for this data. MPB_ERR_DATA where
 * its family has no such head; `where` names it. */
MPB_MUST_CHECK mpb_status mpb_task_shape_model(const mpb_task_table *task, const mpb_dataset *data,
                                               const char *where, mpb_model_config *config);

/* The metric that `name` means: the task's first one (NULL), one of its metrics, or "loss"; "eval_"
 * may stand before it. NULL: the task has none of that name. */
const mpb_task_metric *mpb_task_metric_find(const mpb_task_table *task, const char *name);

/* Its value among the measures of the task, with the sign turned where smaller is better, so that
 * larger is; where it is no finite number, MPB_WORST_SCORE, which is below all others. */
double mpb_task_metric_score(const mpb_task_table *task, const mpb_task_metric *metric,
                             const mpb_measures *measures);

/* How a task keeps sequences, and chooses their rows; both borrow `of`. */
mpb_keeping mpb_task_keeping(const mpb_task_sequences *of);
mpb_row_choice mpb_task_choice(const mpb_task_sequences *of);

/* What was kept of `of`, merged, of which it borrows all, with what its data decides of the settings. */
mpb_task_results mpb_task_results_of(const mpb_task_sequences *of, const mpb_documents *documents,
                                     const mpb_strings *label_names, const mpb_kept *kept);

/* What was kept, put together as the task does it. Local. */
void mpb_task_merge(const mpb_task_sequences *of, const mpb_documents *documents,
                    mpb_pooling pooling, mpb_kept *kept);
