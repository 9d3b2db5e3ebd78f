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
           walk->data->document[examples[place + count]] == walk->data->document[examples[place]]) {
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
        const size_t place = walk->next++;
        const size_t first = begins[place] > walk->first_row ? begins[place] : walk->first_row;
        const size_t last = begins[place + 1] < end ? begins[place + 1] : end;

        if (first < last) {
            *of = (mpb_outputs){
                .data = walk->data,
                .sequence = (size_t)walk->batch->examples[place],
                .place = place,
                .positions = begins == walk->batch->row_offsets ? walk->batch->rows + first : NULL,
                .num_rows = last - first,
                .width = walk->width,
                .values = walk->outputs + (first - walk->first_row) * (size_t)walk->width};
            return true;
        }
    }
    return false;
}
