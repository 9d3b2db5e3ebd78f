/* The lines at a run's start: what they say of data sets that are made here. */

#include "start_lines.h"

#include "check.h"
#include "mpibert/session/cut_texts.h"

enum { LONGEST = 16 };

/* A data set of one sequence a text: text i has lengths[i] tokens and label i modulo num_labels. */
static mpb_dataset make(const size_t *lengths, size_t count, size_t num_labels)
{
    static const uint32_t tokens[LONGEST] = {0};
    mpb_dataset dataset = {.shape = {.labels = true}};

    for (size_t i = 0; i < count; i++) {
        const mpb_sequence sequence = {.tokens = tokens,
                                       .count = lengths[i],
                                       .segment_b = (uint32_t)lengths[i],
                                       .document = i,
                                       .label = (int32_t)(i % num_labels),
                                       .id = "x"};

        CHECK_OK(mpb_dataset_add(&dataset, &sequence));
    }
    for (size_t j = 0; j < num_labels; j++) {
        char name[24];

        snprintf(name, sizeof(name), "c%zu", j);
        CHECK_OK(mpb_strings_add(&dataset.label_names, name, strlen(name)));
    }
    return dataset;
}

static void clear(mpb_run_inputs *inputs)
{
    mpb_run_inputs_clear(inputs);
    *inputs = (mpb_run_inputs){0};
}

/* Each check appends one line and compares it. */
static void says(mpb_status status, mpb_buffer *line, const char *want)
{
    CHECK_OK(status);
    CHECK_TEXT(line->data, want);
    mpb_buffer_clear(line);
}

static void data_names_sets_split_and_classes(void)
{
    const size_t lengths[] = {3, 4, 5, 6, 7};
    mpb_run_inputs inputs = {.train = make(lengths, 5, 2), .validation = make(lengths, 2, 2)};
    mpb_run_config config = {0};
    mpb_buffer line = {0};

    CHECK_OK(mpb_run_config_defaults(&config));
    config.model.task = MPB_TASK_CLASSIFICATION;
    says(start_lines_data(&config, &inputs, &line), &line,
         "Data:    5 training + 2 validation examples (split 0.8 + 0.2, stratified, seed 42); "
         "2 classes: c0 3, c1 2\n");
    CHECK_OK(mpb_strings_add(&config.data.validation, "other.csv", 9));
    says(start_lines_data(&config, &inputs, &line), &line,
         "Data:    5 training + 2 validation examples (data.validation); 2 classes: c0 3, c1 2\n");
    config.training.eval_strategy = MPB_RUN_EVAL_NO;
    mpb_dataset_clear(&inputs.validation);
    says(start_lines_data(&config, &inputs, &line), &line,
         "Data:    5 training examples (no validation); 2 classes: c0 3, c1 2\n");
    mpb_run_config_clear(&config);
    clear(&inputs);
}

static void of_many_classes_the_rarest_and_the_most_frequent_are_named(void)
{
    const size_t lengths[] = {3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3};
    mpb_run_inputs inputs = {.train = make(lengths, 11, 10)};
    mpb_run_config config = {0};
    mpb_buffer line = {0};

    CHECK_OK(mpb_run_config_defaults(&config));
    config.model.task = MPB_TASK_CLASSIFICATION;
    config.training.eval_strategy = MPB_RUN_EVAL_NO;
    says(start_lines_data(&config, &inputs, &line), &line,
         "Data:    11 training examples (no validation); 10 classes, from c1 1 to c0 2\n");
    mpb_run_config_clear(&config);
    clear(&inputs);
}

/* 20 training texts, of which those of 8 tokens may have been cut, and 4 for validation. */
static mpb_run_inputs make_cut(uint64_t truncated_texts)
{
    const size_t train[] = {2, 3, 3, 3, 3, 4, 4, 4, 4, 4, 5, 5, 5, 5, 5, 5, 5, 6, 8, 8};
    const size_t validation[] = {8, 2, 3, 4};
    const size_t both[] = {8, 8, 8, 5};
    mpb_run_inputs inputs = {.train = make(train, 20, 2), .validation = make(validation, 4, 2)};
    mpb_dataset source = make(both, 4, 2);

    source.truncation = (mpb_truncation){
        .texts = 24, .truncated_texts = truncated_texts, .tokens = 200, .tokens_cut = 50};
    inputs.train_cut = mpb_cut_texts_of(&source);
    inputs.validation_cut = inputs.train_cut;
    mpb_dataset_clear(&source);
    return inputs;
}

