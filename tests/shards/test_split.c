#include "mpibert/shards/split.h"

#include "check.h"

static const char GOLDEN[] = "tests/golden/split/split.txt";

enum { MAX_COUNT = 1000, NUM_SHUFFLES = 6, NUM_SPLITS = 22 };

static size_t read_number(FILE *file)
{
    unsigned long long number = 0;

    CHECK(fscanf(file, "%llu", &number) == 1);
    return (size_t)number;
}

static double read_real(FILE *file)
{
    double number = 0.0;

    CHECK(fscanf(file, "%lf", &number) == 1);
    return number;
}

static void check_list(FILE *file, const uint32_t *got, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        CHECK(got[i] == read_number(file));
    }
}

static void check_shuffle(FILE *file)
{
    uint32_t seed = (uint32_t)read_number(file);
    size_t count = read_number(file);
    uint32_t order[MAX_COUNT];

    CHECK(count <= MAX_COUNT);
    CHECK_OK(mpb_shuffled_order(count, seed, order));
    check_list(file, order, count);
}

static void check_split(FILE *file)
{
    uint32_t seed = (uint32_t)read_number(file);
    size_t count = read_number(file);
    bool stratify = read_number(file) != 0;
    double train_share = read_real(file);
    double val_share = read_real(file);
    size_t want_train = read_number(file);
    size_t want_validation = read_number(file);
    int32_t labels[MAX_COUNT];
    uint32_t train[MAX_COUNT], validation[MAX_COUNT];
    mpb_split split = {.train = train, .validation = validation};
    mpb_split_request request;

    CHECK(count <= MAX_COUNT);
    for (size_t i = 0; i < count; i++) {
        labels[i] = (int32_t)read_number(file);
    }
    if (train_share == 0.0) {
        train_share = 1.0 - val_share;
    }
    request = (mpb_split_request){count, labels, train_share, val_share, stratify, seed};
    CHECK_OK(mpb_split_train_validation(&request, &split));
    CHECK(split.num_train == want_train && split.num_validation == want_validation);
    check_list(file, train, want_train);
    check_list(file, validation, want_validation);
}

static void a_seed_selects_what_numpy_and_scikit_learn_select(void)
{
    FILE *file = fopen(GOLDEN, "r");
    int shuffles = 0, splits = 0;
    char kind;

    CHECK(file != NULL);
    while (fscanf(file, " %c", &kind) == 1) {
        if (kind == 'S') {
            check_shuffle(file);
            shuffles++;
        } else {
            check_split(file);
            splits++;
        }
    }
    fclose(file);
    CHECK(shuffles == NUM_SHUFFLES && splits == NUM_SPLITS);
}

static mpb_status split(size_t count, const int32_t *labels, double train_share, double val_share)
{
    uint32_t train[16], validation[16];
    mpb_split made = {train, 99, validation, 99};
    const mpb_split_request request = {count, labels, train_share, val_share, labels != NULL, 1};
    mpb_status status = mpb_split_train_validation(&request, &made);

    CHECK(status == MPB_OK || (made.num_train == 99 && made.num_validation == 99));
    return status;
}

static void what_cannot_be_split_is_refused(void)
{
    const int32_t lone[6] = {0, 0, 0, 1, 0, 0};
    const int32_t three[9] = {0, 1, 2, 0, 1, 2, 0, 1, 2};
    const int32_t unlabelled[4] = {0, 0, -1, -1};

    CHECK_FAILS(split(6, lone, 0.5, 0.5), MPB_ERR_DATA, "label number 1 has 1 example");
    CHECK_FAILS(split(9, three, 0.8, 0.2), MPB_ERR_DATA, "has 2 examples, at least one for each");
    CHECK_FAILS(split(4, unlabelled, 0.5, 0.5), MPB_ERR_DATA, "example 2 has no label");
    CHECK_FAILS(split(0, NULL, 0.8, 0.2), MPB_ERR_DATA, "no examples");
    CHECK_FAILS(split(1, NULL, 0.8, 0.2), MPB_ERR_DATA, "none is left to train on");
    CHECK_FAILS(split(2, NULL, 0.1, 0.2), MPB_ERR_DATA, "it is empty");
    CHECK_FAILS(split(9, NULL, 0.9, 0.2), MPB_ERR_CONFIG, "at most 1");
    CHECK_FAILS(split(9, NULL, 0.8, 0.0), MPB_ERR_CONFIG, "positive");
}

int main(void)
{
    a_seed_selects_what_numpy_and_scikit_learn_select();
    what_cannot_be_split_is_refused();
    return 0;
}
