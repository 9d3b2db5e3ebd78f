#include "sequences.h"

#include <stdio.h>
#include <string.h>

#include "mpibert/core/memory.h"
#include "mpibert/core/philox.h"
#include "mpibert/core/strings.h"
#include "mpibert/encode/encoder.h"
#include "mpibert/measure/flops.h"
#include "mpibert/model/head.h"
#include "mpibert/text/tokenizer.h"

enum {
    SEED = 42,
    DRAWING = 0x746F6B65, /* purpose of the random stream: "toke" */
    ID_SIZE = 24,
    CHOICES = 4 /* of a question */
};

static const double MASKED = 0.15;

/* What a sequence has beside its tokens, (max_position_embeddings) each. */
typedef struct targets {
    uint32_t *tokens;
    int32_t *labels; /* of tokens: each is the first of a word */
    float *values;   /* owned, (num_labels) */
} targets;

static mpb_status targets_create(const mpb_measure_setup *setup, targets *made)
{
    const size_t longest = (size_t)setup->model.max_position_embeddings;
    const size_t K = (size_t)setup->model.num_labels;

    MPB_TRY(mpb_memory_create(longest, sizeof(uint32_t), "a sequence", (void **)&made->tokens));
    MPB_TRY(mpb_memory_create(longest, sizeof(int32_t), "a sequence", (void **)&made->labels));
    MPB_TRY(mpb_memory_create(K, sizeof(float), "a sequence", (void **)&made->values));
    for (size_t t = 0; t < longest; t++) {
        made->labels[t] = (int32_t)(t % K);
    }
    return MPB_OK;
}

static void targets_destroy(targets *gone)
{
    mpb_memory_destroy(gone->tokens);
    mpb_memory_destroy(gone->labels);
    mpb_memory_destroy(gone->values);
}

/* As of labelled texts; random tokens have no places in any. */
static mpb_dataset_shape shape_of(const mpb_measure_setup *setup)
{
    const size_t K = (size_t)setup->model.num_labels;
    const mpb_strings names = {.count = K};
    mpb_dataset_shape shape = mpb_encode_shape(
        &(mpb_encode_options){.task = setup->task->task, .labelled = true, .label_names = &names});

    shape.characters = false;
    shape.questions = false;
    shape.value_width = shape.value_width > 0 ? K : 0;
    return shape;
}

/* Labels in turn; of choices the first is the right one. */
static int32_t label_of(const mpb_measure_setup *setup, size_t i)
{
    const int of_wholes = mpb_head_of(setup->model.head)->whole_width;
    const int count = of_wholes > 0 ? of_wholes : mpb_head_width(&setup->model);

    return setup->task->joins_documents ? 0 : (int32_t)(i % (size_t)count);
}

static mpb_status add_sequences(const mpb_measure_setup *setup, const targets *of,
                                mpb_dataset *dataset)
{
    const size_t joined = setup->task->joins_documents ? CHOICES : 1;

    for (size_t i = 0; i < setup->batch_size; i++) {
        const size_t length = mpb_lengths_at(&setup->lengths, i);
        char id[ID_SIZE];
        const mpb_sequence sequence = {
            .tokens = of->tokens,
            .count = length,
            .segment_b = (uint32_t)length,
            .document = i / joined,
            .chunk = (uint32_t)(i % joined),
            .label = label_of(setup, i),
            .values = of->values,
            .token_labels = of->labels,
            .answer_start = (int32_t)(length / 2),
            .answer_end = (int32_t)(length / 2),
            .id = id,
        };

        snprintf(id, sizeof(id), "%zu", i);
        MPB_TRY(mpb_dataset_add(dataset, &sequence));
    }
    return MPB_OK;
}

