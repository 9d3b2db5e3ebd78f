#include "mpibert/ckpt/training_state.h"

#include "mpibert/ckpt/moments.h"
#include "mpibert/io/h5.h"
#include "opened.h"

enum { COUNT = 3 };

static char path[MPB_PATH_SIZE];
static const float FIRST[COUNT] = {0.5f, -1.0f, 0.0f};
static const float SECOND[COUNT] = {0.25f, 1.0f, 0.0f};

static const mpb_share ALL = {.owners = 1, .row_size = 1, .size = COUNT}; /* no words */

static char KERNEL[] = "own";
static char SET[] = "AVX2";
static char PRODUCTS[] = "AVX2 products of our own";
static char SIGNATURE[] = "{\"settings\": {}}";
static char HISTORY[] = "[]";

/* After step 7, in the middle of an epoch. */
static mpb_training_state whole(void)
{
    return (mpb_training_state){
        .step = 7,
        .settled_step = 6,
        .epoch_steps = 3,
        .epoch_examples = 48,
        .epoch_sums = {20.0, -0.1, 1e300},
        .guard = {0.5, [10] = 1.0},
        .stale_validations = 1,
        .best_step = 4,
        .epoch_loss = 2.5,
        .best_metric = -0.75,
        .last_metric = -0.875,
        .kernel = KERNEL,
        .instruction_set = SET,
        .products = PRODUCTS,
        .signature = SIGNATURE,
        .history = HISTORY,
    };
}

static void what_was_written_comes_back(void)
{
    const mpb_training_state written = whole();
    mpb_training_state read = {0};
    float m[COUNT];
    float v[COUNT];

    CHECK_OK(mpb_training_state_write(path, &written, COUNT, FIRST, SECOND));
    CHECK_OK(mpb_training_state_read(path, &read));
    CHECK_OK(mpb_moments_read(path, &ALL, m, v));
    CHECK(memcmp(m, FIRST, sizeof(m)) == 0 && memcmp(v, SECOND, sizeof(v)) == 0);
    CHECK(read.step == 7 && read.settled_step == 6 && read.epoch_steps == 3 &&
          read.epoch_examples == 48);
    CHECK(memcmp(read.epoch_sums, written.epoch_sums, sizeof(read.epoch_sums)) == 0);
    CHECK(memcmp(read.guard, written.guard, sizeof(read.guard)) == 0);
    CHECK(read.stale_validations == 1 && read.best_step == 4);
    CHECK(read.epoch_loss == 2.5 && read.best_metric == -0.75 && read.last_metric == -0.875);
    CHECK_TEXT(read.kernel, "own");
    CHECK_TEXT(read.instruction_set, "AVX2");
    CHECK_TEXT(read.products, "AVX2 products of our own");
    CHECK_TEXT(read.signature, "{\"settings\": {}}");
    CHECK_TEXT(read.history, "[]");
    mpb_training_state_clear(&read);
}

static void refuses(mpb_training_state state, const char *message)
{
    mpb_training_state read = {0};

    CHECK_OK(mpb_training_state_write(path, &state, COUNT, FIRST, SECOND));
    CHECK_FAILS(mpb_training_state_read(path, &read), MPB_ERR_DATA, message);
    CHECK_FAILS(mpb_training_state_read(path, &read), MPB_ERR_DATA, path);
    CHECK(read.step == 0 && read.signature == NULL);
}

#define REFUSES(field, value, message)                                                             \
    do {                                                                                           \
        mpb_training_state state_ = whole();                                                       \
                                                                                                   \
        state_.field = (value);                                                                    \
        refuses(state_, message);                                                                  \
    } while (0)

