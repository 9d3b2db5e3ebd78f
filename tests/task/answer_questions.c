/* Prints what `mpibert predict` says of questions whose logits a file holds, a line of JSON a
 * question:
 *
 *     answer_questions SHARDS LOGITS true|false THRESHOLD
 *
 * LOGITS: float32 (tokens of all sequences, 2), first and last token. "true" leaves a question
 * unanswered above THRESHOLD; tests/parity/questions_parity.py compares that with run_qa. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mpibert/core/memory.h"
#include "mpibert/shards/shards.h"
#include "mpibert/task/predictions.h"

enum { SIDES = 2 };

typedef struct answering {
    mpb_dataset data;
    mpb_documents documents;
    mpb_answer_settings answers;
    mpb_task_sequences sequences;
    float *logits;
    mpb_kept kept;
} answering;

static mpb_status read_logits(const char *path, size_t count, float **logits)
{
    FILE *file = fopen(path, "rb");
    size_t got;

    MPB_REQUIRE(file != NULL, MPB_ERR_DATA, "cannot be opened (%s)", path);
    if (mpb_memory_create(count + 1, sizeof(**logits), "logits", (void **)logits) != MPB_OK) {
        fclose(file);
        return MPB_ERR_SYSTEM;
    }
    got = fread(*logits, sizeof(**logits), count + 1, file);
    fclose(file);
    MPB_REQUIRE(got == count, MPB_ERR_DATA, "other than %zu floats (%s)", count, path);
    return MPB_OK;
}

/* Each window as evaluation condenses it, then those of a question together. */
static mpb_status condense(answering *a)
{
    const mpb_keeping keeping = mpb_task_keeping(&a->sequences);

    MPB_TRY(mpb_kept_create(&keeping, a->data.num_sequences, &a->kept));
    for (size_t i = 0; i < a->data.num_sequences; i++) {
        const size_t begin = (size_t)a->data.offsets[i];
        const mpb_outputs window = {.data = &a->data,
                                    .sequence = i,
                                    .num_rows = (size_t)a->data.offsets[i + 1] - begin,
                                    .width = SIDES,
                                    .values = a->logits + begin * SIDES};

        keeping.keep(keeping.context, &window, a->kept.bytes + a->kept.begins[i]);
    }
    mpb_task_merge(&a->sequences, &a->documents, MPB_POOL_MEAN, &a->kept);
    return MPB_OK;
}

static mpb_status print_answers(const answering *a)
{
    const mpb_task_results results =
        mpb_task_results_of(&a->sequences, &a->documents, &a->data.label_names, &a->kept);
    mpb_buffer lines = {0};
    mpb_status status = mpb_predictions_write_jsonl(a->sequences.task, &results, false, &lines);

    if (status == MPB_OK) {
        fwrite(lines.data, 1, lines.size, stdout);
    }
    mpb_buffer_clear(&lines);
    return status;
}

static mpb_status answer(answering *a, const char *shards, const char *logits)
{
    MPB_TRY(mpb_shards_read(shards, NULL, MPB_TOKENS_IN_MEMORY, &a->data));
    MPB_TRY(mpb_documents_find(&a->data, &a->documents));
    MPB_TRY(
        read_logits(logits, SIDES * (size_t)a->data.offsets[a->data.num_sequences], &a->logits));
    MPB_TRY(condense(a));
    return print_answers(a);
}

int main(int argc, char **argv)
{
    answering a = {.answers = {.n_best_size = 20, .max_answer_length = 30}};
    mpb_status status;

    if (argc != 5) {
        fprintf(stderr, "usage: answer_questions SHARDS LOGITS true|false THRESHOLD\n");
        return 2;
    }
    a.answers.version_2_with_negative =
        strcmp(argv[3], "true") == 0 ? MPB_NULL_ANSWERS_TRUE : MPB_NULL_ANSWERS_FALSE;
    a.answers.null_score_diff_threshold = strtod(argv[4], NULL);
    a.sequences = (mpb_task_sequences){.task = mpb_task_find(MPB_TASK_QA),
                                       .data = &a.data,
                                       .num_labels = SIDES,
                                       .answers = &a.answers};
    status = answer(&a, argv[1], argv[2]);
    if (status != MPB_OK) {
        fprintf(stderr, "%s\n", mpb_status_last());
    }
    mpb_memory_destroy(a.logits);
    mpb_kept_clear(&a.kept);
    mpb_documents_clear(&a.documents);
    mpb_dataset_clear(&a.data);
    return status == MPB_OK ? 0 : 1;
}
