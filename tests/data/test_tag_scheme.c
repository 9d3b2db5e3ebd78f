#include "tag_scheme.h"

#include "check.h"

/* The tags that a text holds, apart by blanks. */
static void split(const char *text, mpb_label_list *tags)
{
    while (*text != '\0') {
        size_t size = strcspn(text, " ");

        CHECK_OK(mpb_label_list_add(tags, text, size));
        text += size + strspn(text + size, " ");
    }
}

static mpb_tag_scheme scheme_of(const char *first, const char *second)
{
    const char *sentences[] = {first, second};
    mpb_tag_survey survey = {0};

    for (int i = 0; i < 2; i++) {
        mpb_label_list tags = {0};

        split(sentences[i], &tags);
        mpb_tag_survey_add(&survey, mpb_label_list_finish(&tags), tags.count);
        mpb_label_list_clear(&tags);
    }
    return mpb_tag_survey_scheme(&survey);
}

static void check_converted(mpb_tag_scheme scheme, const char *from, const char *expected)
{
    mpb_label_list tags = {0};
    mpb_label_list got = {0};
    mpb_label_list want = {0};

    split(from, &tags);
    split(expected, &want);
    CHECK_OK(mpb_tags_to_iob2(scheme, mpb_label_list_finish(&tags), tags.count, &got));
    mpb_label_list_finish(&got);
    mpb_label_list_finish(&want);
    CHECK(got.count == want.count);
    for (size_t i = 0; i < got.count; i++) {
        CHECK_TEXT(got.items[i], want.items[i]);
    }
    mpb_label_list_clear(&tags);
    mpb_label_list_clear(&got);
    mpb_label_list_clear(&want);
}

static void the_scheme_is_told_from_all_sentences(void)
{
    CHECK(scheme_of("B-PER I-PER O", "O B-ORG B-ORG") == MPB_TAGS_IOB2);
    CHECK(scheme_of("B-PER I-PER O", "O I-ORG B-ORG") == MPB_TAGS_IOB1);
    CHECK(scheme_of("O I-PER I-ORG", "O") == MPB_TAGS_IOB1);
    CHECK(scheme_of("B-PER I-ORG", "") == MPB_TAGS_IOB1);
    CHECK(scheme_of("B-PER E-PER", "O S-ORG") == MPB_TAGS_IOBES);
    CHECK(scheme_of("B-PER I-PER", "O S-ORG") == MPB_TAGS_IOBES);
    CHECK(scheme_of("NOUN VERB", "PRON") == MPB_TAGS_PLAIN);
    CHECK(scheme_of("O O", "B-PER B-") == MPB_TAGS_PLAIN);
    CHECK(scheme_of("O O", "O") == MPB_TAGS_PLAIN);
}

/* An entity that begins a sentence begins, whatever the sentence before ended with. */
static void entities_do_not_cross_sentences(void)
{
    CHECK(scheme_of("O B-PER", "I-PER O") == MPB_TAGS_IOB1);
}

static void entities_begin_with_b_in_iob2(void)
{
    check_converted(MPB_TAGS_IOB1, "I-PER I-PER B-PER I-ORG O I-ORG",
                    "B-PER I-PER B-PER B-ORG O B-ORG");
    check_converted(MPB_TAGS_IOBES, "S-PER B-PER I-PER E-PER S-ORG O B-ORG E-ORG",
                    "B-PER B-PER I-PER I-PER B-ORG O B-ORG I-ORG");
    check_converted(MPB_TAGS_IOBES, "E-PER I-PER E-ORG", "B-PER B-PER B-ORG");
    check_converted(MPB_TAGS_IOB2, "B-PER I-PER B-PER O", "B-PER I-PER B-PER O");
    check_converted(MPB_TAGS_PLAIN, "NOUN I-X O", "NOUN I-X O");
}

int main(void)
{
    the_scheme_is_told_from_all_sentences();
    entities_do_not_cross_sentences();
    entities_begin_with_b_in_iob2();
    return 0;
}
