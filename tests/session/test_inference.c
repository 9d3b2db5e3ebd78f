/* A model at work: opened once, it gives each of several datasets the bits of a fresh start, on any
 * number of ranks. */

#include "mpibert/session/inference.h"

#include "check.h"
#include "mpibert/ckpt/model_dir.h"

enum { POSITIONS = 40, WORDS = 61, BATCH = 2 };

static const mpb_log quiet = {.command = "test"};

/* `count` sequences, the first of `length` tokens, each a token longer; the first two are chunks of
 * one document. */
static mpb_dataset make_data(size_t count, size_t length)
{
    mpb_dataset made = {0};

    for (size_t i = 0; i < count; i++) {
        uint32_t tokens[POSITIONS + 1];
        mpb_sequence sequence = {.tokens = tokens,
                                 .count = length + i,
                                 .segment_b = (uint32_t)(length + i),
                                 .document = i == 0 ? 0 : i - 1,
                                 .chunk = i == 1,
                                 .id = "example"};

        for (size_t t = 0; t < sequence.count; t++) {
            tokens[t] = (uint32_t)((7 * t + 13 * i + length) % WORDS);
        }
        CHECK_OK(mpb_dataset_add(&made, &sequence));
    }
    return made;
}

/* One dataset by `inference`: 3 logits a document, on rank 0. */
static mpb_kept run(mpb_inference *inference, const mpb_dataset *data)
{
    mpb_documents documents = {0};
    mpb_kept kept = {0};

    CHECK_OK(mpb_documents_find(data, &documents));
    CHECK_OK(mpb_inference_run(inference, data, &documents, BATCH, &kept));
    CHECK(documents.count == data->num_sequences - 1);
    mpb_documents_clear(&documents);
    return kept;
}

static bool are_equal(const mpb_kept *a, const mpb_kept *b, size_t num_documents)
{
    return (a->bytes == NULL && b->bytes == NULL) ||
           memcmp(a->bytes, b->bytes, 3 * num_documents * sizeof(float)) == 0;
}

typedef struct parts {
    const mpb_comm *comm;
    mpb_opened_model opened;
    mpb_run_config config;
} parts;

static mpb_inference *create(const parts *p)
{
    mpb_inference *made = NULL;

    CHECK_OK(mpb_inference_create(&quiet, p->comm, &p->opened, &p->config,
                                  mpb_task_of_model(&p->opened.config), &made));
    return made;
}

static void any_number_of_datasets_has_the_bits_of_a_fresh_start(const parts *p)
{
    mpb_dataset data[] = {make_data(2, 3), make_data(9, 5), make_data(3, 20), make_data(2, 3)};
    mpb_inference *kept = create(p);

    for (size_t i = 0; i < sizeof(data) / sizeof(data[0]); i++) {
        mpb_inference *fresh = create(p);
        mpb_kept got = run(kept, &data[i]);
        mpb_kept want = run(fresh, &data[i]);

        CHECK((got.bytes == NULL) == (mpb_comm_rank(p->comm) > 0));
        CHECK(are_equal(&got, &want, data[i].num_sequences - 1));
        mpb_kept_clear(&got);
        mpb_kept_clear(&want);
        mpb_inference_destroy(&fresh);
        mpb_dataset_clear(&data[i]);
    }
    mpb_inference_destroy(&kept);
}

static void what_does_not_fit_leaves_the_model_at_work(const parts *p)
{
    mpb_dataset long_data = make_data(2, POSITIONS);
    mpb_dataset data = make_data(3, 4);
    mpb_dataset nothing = {0};
    mpb_inference *kept = create(p);
    mpb_kept before = run(kept, &data);
    const mpb_documents none = {0};
    mpb_kept failed = {0};
    mpb_kept after;

    CHECK_FAILS(mpb_inference_run(kept, &long_data, &none, BATCH, &failed), MPB_ERR_CONFIG,
                "41 tokens were asked for, 1 to 40 was expected");
    CHECK_OK(mpb_inference_run(kept, &nothing, &none, BATCH, &failed));
    CHECK(failed.bytes == NULL);
    after = run(kept, &data);
    CHECK(are_equal(&before, &after, 2));
    mpb_kept_clear(&before);
    mpb_kept_clear(&after);
    mpb_inference_destroy(&kept);
    mpb_dataset_clear(&long_data);
    mpb_dataset_clear(&data);
}

int main(int argc, char **argv)
{
    mpb_comm *comm = NULL;
    parts p = {
        .opened = {.directory = "tests/golden/model/bert", .weights = "tests/golden/model/bert"}};

    CHECK_OK(mpb_comm_start(&argc, &argv, &comm));
    p.comm = comm;
    CHECK_OK(mpb_run_config_defaults(&p.config));
    p.config.training.deterministic = true; /* no measurement chooses the products */
    p.config.cluster.threads_per_rank = 1;
    CHECK_OK(
        mpb_model_dir_read_config(p.opened.directory, &p.opened.config, &p.opened.label_names));
    any_number_of_datasets_has_the_bits_of_a_fresh_start(&p);
    what_does_not_fit_leaves_the_model_at_work(&p);
    mpb_strings_clear(&p.opened.label_names);
    mpb_run_config_clear(&p.config);
    mpb_comm_stop(&comm);
    return 0;
}
