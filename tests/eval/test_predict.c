/* What is kept of sequences right after their forward pass reaches rank 0, whatever each keeps and
 * whichever rank computed it. */

#include "mpibert/eval/predict.h"

#include "check.h"
#include "mpibert/math/blas.h"
#include "small_model.h"

enum { SEQUENCES = 23, WORDS = 31, LONGEST = 9, LABELS = 3, NAN_WORD = WORDS - 1 };

static const mpb_model_config CONFIG = {
    SMALL_BERT(WORDS, LONGEST, LABELS), .hidden_size = 16,       .num_hidden_layers = 1,
    .num_attention_heads = 2,           .intermediate_size = 32,
};

/* Of different lengths; the last word of sequence `bad` is NAN_WORD. */
static mpb_dataset make_data(unsigned bad)
{
    mpb_dataset made = {0};

    for (unsigned i = 0; i < SEQUENCES; i++) {
        uint32_t tokens[LONGEST];
        const size_t count = 2 + i * 5 % (LONGEST - 1);

        for (unsigned t = 0; t < count; t++) {
            tokens[t] = (7 * i + 3 * t) % NAN_WORD;
        }
        if (i == bad) {
            tokens[count - 1] = NAN_WORD;
        }
        small_dataset_add(&made, i, tokens, count, 0);
    }
    return made;
}

/* Sequence i keeps nothing, or its number and outputs once or twice. */
static size_t size_of(const void *context, size_t i)
{
    (void)context;
    return i % 3 * (1 + LABELS) * sizeof(float);
}

static void keep(const void *context, const mpb_outputs *part, void *kept)
{
    float *to = kept;

    (void)context;
    CHECK(part->num_rows == 1 && part->width == LABELS);
    for (size_t again = 0; again < part->sequence % 3; again++) {
        *to++ = (float)part->sequence;
        memcpy(to, part->values, LABELS * sizeof(*to));
        to += LABELS;
    }
}

static mpb_status predict(const mpb_comm *comm, const mpb_dataset *data, size_t batch_size,
                          mpb_kept *kept)
{
    const mpb_predict_options options = {.batch_size = batch_size,
                                         .not_finite = MPB_ERR_DIVERGED,
                                         .keeping = {.size = size_of, .keep = keep}};
    const mpb_model_limits limits = {.max_tokens = mpb_predict_max_tokens(data, batch_size),
                                     .max_sequences = batch_size,
                                     .max_length = LONGEST};
    const mpb_gemm_choice products = {MPB_GEMM_OWN, MPB_GEMM_F32};
    mpb_team team = {0};
    mpb_model *model = NULL;
    mpb_status status;

    CHECK_OK(mpb_team_begin(1, NULL, 0, &team));
    CHECK_OK(mpb_model_create(&CONFIG, &limits, &team, mpb_isa_best(), products, &model));
    small_model_initialise(model, 0.3f);
    mpb_model_weights(model)[NAN_WORD * CONFIG.hidden_size] = NAN; /* the word table comes first */
    status = mpb_predict(comm, model, data, &options, kept);
    mpb_model_destroy(&model);
    mpb_team_end(&team);
    return status;
}

/* Outputs do not depend on what stands beside a sequence, so one batch of all tells what is right. */
static mpb_kept predict_alone(void)
{
    mpb_dataset data = make_data(SEQUENCES);
    mpb_comm *alone = NULL;
    mpb_kept kept = {0};

    CHECK_OK(mpb_comm_alone(&alone));
    CHECK_OK(predict(alone, &data, SEQUENCES, &kept));
    mpb_comm_stop(&alone);
    mpb_dataset_clear(&data);
    return kept;
}

static void what_is_kept_is_in_its_place_on_rank_0(const mpb_comm *comm, const mpb_kept *want)
{
    mpb_dataset data = make_data(SEQUENCES);

    for (size_t batch_size = 1; batch_size <= SEQUENCES; batch_size += 3) {
        mpb_kept kept = {0};

        CHECK_OK(predict(comm, &data, batch_size, &kept));
        CHECK((kept.bytes != NULL) == (mpb_comm_rank(comm) == 0));
        if (kept.bytes != NULL) {
            CHECK(memcmp(kept.begins, want->begins, (SEQUENCES + 1) * sizeof(*kept.begins)) == 0);
            CHECK(memcmp(kept.bytes, want->bytes, want->begins[SEQUENCES]) == 0);
            for (size_t i = 1; i < SEQUENCES; i += 3) {
                CHECK(*(const float *)(const void *)(kept.bytes + kept.begins[i]) == (float)i);
            }
        }
        mpb_kept_clear(&kept);
    }
    mpb_dataset_clear(&data);
}

static void all_ranks_name_the_example_whose_output_is_no_number(const mpb_comm *comm)
{
    for (unsigned bad = 0; bad < SEQUENCES; bad += 4) {
        mpb_dataset data = make_data(bad);
        mpb_kept kept = {0};
        char named[24];

        snprintf(named, sizeof(named), "(example s%u)", bad);
        CHECK_FAILS(predict(comm, &data, 2, &kept), MPB_ERR_DIVERGED, named);
        CHECK(kept.bytes == NULL);
        mpb_dataset_clear(&data);
    }
}

int main(int argc, char **argv)
{
    mpb_comm *comm = NULL;
    mpb_kept want;

    mpb_blas_single_threaded();
    want = predict_alone();
    CHECK_OK(mpb_comm_start(&argc, &argv, &comm));
    what_is_kept_is_in_its_place_on_rank_0(comm, &want);
    all_ranks_name_the_example_whose_output_is_no_number(comm);
    mpb_kept_clear(&want);
    mpb_comm_stop(&comm);
    return 0;
}
