/* Prints the sequences that training computes in its first steps, as the model is given them:
 *
 *     print_steps MODEL SHARDS BATCH_SIZE STEPS SEED [PROBABILITY token|word]
 *
 * A line of JSON a sequence, in the order of the plan: the step, from 1, the sequence's number in the
 * shards, its token ids and, where PROBABILITY masks tokens or words, the rows to be predicted. 0
 * steps: all sequences in their order, as evaluation has them. Scripts of tests/parity compute the
 * same steps by other means. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mpibert/encode/tokenizer_files.h"
#include "mpibert/eval/batch.h"
#include "mpibert/shards/shards.h"
#include "mpibert/step/plan.h"
#include "mpibert/task/examples.h"
#include "mpibert/task/task.h"

/* The command line. */
typedef struct arguments {
    const char *model;
    const char *shards;
    size_t batch_size;
    size_t steps;
    mpb_masking_options masking; /* probability 0: nothing is masked */
} arguments;

typedef struct printer {
    const arguments *args;
    mpb_dataset dataset;
    mpb_task_sequences sequences;
    mpb_masking *masking;
    mpb_task_examples examples;
    mpb_plan *plan;
    mpb_batch_buffer buffer;
} printer;

static mpb_status make_masking(printer *p)
{
    char vocab_sha256[65];
    mpb_tokenizer *tokenizer = NULL;
    mpb_status status;

    if (!p->sequences.task->masks) {
        return MPB_OK;
    }
    MPB_TRY(mpb_tokenizer_load(p->args->model, &tokenizer, vocab_sha256));
    status = mpb_masking_create(tokenizer, &p->args->masking, &p->masking);
    mpb_tokenizer_destroy(&tokenizer);
    p->sequences.draw.masking = p->masking;
    return status;
}

static mpb_status find_task(printer *p)
{
    mpb_shard_info info = {0};

    MPB_TRY(mpb_shards_describe(p->args->shards, &info, NULL, NULL));
    p->sequences.task = mpb_task_find(mpb_task_named(info.task.data));
    p->sequences.data = &p->dataset;
    mpb_shard_info_clear(&info);
    return MPB_OK;
}

static mpb_status make_plan(printer *p)
{
    mpb_plan_options options = {.data = &p->dataset,
                                .batch_size = p->args->batch_size,
                                .accumulation = 1,
                                .hidden_size = 1, /* decides nothing on one rank */
                                .seed = p->args->masking.seed,
                                .size = 1};

    MPB_TRY(mpb_task_examples_find(p->sequences.task, &p->dataset, &p->examples));
    options.begins = p->examples.begins;
    options.num_examples = p->examples.count;
    return mpb_plan_create(&options, &p->plan);
}

static mpb_status prepare(printer *p)
{
    MPB_TRY(find_task(p));
    MPB_TRY(mpb_shards_read(p->args->shards, NULL, MPB_TOKENS_IN_MEMORY, &p->dataset));
    MPB_TRY(make_masking(p));
    MPB_TRY(make_plan(p));
    return mpb_batch_buffer_create(mpb_dataset_longest(&p->dataset), 1, &p->buffer);
}

static void print_list(const char *name, const uint32_t *items, size_t count)
{
    printf(", \"%s\": [", name);
    for (size_t i = 0; i < count; i++) {
        printf(i == 0 ? "%u" : ", %u", items[i]);
    }
    printf("]");
}

static void print_sequence(printer *p, size_t step, size_t index)
{
    const mpb_batch *batch = &p->buffer.batch;

    mpb_batch_buffer_fill(&p->buffer, &p->dataset, &index, 1, mpb_task_choice(&p->sequences));
    printf("{\"step\": %zu, \"sequence\": %zu", step, index);
    print_list("tokens", batch->tokens, batch->offsets[1]);
    if (batch->rows != NULL) {
        print_list("rows", batch->rows, batch->row_offsets[1]);
    }
    printf("}\n");
}

static void print_evaluation(printer *p)
{
    p->sequences.draw.epoch = MPB_EVALUATION_DRAW;
    for (size_t i = 0; i < p->dataset.num_sequences; i++) {
        print_sequence(p, 0, i);
    }
}

static void print_steps(printer *p)
{
    const size_t steps_per_epoch = mpb_plan_steps_per_epoch(p->plan);

    for (size_t step = 0; step < p->args->steps; step++) {
        const size_t epoch = step / steps_per_epoch;
        const size_t *indices;
        size_t count;

        p->sequences.draw.epoch = epoch;
        mpb_plan_all(p->plan, epoch, step % steps_per_epoch, &indices, &count);
        for (size_t i = 0; i < count; i++) {
            print_sequence(p, step + 1, indices[i]);
        }
    }
}

static void finish(printer *p)
{
    mpb_batch_buffer_destroy(&p->buffer);
    mpb_plan_destroy(&p->plan);
    mpb_task_examples_clear(&p->examples);
    mpb_masking_destroy(&p->masking);
    mpb_dataset_clear(&p->dataset);
}

int main(int argc, char **argv)
{
    arguments args;
    printer p = {.args = &args};
    mpb_status status;

    if (argc != 6 && argc != 8) {
        fprintf(stderr,
                "usage: print_steps MODEL SHARDS BATCH_SIZE STEPS SEED [PROBABILITY token|word]\n");
        return 2;
    }
    args = (arguments){.model = argv[1],
                       .shards = argv[2],
                       .batch_size = strtoul(argv[3], NULL, 10),
                       .steps = strtoul(argv[4], NULL, 10),
                       .masking = {.probability = argc == 8 ? strtod(argv[6], NULL) : 0.0,
                                   .whole_words = argc == 8 && strcmp(argv[7], "word") == 0,
                                   .seed = strtoul(argv[5], NULL, 10)}};
    status = prepare(&p);
    if (status == MPB_OK && args.steps == 0) {
        print_evaluation(&p);
    } else if (status == MPB_OK) {
        print_steps(&p);
    } else {
        fprintf(stderr, "%s\n", mpb_status_last());
    }
    finish(&p);
    return status == MPB_OK ? 0 : 1;
}