static void what_no_run_can_have_written_is_refused_by_name(void)
{
    REFUSES(step, -5, "attribute step is -5, 0 to ");
    REFUSES(epoch_steps, 8, "attribute epoch_steps is 8, 0 to 7 was expected");
    REFUSES(epoch_examples, -1, "attribute epoch_examples is -1, 0 to ");
    REFUSES(epoch_sums[5], NAN, "attribute epoch_sum_5_bits is nan, a finite number was expected");
    REFUSES(guard[10], NAN, "attribute guard_10_bits is nan, a finite number was expected");
    REFUSES(settled_step, 8, "attribute settled_step is 8, 0 to 7 was expected");
    REFUSES(stale_validations, -1, "attribute stale_validations is -1, 0 to 7 was expected");
    REFUSES(best_step, 8, "attribute best_step is 8, -1 to 7 was expected");
    REFUSES(best_step, -2, "attribute best_step is -2, -1 to 7 was expected");
    REFUSES(epoch_loss, (double)NAN, "attribute epoch_loss_bits is nan, a finite number");
    REFUSES(best_metric, HUGE_VAL, "attribute best_metric_bits is inf, a finite number");
    REFUSES(last_metric, -HUGE_VAL, "attribute last_metric_bits is -inf, a finite number");
    REFUSES(history, (char[]){"{}"}, "attribute history is no JSON array");
    REFUSES(history, (char[]){"[1"}, "column 2");
    REFUSES(signature, (char[]){"[]"}, "attribute signature is no JSON object");
}

static void refuses_moments(const float m[COUNT], const float v[COUNT], const char *message)
{
    const mpb_training_state state = whole();
    float read_m[COUNT];
    float read_v[COUNT];

    CHECK_OK(mpb_training_state_write(path, &state, COUNT, m, v));
    CHECK_FAILS(mpb_moments_read(path, &ALL, read_m, read_v), MPB_ERR_DATA, message);
}

static void moments_that_are_not_finite_or_below_zero_are_refused(void)
{
    const float with_nan[COUNT] = {0.0f, NAN, 0.0f};
    const float with_infinity[COUNT] = {0.0f, 0.0f, HUGE_VALF};
    const float below_zero[COUNT] = {0.0f, 0.0f, -0.5f};
    const mpb_training_state state = whole();
    const mpb_share more = {.owners = 1, .row_size = 1, .size = COUNT + 1};
    float other[COUNT + 1];

    refuses_moments(with_nan, SECOND, "value 1 of dataset /optimizer/exp_avg is nan");
    refuses_moments(FIRST, with_infinity, "value 2 of dataset /optimizer/exp_avg_sq is inf");
    refuses_moments(FIRST, below_zero,
                    "value 2 of dataset /optimizer/exp_avg_sq is -0.5, a finite number of at least "
                    "0 was expected");
    CHECK_OK(mpb_training_state_write(path, &state, COUNT, FIRST, SECOND));
    CHECK_FAILS(mpb_moments_read(path, &more, other, other), MPB_ERR_DATA,
                "has 3 values, the model has 4 parameters");
}

static void a_state_of_another_version_is_refused_with_a_way_out(void)
{
    mpb_training_state read = {0};
    mpb_h5 *file = NULL;

    CHECK_OK(mpb_h5_create(path, &file));
    CHECK_OK(mpb_h5_set_text(file, "format", "mpibert-training-state"));
    CHECK_OK(mpb_h5_set_integer(file, "version", 1));
    CHECK_OK(mpb_h5_close(&file));
    CHECK_FAILS(mpb_training_state_read(path, &read), MPB_ERR_DATA,
                "version 1 of the training state was found, 4 was expected");
    CHECK_FAILS(mpb_training_state_read(path, &read), MPB_ERR_DATA, "checkpoint.resume=never");
}

int main(void)
{
    char folder[MPB_PATH_SIZE];

    scratch_make(folder);
    CHECK_OK(mpb_training_state_path(folder, path, sizeof(path)));
    what_was_written_comes_back();
    what_no_run_can_have_written_is_refused_by_name();
    moments_that_are_not_finite_or_below_zero_are_refused();
    a_state_of_another_version_is_refused_with_a_way_out();
    scratch_remove(folder);
    return EXIT_SUCCESS;
}