mpb_status sequences_make(const mpb_measure_setup *setup, mpb_dataset *dataset)
{
    targets of = {0};
    mpb_status status = targets_create(setup, &of);

    *dataset = (mpb_dataset){.shape = shape_of(setup)};
    if (status == MPB_OK) {
        status = add_sequences(setup, &of, dataset);
    }
    targets_destroy(&of);
    if (status != MPB_OK) {
        mpb_dataset_clear(dataset);
    }
    return status;
}

/* What masking asks of a vocabulary, and as many words as the model has room for. */
static mpb_status make_vocabulary(int size, mpb_strings *vocabulary)
{
    static const char *const special[] = {"[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"};
    const int num_special = (int)(sizeof(special) / sizeof(*special));

    for (int i = 0; i < size; i++) {
        char word[ID_SIZE];
        const char *text = word;

        if (i < num_special) {
            text = special[i];
        } else {
            snprintf(word, sizeof(word), "w%d", i);
        }
        MPB_TRY(mpb_strings_add(vocabulary, text, strlen(text)));
    }
    return MPB_OK;
}

mpb_status sequences_masking(const mpb_measure_setup *setup, mpb_masking **masking)
{
    const mpb_masking_options options = {.probability = MASKED, .seed = SEED};
    const mpb_tokenizer_options cased = {.max_word_characters = ID_SIZE};
    mpb_strings vocabulary = {0};
    mpb_tokenizer *tokenizer = NULL;
    mpb_status status;

    if (!setup->task->masks) {
        return MPB_OK;
    }
    status = make_vocabulary(setup->model.vocab_size, &vocabulary);
    if (status == MPB_OK) {
        status = mpb_tokenizer_create(&vocabulary, &cased, "random words", &tokenizer);
    }
    if (status == MPB_OK) {
        status = mpb_masking_create(tokenizer, &options, masking);
    }
    mpb_tokenizer_destroy(&tokenizer);
    mpb_strings_clear(&vocabulary);
    return status;
}

mpb_status sequences_flops(const mpb_measure_setup *setup, const mpb_dataset *dataset,
                           const mpb_masking *masking, double *flops)
{
    const mpb_task_sequences all = {.task = setup->task, .data = dataset, .draw = {masking, 0}};
    mpb_flops_sequence *sequences;
    mpb_status status;

    MPB_TRY(mpb_memory_create(dataset->num_sequences, sizeof(*sequences), "the work of sequences",
                              (void **)&sequences));
    status = mpb_flops_sequences(&setup->model, dataset, mpb_task_choice(&all), sequences);
    *flops = 0.0;
    for (size_t i = 0; i < dataset->num_sequences && status == MPB_OK; i++) {
        *flops += mpb_flops_forward(&setup->model, sequences[i]);
    }
    mpb_memory_destroy(sequences);
    return status;
}

void sequences_draw(const mpb_measure_setup *setup, int64_t step, mpb_dataset *dataset)
{
    const mpb_philox_key key =
        mpb_philox_key_make(SEED, ((uint64_t)DRAWING << 32) + (uint64_t)step);
    const uint64_t count = dataset->offsets[dataset->num_sequences];

    for (uint64_t i = 0; i < count; i++) {
        dataset->tokens[i] = mpb_philox_below(key, i, (uint32_t)setup->model.vocab_size);
    }
}

/* The weights of one tensor. */
static void initialise(void *context, size_t task, int thread)
{
    mpb_model *model = context;
    const mpb_parameter *parameter = &mpb_model_parameters(model)->items[task];

    (void)thread;
    mpb_parameter_initialise(parameter, task, mpb_model_configuration(model)->initializer_range,
                             SEED, mpb_model_weights(model) + parameter->offset);
}

mpb_status random_model_create(const mpb_measure_setup *setup, const mpb_model_limits *limits,
                               mpb_model **model)
{
    MPB_TRY(
        mpb_model_create(&setup->model, limits, &setup->team, setup->isa, setup->products, model));
    mpb_team_run(&setup->team, mpb_model_parameters(*model)->count, initialise, *model);
    return MPB_OK;
}
