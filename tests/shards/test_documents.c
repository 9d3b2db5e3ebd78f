/* Documents: the input examples whose chunks are the sequences of a data set. */

#include "mpibert/shards/documents.h"

#include <stdlib.h>

#include "check.h"

enum { INPUT = 10 };

/* numpy.random.RandomState(42).shuffle(arange(10)), as NumPy 2.4 prints it. */
static const uint32_t SHUFFLED[INPUT] = {8, 1, 5, 0, 7, 2, 9, 4, 3, 6};

/* Adds document `number` as `chunks` sequences; its label is number % 3. */
static void add(mpb_dataset *dataset, uint64_t number, uint32_t chunks)
{
    char id[16];

    snprintf(id, sizeof(id), "id %d", (int)number);
    for (uint32_t chunk = 0; chunk < chunks; chunk++) {
        const uint32_t tokens[3] = {2, (uint32_t)(100 * number + chunk), 3};

        CHECK_OK(mpb_dataset_add(dataset, &(mpb_sequence){.tokens = tokens,
                                                          .count = 3,
                                                          .segment_b = 3,
                                                          .document = number,
                                                          .chunk = chunk,
                                                          .label = (int32_t)(number % 3),
                                                          .id = id}));
    }
}

/* Documents 1, 4, 5 and 8 of the ten of the input, of 1, 3, 1 and 2 chunks. */
static void fill(mpb_dataset *dataset)
{
    *dataset = (mpb_dataset){.shape = {.labels = true}, .num_documents = INPUT};
    add(dataset, 1, 1);
    add(dataset, 4, 3);
    add(dataset, 5, 1);
    add(dataset, 8, 2);
}

static void chunks_of_one_example_are_one_document(void)
{
    static const uint32_t first[5] = {0, 1, 4, 5, 7};
    static const int32_t labels[4] = {1, 1, 2, 2};
    mpb_dataset dataset;
    mpb_documents documents = {0};

    fill(&dataset);
    CHECK_OK(mpb_documents_find(&dataset, &documents));
    CHECK(documents.count == 4);
    CHECK(memcmp(documents.first, first, sizeof(first)) == 0);
    CHECK(memcmp(documents.labels, labels, sizeof(labels)) == 0);
    mpb_documents_clear(&documents);
    mpb_dataset_clear(&dataset);
}

static void without_labels_documents_have_none(void)
{
    mpb_dataset dataset = {0};
    mpb_documents documents = {0};

    CHECK_OK(mpb_documents_find(&dataset, &documents));
    CHECK(documents.count == 0 && mpb_document_first(&documents, 0) == 0);
    mpb_documents_clear(&documents);
    add(&dataset, 3, 2);
    CHECK_OK(mpb_documents_find(&dataset, &documents));
    CHECK(documents.count == 1 && documents.labels == NULL &&
          mpb_document_first(&documents, 1) == 2);
    mpb_documents_clear(&documents);
    mpb_dataset_clear(&dataset);
}

static void the_whole_input_is_shuffled_as_numpy_does(void)
{
    mpb_dataset dataset = {0};
    mpb_documents documents = {0};
    uint32_t *order = NULL;

    dataset.num_documents = INPUT;
    for (uint64_t i = 0; i < INPUT; i++) {
        add(&dataset, i, 1 + i % 2);
    }
    CHECK_OK(mpb_documents_find(&dataset, &documents));
    CHECK_OK(mpb_documents_shuffle(&dataset, &documents, 42, &order));
    CHECK(memcmp(order, SHUFFLED, sizeof(SHUFFLED)) == 0);
    free(order);
    mpb_documents_clear(&documents);
    mpb_dataset_clear(&dataset);
}

/* Of 8 1 5 0 7 2 9 4 3 6 there are 8 1 5 4, which are documents 3 0 2 1 of the subset. */
static void a_part_of_the_input_keeps_the_order_of_the_whole(void)
{
    static const uint32_t want[4] = {3, 0, 2, 1};
    mpb_dataset dataset;
    mpb_documents documents = {0};
    uint32_t *order = NULL;

    fill(&dataset);
    CHECK_OK(mpb_documents_find(&dataset, &documents));
    CHECK_OK(mpb_documents_shuffle(&dataset, &documents, 42, &order));
    CHECK(memcmp(order, want, sizeof(want)) == 0);
    free(order);
    mpb_documents_clear(&documents);
    mpb_dataset_clear(&dataset);
}

static void numbers_that_cannot_be_are_refused(void)
{
    mpb_dataset dataset;
    mpb_documents documents = {0};
    uint32_t *order = NULL;

    fill(&dataset);
    CHECK_OK(mpb_documents_find(&dataset, &documents));
    dataset.num_documents = 8;
    CHECK_FAILS(mpb_documents_shuffle(&dataset, &documents, 42, &order), MPB_ERR_DATA,
                "document number 8 was found, the input had 8");
    dataset.num_documents = INPUT;
    mpb_documents_clear(&documents);
    add(&dataset, 4, 1);
    CHECK_OK(mpb_documents_find(&dataset, &documents));
    CHECK_FAILS(mpb_documents_shuffle(&dataset, &documents, 42, &order), MPB_ERR_DATA,
                "document number 4 follows 8, rising numbers were expected");
    mpb_documents_clear(&documents);
    mpb_dataset_clear(&dataset);
}

static void a_selection_takes_all_chunks_of_its_documents(void)
{
    static const uint32_t order[2] = {3, 1};
    static const uint32_t want[5] = {800, 801, 400, 401, 402};
    mpb_dataset dataset;
    mpb_dataset subset = {0};
    mpb_documents documents = {0};

    fill(&dataset);
    CHECK_OK(mpb_documents_find(&dataset, &documents));
    CHECK_OK(mpb_documents_select(&dataset, &documents, order, 2, &subset));
    CHECK(subset.num_sequences == 5 && subset.num_documents == INPUT);
    for (size_t i = 0; i < 5; i++) {
        CHECK(subset.tokens[subset.offsets[i] + 1] == want[i]);
        CHECK(subset.document[i] == want[i] / 100 && subset.chunk[i] == want[i] % 100);
        CHECK(subset.labels[i] == (int32_t)(want[i] / 100 % 3));
    }
    CHECK_TEXT(subset.ids.items[1], "id 8");
    mpb_dataset_clear(&subset);
    mpb_documents_clear(&documents);
    mpb_dataset_clear(&dataset);
}

int main(void)
{
    chunks_of_one_example_are_one_document();
    without_labels_documents_have_none();
    the_whole_input_is_shuffled_as_numpy_does();
    a_part_of_the_input_keeps_the_order_of_the_whole();
    numbers_that_cannot_be_are_refused();
    a_selection_takes_all_chunks_of_its_documents();
    return 0;
}
