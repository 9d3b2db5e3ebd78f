/* class_weights_make: balanced weights are scikit-learn's, lists are taken label by label. */

#include "class_weights.h"

#include "check.h"
#include "golden/train/class_weights_goldens.h"
#include "mpibert/core/memory.h"

enum { LABELS = sizeof(COUNTS) / sizeof(*COUNTS), MOST = 1000 };

static int32_t labels[MOST];

/* As many labels of each kind as the golden counts say, and `more` names without examples. */
static mpb_dataset dataset_make(int more)
{
    mpb_dataset made = {.labels = labels};

    for (int label = 0; label < LABELS + more; label++) {
        char name[16];
        const int length = snprintf(name, sizeof(name), "label%d", label);

        CHECK_OK(mpb_strings_add(&made.label_names, name, (size_t)length));
        for (int i = 0; label < LABELS && i < COUNTS[label]; i++) {
            labels[made.num_sequences++] = label;
        }
    }
    return made;
}

static void balanced_weights_equal_scikit_learns(void)
{
    const mpb_run_weights balanced = {.how = MPB_RUN_WEIGHTS_BALANCED};
    mpb_dataset train = dataset_make(0);
    float *weights = NULL;

    CHECK_OK(
        class_weights_make(&balanced, mpb_task_find(MPB_TASK_CLASSIFICATION), &train, &weights));
    for (int label = 0; label < LABELS; label++) {
        CHECK(weights[label] == (float)BALANCED[label]);
    }
    mpb_memory_destroy(weights);
    mpb_strings_clear(&train.label_names);
}

/* All in one text, with as many words between them that have no label. */
static void words_are_balanced_as_examples_are(void)
{
    const mpb_run_weights balanced = {.how = MPB_RUN_WEIGHTS_BALANCED};
    mpb_dataset train = dataset_make(0);
    static int32_t token_labels[2 * MOST];
    uint64_t offsets[] = {0, 2 * train.num_sequences};
    float *weights = NULL;

    for (size_t i = 0; i < train.num_sequences; i++) {
        token_labels[2 * i] = labels[i];
        token_labels[2 * i + 1] = MPB_NO_LABEL;
    }
    train.num_sequences = 1;
    train.offsets = offsets;
    train.token_labels = token_labels;
    CHECK_OK(class_weights_make(&balanced, mpb_task_find(MPB_TASK_TOKEN), &train, &weights));
    for (int label = 0; label < LABELS; label++) {
        CHECK(weights[label] == (float)BALANCED[label]);
    }
    mpb_memory_destroy(weights);
    mpb_strings_clear(&train.label_names);
}

static void a_label_without_examples_weighs_nothing(void)
{
    const mpb_run_weights balanced = {.how = MPB_RUN_WEIGHTS_BALANCED};
    mpb_dataset train = dataset_make(1);
    float *weights = NULL;

    CHECK_OK(
        class_weights_make(&balanced, mpb_task_find(MPB_TASK_CLASSIFICATION), &train, &weights));
    CHECK(weights[LABELS] == 0.0f);
    /* rounded to a float */
    CHECK_NEAR((double)weights[0], BALANCED[0] * LABELS / (LABELS + 1), BALANCED[0] * 0x1p-24);
    mpb_memory_destroy(weights);
    mpb_strings_clear(&train.label_names);
}

static void a_list_has_a_number_for_each_label(void)
{
    double numbers[LABELS] = {1.0, 2.5, 0.125, 4.0, 1e-6};
    mpb_run_weights list = {.how = MPB_RUN_WEIGHTS_LIST, .items = numbers, .count = LABELS};
    mpb_dataset train = dataset_make(0);
    float *weights = NULL;

    CHECK_OK(class_weights_make(&list, mpb_task_find(MPB_TASK_CLASSIFICATION), &train, &weights));
    for (int label = 0; label < LABELS; label++) {
        CHECK(weights[label] == (float)numbers[label]);
    }
    mpb_memory_destroy(weights);
    list.count--;
    weights = NULL;
    CHECK_FAILS(class_weights_make(&list, mpb_task_find(MPB_TASK_CLASSIFICATION), &train, &weights),
                MPB_ERR_CONFIG,
                "training.class_weights has 4 numbers, 5 were expected, one a label: label0, ");
    CHECK(weights == NULL);
    mpb_strings_clear(&train.label_names);
}

static void none_is_no_weights(void)
{
    const mpb_run_weights none = {.how = MPB_RUN_WEIGHTS_NONE};
    mpb_dataset train = dataset_make(0);
    float *weights = NULL;

    CHECK_OK(class_weights_make(&none, mpb_task_find(MPB_TASK_CLASSIFICATION), &train, &weights));
    CHECK(weights == NULL);
    mpb_strings_clear(&train.label_names);
}

int main(void)
{
    balanced_weights_equal_scikit_learns();
    words_are_balanced_as_examples_are();
    a_label_without_examples_weighs_nothing();
    a_list_has_a_number_for_each_label();
    none_is_no_weights();
    return 0;
}
