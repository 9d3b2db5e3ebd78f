#include "mpibert/eval/outputs.h"

/* Rows of a batch's sequences by what a head reads, as begins (num_sequences + 1); NULL: one each. */
static const size_t *begins_of(const mpb_outputs_walk *walk, mpb_head_rows kind)
{
    const mpb_batch *batch = walk->batch;

    switch (kind) {
    case MPB_ROWS_FIRST:
        return NULL;
    case MPB_ROWS_ALL:
        return batch->offsets;
    case MPB_ROWS_CHOSEN:
        return batch->row_offsets != NULL ? batch->row_offsets : batch->offsets;
    }
    return NULL;
}

/* Sequences from place on that are one example. */
static size_t count_joined(const mpb_outputs_walk *walk, size_t place)
{
    const uint64_t *examples = walk->batch->examples;
    size_t count = 1;

    while (walk->joins_documents && walk->next + count < walk->num_rows &&
           mpb_dataset_document(walk->data, (size_t)examples[place + count]) ==
               mpb_dataset_document(walk->data, (size_t)examples[place])) {
        count++;
    }
    return count;
}

/* Rows of whole sequences, of which the batch's `first` has the first one. */
static bool take_whole(mpb_outputs_walk *walk, size_t first, int width, mpb_outputs *of)
{
    const size_t place = first + walk->next;

    if (walk->next == walk->num_rows) {
        return false;
    }
    *of = (mpb_outputs){.data = walk->data,
                        .sequence = (size_t)walk->batch->examples[place],
                        .place = place,
                        .num_rows = count_joined(walk, place),
                        .width = width,
                        .values = walk->outputs + walk->next * (size_t)width};
    walk->next += of->num_rows;
    return true;
}

/* Where the rows from `first` to `end` of the next sequence are cut, the rest of which is left. */
static size_t end_of_part(mpb_outputs_walk *walk, size_t first, size_t end)
{
    if (walk->max_rows > 0 && first + walk->max_rows < end) {
        walk->seen += walk->max_rows;
        return first + walk->max_rows;
    }
    walk->next++;
    walk->seen = 0;
    return end;
}

bool mpb_outputs_next(mpb_outputs_walk *walk, mpb_outputs *of)
{
    const mpb_head_facts *facts = mpb_head_of(walk->head);
    const size_t *begins = begins_of(walk, facts->rows);
    const size_t N = walk->batch->num_sequences;
    const size_t end = walk->first_row + walk->num_rows;

    if (begins == NULL) {
        return take_whole(walk, walk->first_row, walk->width, of);
    }
    if (facts->whole_width > 0 && walk->first_row >= begins[N]) {
        return take_whole(walk, walk->first_row - begins[N], facts->whole_width, of);
    }
    while (walk->next < N && begins[walk->next] < end) {
        const size_t place = walk->next;
        const size_t first =
            (begins[place] > walk->first_row ? begins[place] : walk->first_row) + walk->seen;
        const size_t all = begins[place + 1] < end ? begins[place + 1] : end;
        const size_t last = end_of_part(walk, first, all);

        if (first < last) {
            *of = (mpb_outputs){
                .data = walk->data,
                .sequence = (size_t)walk->batch->examples[place],
                .place = place,
                .positions = begins == walk->batch->row_offsets ? walk->batch->rows + first : NULL,
                .first_row = first - begins[place],
                .num_rows = last - first,
                .width = walk->width,
                .values = walk->outputs + (first - walk->first_row) * (size_t)walk->width};
            return true;
        }
    }
    return false;
}

/* Some outputs, side by side. */
typedef struct outputs_set {
    const mpb_outputs_work *work;
    mpb_outputs items[MPB_OUTPUTS_TOGETHER];
} outputs_set;

static void work_on(void *context, size_t task, int thread)
{
    const outputs_set *set = context;

    (void)thread;
    set->work->work(set->work->context, &set->items[task], task);
}

void mpb_outputs_spread(const mpb_team *team, mpb_outputs_walk *walk, const mpb_outputs_work *work)
{
    outputs_set set = {.work = work};
    size_t count;

    do {
        count = 0;
        while (count < MPB_OUTPUTS_TOGETHER && mpb_outputs_next(walk, &set.items[count])) {
            count++;
        }
        mpb_team_run(team, count, work_on, &set);
        for (size_t i = 0; i < count; i++) {
            work->take(work->context, &set.items[i], i);
        }
    } while (count == MPB_OUTPUTS_TOGETHER);
}
