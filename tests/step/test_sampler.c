#include "mpibert/step/sampler.h"

#include "check.h"

enum { N = 257, BATCH = 48, MANY = 1500, MAX_RANKS = 8 };

static mpb_deal_item scratch[MANY];

static void check_permutation(const uint32_t *order, size_t count)
{
    unsigned char seen[N] = {0};

    for (size_t i = 0; i < count; i++) {
        CHECK(order[i] < count && !seen[order[i]]);
        seen[order[i]] = 1;
    }
}

static size_t same_places(const uint32_t *a, const uint32_t *b)
{
    size_t same = 0;

    for (size_t i = 0; i < N; i++) {
        same += a[i] == b[i];
    }
    return same;
}

static void every_example_comes_once_an_epoch(void)
{
    uint32_t order[N];

    for (uint64_t epoch = 0; epoch < 5; epoch++) {
        mpb_permutation(42, epoch, N, order);
        check_permutation(order, N);
    }
    mpb_permutation(42, 0, 1, order);
    CHECK(order[0] == 0);
    mpb_permutation(42, 0, 0, order);
}

static void the_order_depends_on_seed_and_epoch_alone(void)
{
    uint32_t first[N], again[N], other_epoch[N], other_seed[N];

    mpb_permutation(42, 3, N, first);
    mpb_permutation(42, 3, N, again);
    mpb_permutation(42, 4, N, other_epoch);
    mpb_permutation(43, 3, N, other_seed);
    CHECK(same_places(first, again) == N);
    /* Two random permutations share one place on average (Poisson): 10 has probability 1e-7. */
    CHECK(same_places(first, other_epoch) < 10);
    CHECK(same_places(first, other_seed) < 10);
}

/* Over many epochs each of 4 examples comes first equally often. */
static void every_example_is_as_likely_to_come_first(void)
{
    enum { EPOCHS = 8000 };
    uint32_t order[4];
    int first[4] = {0};

    for (uint64_t epoch = 0; epoch < EPOCHS; epoch++) {
        mpb_permutation(7, epoch, 4, order);
        first[order[0]]++;
    }
    for (int i = 0; i < 4; i++) {
        CHECK_NEAR(first[i], EPOCHS / 4.0, 200.0); /* 5 standard deviations of the binomial */
    }
}

static uint64_t load_of(const uint64_t *costs, const int *owner, size_t count, int rank)
{
    uint64_t load = 0;

    for (size_t i = 0; i < count; i++) {
        load += owner[i] == rank ? costs[i] : 0;
    }
    return load;
}

/* Graham 1969: the longest first leaves the fullest rank at most one example above the mean. */
static void no_rank_carries_more_than_one_example_above_the_mean(void)
{
    uint64_t costs[BATCH];
    int owner[BATCH];

    for (unsigned seed = 1; seed < 20; seed++) {
        uint64_t total = 0, largest = 0;

        for (unsigned i = 0; i < BATCH; i++) {
            costs[i] = 2 + (uint64_t)(500.0f * (1.0f + test_value(seed, i)));
            total += costs[i];
            largest = costs[i] > largest ? costs[i] : largest;
        }
        for (int ranks = 1; ranks <= MAX_RANKS; ranks++) {
            mpb_deal_by_cost(costs, BATCH, ranks, scratch, owner);
            for (int r = 0; r < ranks; r++) {
                CHECK(load_of(costs, owner, BATCH, r) <= total / (unsigned)ranks + largest);
            }
        }
    }
}

static void the_costliest_goes_first_and_ties_to_the_lower(void)
{
    const uint64_t costs[7] = {3, 9, 3, 9, 5, 3, 1};
    /* 9 9 5 to ranks 0 1 2; the 3s to 2 (8), to 2 (11), to 0 (12); then 1 to 1 (10). */
    const int want[7] = {2, 0, 2, 1, 2, 0, 1};
    int owner[7];

    mpb_deal_by_cost(costs, 7, 3, scratch, owner);
    CHECK(memcmp(owner, want, sizeof(want)) == 0);
}

/* What mpb_deal_by_cost says of itself, word by word. */
static void deal_plainly(const uint64_t *costs, size_t count, int ranks, int *owner)
{
    static uint64_t loads[MPB_MAX_DEALT_RANKS + 1];

    memset(loads, 0, sizeof(loads));
    for (size_t i = 0; i < count; i++) {
        owner[i] = -1;
    }
    for (size_t dealt = 0; dealt < count; dealt++) {
        size_t costliest = count;
        int least = 0;

        for (size_t i = 0; i < count; i++) {
            if (owner[i] < 0 && (costliest == count || costs[i] > costs[costliest])) {
                costliest = i;
            }
        }
        for (int r = 1; r < ranks; r++) {
            least = loads[r] < loads[least] ? r : least;
        }
        owner[costliest] = least;
        loads[least] += costs[costliest];
    }
}

/* Of few different costs, among which 0, where ties decide, and of many. */
static void every_owner_is_that_of_the_definition(void)
{
    static const size_t counts[] = {0, 1, 2, 3, 31, 32, 33, 500, MANY};
    static const int ranks[] = {1, 2, 3, 7, 64, MPB_MAX_DEALT_RANKS};
    static uint64_t costs[MANY];
    static int owner[MANY], want[MANY];

    for (unsigned c = 0; c < sizeof(counts) / sizeof(*counts); c++) {
        for (unsigned r = 0; r < sizeof(ranks) / sizeof(*ranks); r++) {
            const float different = c % 2 == 0 ? 2.0f : 1e6f;

            for (unsigned i = 0; i < counts[c]; i++) {
                costs[i] = (uint64_t)(different * (1.0f + test_value(r, i)));
            }
            mpb_deal_by_cost(costs, counts[c], ranks[r], scratch, owner);
            deal_plainly(costs, counts[c], ranks[r], want);
            CHECK(memcmp(owner, want, counts[c] * sizeof(*want)) == 0);
        }
    }
}

static void no_more_ranks_get_a_share_than_one_deal_has(void)
{
    enum { RANKS = MPB_MAX_DEALT_RANKS + 1 };
    static uint64_t costs[RANKS];
    static mpb_deal_item examples[RANKS];
    static int owner[RANKS];

    for (size_t i = 0; i < RANKS; i++) {
        costs[i] = 1;
    }
    mpb_deal_by_cost(costs, RANKS, RANKS, examples, owner);
    for (int i = 0; i < RANKS; i++) {
        CHECK(owner[i] == i % MPB_MAX_DEALT_RANKS);
    }
}

static void spare_ranks_stay_empty(void)
{
    const uint64_t costs[2] = {1, 2};
    int owner[2];

    mpb_deal_by_cost(costs, 2, 5, scratch, owner);
    CHECK(owner[1] == 0 && owner[0] == 1);
}

int main(void)
{
    every_example_comes_once_an_epoch();
    the_order_depends_on_seed_and_epoch_alone();
    every_example_is_as_likely_to_come_first();
    no_rank_carries_more_than_one_example_above_the_mean();
    the_costliest_goes_first_and_ties_to_the_lower();
    every_owner_is_that_of_the_definition();
    no_more_ranks_get_a_share_than_one_deal_has();
    spare_ranks_stay_empty();
    return 0;
}