/* NumPy's quantiles of method "inverted_cdf" for these 20 numbers: 4 and 8. */
static void lengths_say_what_was_cut_of_which_set(void)
{
    mpb_run_inputs inputs = make_cut(3);
    mpb_run_config config = {0};
    mpb_buffer line = {0};

    CHECK_OK(mpb_run_config_defaults(&config));
    config.model.task = MPB_TASK_CLASSIFICATION;
    config.model.max_seq_length = 8;
    says(start_lines_lengths(&config, &inputs, &line), &line,
         "Lengths: median 4, 95 % 8, longest 8 of 8 tokens; cut: 2 of 20 training and "
         "1 of 4 validation texts, 25.0 % of the tokens\n");
    clear(&inputs);
    inputs = make_cut(2);
    says(start_lines_lengths(&config, &inputs, &line), &line,
         "Lengths: median 4, 95 % 8, longest 8 of 8 tokens; cut: at most 2 of 20 training and "
         "at most 1 of 4 validation texts, 25.0 % of the tokens\n");
    clear(&inputs);
    inputs = make_cut(0);
    says(start_lines_lengths(&config, &inputs, &line), &line,
         "Lengths: median 4, 95 % 8, longest 8 of 8 tokens; no text was cut\n");
    inputs.train_cut.known = false;
    says(start_lines_lengths(&config, &inputs, &line), &line,
         "Lengths: median 4, 95 % 8, longest 8 of 8 tokens\n");
    inputs.truncation = (mpb_truncation){.targets = 800, .targets_cut = 6};
    says(start_lines_lengths(&config, &inputs, &line), &line,
         "Lengths: median 4, 95 % 8, longest 8 of 8 tokens; 6 of 800 entities are out of reach, "
         "0.75%\n");
    inputs.train.shape.answers = true;
    says(start_lines_lengths(&config, &inputs, &line), &line,
         "Lengths: median 4, 95 % 8, longest 8 of 8 tokens; 6 of 800 answers are out of reach, "
         "0.75%\n");
    inputs.train.shape.answers = false;
    inputs.truncation.targets = 0;
    config.data.long_documents = MPB_RUN_CHUNK;
    says(start_lines_lengths(&config, &inputs, &line), &line,
         "Lengths: median 4, 95 % 8, longest 8 of 8 tokens; chunks: 20 of training, "
         "4 of validation\n");
    mpb_run_config_clear(&config);
    clear(&inputs);
}

static void steps_say_batches_ranks_and_threads(void)
{
    start_steps steps = {.total = 78,
                         .per_epoch = 26,
                         .batch_size = 16,
                         .ranks = 2,
                         .threads = 1,
                         .kernels = "AVX2",
                         .products = "OpenBLAS"};
    mpb_run_config config = {0};
    mpb_buffer line = {0};

    CHECK_OK(mpb_run_config_defaults(&config));
    config.model.task = MPB_TASK_CLASSIFICATION;
    says(
        start_lines_steps(&config, &steps, &line), &line,
        "Steps:   78 = 3 epochs x 26, batches of 16, on 2 ranks x 1 thread (AVX2 kernels, OpenBLAS "
        "in fp32)\n");
    steps.total = 50;
    config.training.max_steps = 50;
    steps.ranks = 1;
    steps.threads = 4;
    config.training.gradient_accumulation_steps = 2;
    config.training.batch_size_per_rank = 16;
    config.training.precision = MPB_RUN_BF16;
    says(
        start_lines_steps(&config, &steps, &line), &line,
        "Steps:   50 (training.max_steps), 26 an epoch, batches of 16 x 2 (16 a rank), on 1 rank x "
        "4 threads (AVX2 kernels, OpenBLAS in bf16)\n");
    mpb_run_config_clear(&config);
}

int main(void)
{
    data_names_sets_split_and_classes();
    of_many_classes_the_rarest_and_the_most_frequent_are_named();
    lengths_say_what_was_cut_of_which_set();
    steps_say_batches_ranks_and_threads();
    return EXIT_SUCCESS;
}
