#include "score.h"

#include <math.h>

#include "mpibert/eval/outputs.h"
#include "mpibert/task/distil.h"

/* Of masked words that a thread scores at a time: few, so that there is work for all threads. */
enum { PART_ROWS = 8 };

/* What one piece of outputs adds. */
typedef struct piece_score {
    double loss;
    double sums[MPB_TASK_SUMS];
} piece_score;

typedef struct scored_rows {
    scoring *now;
    const float *outputs;                     /* of the whole batch */
    piece_score pieces[MPB_OUTPUTS_TOGETHER]; /* by slot */
} scored_rows;

/* With a teacher its part of the gradient lies as the outputs do. */
static double score_rows(const scored_rows *rows, const mpb_outputs *of, double sums[MPB_TASK_SUMS])
{
    const scoring *now = rows->now;
    const mpb_stepper *stepper = now->stepper;

    if (stepper->soft == NULL) {
        return stepper->task->score(&stepper->loss, of, now->total_weight, sums);
    }
    return mpb_distil_score(stepper->task, &stepper->loss, of, now->total_weight,
                            stepper->soft + (of->values - rows->outputs), sums);
}

static void score_piece(void *context, const mpb_outputs *of, size_t slot)
{
    scored_rows *rows = context;
    piece_score piece = {0};

    piece.loss = score_rows(rows, of, piece.sums);
    rows->pieces[slot] = piece;
}

static void add_piece(void *context, const mpb_outputs *of, size_t slot)
{
    const scored_rows *rows = context;
    const piece_score *piece = &rows->pieces[slot];
    scoring *now = rows->now;
    own_sums *sums = now->sums;

    sums->losses[now->cell % MPB_PLAN_CELLS] += piece->loss;
    for (size_t i = 0; i < MPB_TASK_SUMS; i++) {
        sums->task[i] += piece->sums[i];
    }
    if (!isfinite(piece->loss) && now->noted != of->sequence + 1 && now->status == MPB_OK) {
        char id[MPB_DATASET_ID];

        now->noted = of->sequence + 1;
        now->status =
            bad_examples_note(&sums->bad, mpb_dataset_id(now->stepper->dataset, of->sequence, id));
    }
}

bool score_batch(void *context, size_t first_row, size_t num_rows, float *outputs)
{
    scored_rows rows = {.now = context, .outputs = outputs};
    const mpb_stepper *stepper = rows.now->stepper;
    const mpb_outputs_work work = {.work = score_piece, .take = add_piece, .context = &rows};
    const mpb_model_config *config = mpb_model_configuration(stepper->model);
    mpb_outputs_walk walk = {.data = stepper->dataset,
                             .batch = &stepper->batch.batch,
                             .head = config->head,
                             .width = mpb_head_width(config),
                             .joins_documents = stepper->task->joins_documents,
                             .max_rows = stepper->task->parts_rows ? PART_ROWS : 0,
                             .first_row = first_row,
                             .num_rows = num_rows,
                             .outputs = outputs};

    mpb_outputs_spread(mpb_model_team(stepper->model), &walk, &work);
    return true;
}
