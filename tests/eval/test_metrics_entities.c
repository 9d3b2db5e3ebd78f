/* mpb_entity_metrics: seqeval's figures for the same labels. */

#include "mpibert/eval/metrics_entities.h"

#include "check.h"
#include "golden/eval/entity_goldens.h"

/* Both sides compute in doubles. */
static const double ROUNDING = 1e-12;

/* The words of `text`, parted by single blanks. */
static mpb_strings words_of(const char *text)
{
    mpb_strings words = {0};

    while (*text != '\0') {
        size_t length = strcspn(text, " ");

        CHECK_OK(mpb_strings_add(&words, text, length));
        text += length + (text[length] == ' ');
    }
    return words;
}

static void equal(mpb_scores got, const double expected[3])
{
    CHECK_NEAR(got.precision, expected[0], ROUNDING);
    CHECK_NEAR(got.recall, expected[1], ROUNDING);
    CHECK_NEAR(got.f1, expected[2], ROUNDING);
}

/* expected: of the types that occur, in order. */
static void types_equal(const mpb_entity_labels *labels, const mpb_hit_counts *per_type,
                        const char *names, const double *expected)
{
    mpb_strings types = words_of(names);
    size_t next = 0;

    for (size_t i = 0; i < labels->types.count; i++) {
        if (per_type[i].gold + per_type[i].predicted == 0) {
            continue;
        }
        CHECK(next < types.count);
        CHECK_TEXT(labels->types.items[i], types.items[next]);
        equal(mpb_scores_of(per_type[i]), expected + 4 * next);
        CHECK_NEAR((double)per_type[i].gold, expected[4 * next + 3], 0.0); /* a count */
        next++;
    }
    CHECK(next == types.count);
    mpb_strings_clear(&types);
}

static void figures_equal_seqevals(void)
{
    for (size_t i = 0; i < sizeof(ENTITY_CASES) / sizeof(*ENTITY_CASES); i++) {
        const double *expected = ENTITY_CASES[i].expected;
        mpb_strings names = words_of(ENTITY_CASES[i].names);
        mpb_entity_labels labels = {0};
        mpb_entity_metrics metrics = {0};

        CHECK_OK(mpb_entity_labels_read(ENTITY_CASES[i].scheme, &names, &labels));
        CHECK_OK(mpb_entity_metrics_compute(&labels, ENTITY_CASES[i].num_sequences,
                                            ENTITY_CASES[i].offsets, ENTITY_CASES[i].gold,
                                            ENTITY_CASES[i].predicted, &metrics));
        CHECK_NEAR(metrics.accuracy, expected[0], ROUNDING);
        equal(metrics.averages.micro, expected + 1);
        equal(metrics.averages.macro, expected + 4);
        equal(metrics.averages.weighted, expected + 7);
        types_equal(&labels, metrics.per_type, ENTITY_CASES[i].types, ENTITY_CASES[i].by_type);
        mpb_entity_metrics_clear(&metrics);
        mpb_entity_labels_clear(&labels);
        mpb_strings_clear(&names);
    }
}

static void refused(mpb_entity_scheme scheme, const char *name, const char *message)
{
    mpb_entity_labels labels = {0};
    mpb_strings names = {0};

    CHECK_OK(mpb_strings_add(&names, "O", 1));
    CHECK_OK(mpb_strings_add(&names, name, strlen(name)));
    CHECK_FAILS(mpb_entity_labels_read(scheme, &names, &labels), MPB_ERR_DATA, message);
    CHECK(labels.labels == NULL && labels.types.count == 0);
    mpb_strings_clear(&names);
}

static void a_label_that_the_scheme_lacks_is_refused(void)
{
    refused(MPB_ENTITIES_IOB2, "E-PER",
            "'E-PER' does not label an entity: IOB2 has 'O' or a letter of IB, '-' and the type, "
            "as in 'B-PER' (label 1)");
    refused(MPB_ENTITIES_IOB1, "S", "IOB1");
    refused(MPB_ENTITIES_IOBES, "NOUN", "IOBES");
    refused(MPB_ENTITIES_DEFAULT, "BPER", "'BPER'");
    refused(MPB_ENTITIES_DEFAULT, "O-PER", "'O-PER'");
    refused(MPB_ENTITIES_DEFAULT, "\xC3\x89-PER", "letter of IBES");
    refused(MPB_ENTITIES_DEFAULT, "", "''");
}

static void without_tokens_all_scores_are_0(void)
{
    const double zeros[3] = {0};
    const size_t offsets[1] = {0};
    mpb_strings names = words_of("O B-PER");
    mpb_entity_labels labels = {0};
    mpb_entity_metrics metrics = {0};

    CHECK_OK(mpb_entity_labels_read(MPB_ENTITIES_IOB2, &names, &labels));
    CHECK_OK(mpb_entity_metrics_compute(&labels, 0, offsets, NULL, NULL, &metrics));
    CHECK(metrics.num_tokens == 0 && metrics.accuracy == 0.0);
    equal(metrics.averages.micro, zeros);
    equal(metrics.averages.macro, zeros);
    mpb_entity_metrics_clear(&metrics);
    mpb_entity_labels_clear(&labels);
    mpb_strings_clear(&names);
}

int main(void)
{
    figures_equal_seqevals();
    a_label_that_the_scheme_lacks_is_refused();
    without_tokens_all_scores_are_0();
    return 0;
}
