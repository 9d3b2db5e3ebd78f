/* Where entities begin and end, and which scheme tags follow. */

#include "check.h"
#include "mpibert/records/entity_tag.h"
#include "mpibert/records/tag_survey.h"

enum { WORDS = 6 };

static const uint64_t LINES[WORDS] = {11, 12, 13, 14, 15, 16};

static void add(mpb_tag_survey *survey, const char *name, const char *const tags[WORDS])
{
    const mpb_record record = {.labels = tags,
                               .num_labels = WORDS,
                               .word_lines = LINES,
                               .num_words = WORDS,
                               .place = {.name = name, .line = 10}};

    mpb_tag_survey_add(survey, &record);
}

/* "" where nothing is to be said. */
static const char *judge(const char *const tags[WORDS])
{
    static char warning[MPB_TAG_WARNING_SIZE];
    mpb_tag_survey survey = {0};

    add(&survey, "DATA", tags);
    return mpb_tag_survey_judge(&survey, warning) ? warning : "";
}

static void entities_begin_and_end_as_seqeval_reads_them(void)
{
    static const char *const tags[WORDS] = {"I-A", "I-A", "B-A", "I-B", "O", "S-B"};
    static const bool begins[WORDS] = {true, false, true, true, false, true};
    static const bool ends[WORDS] = {false, true, true, true, false, true};

    for (size_t i = 0; i < WORDS; i++) {
        CHECK(mpb_tag_begins(tags, i) == begins[i] && mpb_tag_ends(tags, WORDS, i) == ends[i]);
    }
    CHECK(mpb_tag_type("O") == NULL && mpb_tag_type("NOUN") == NULL && mpb_tag_type("B") == NULL);
    CHECK_TEXT(mpb_tag_type("B-PER"), "PER");
}

static void tags_of_one_scheme_need_no_word(void)
{
    CHECK_TEXT(judge((const char *const[WORDS]){"B-A", "I-A", "O", "B-B", "B-B", "O"}), "");
    CHECK_TEXT(judge((const char *const[WORDS]){"I-A", "I-A", "B-A", "I-B", "O", "I-A"}), "");
    CHECK_TEXT(judge((const char *const[WORDS]){"B-A", "E-A", "S-A", "O", "B-B", "E-B"}), "");
    CHECK_TEXT(judge((const char *const[WORDS]){"B-A", "I-A", "L-A", "O", "U-B", "U-B"}), "");
    CHECK_TEXT(judge((const char *const[WORDS]){"NOUN", "VERB", "X", "NOUN", "PUNCT", "X"}), "");
    CHECK_TEXT(judge((const char *const[WORDS]){"O", "O", "O", "O", "O", "O"}), "");
}

static void entities_outside_of_the_scheme_of_most_are_said_with_their_place(void)
{
    const char *warning = judge((const char *const[WORDS]){"B-A", "O", "B-B", "I-A", "O", "B-A"});

    CHECK_TEXT(warning, "1 of 4 entities begin with I- where the others begin with B-, as in IOB2; "
                        "they are entities all the same, as for conlleval and seqeval (the first: "
                        "DATA, line 14)");
    warning = judge((const char *const[WORDS]){"I-A", "O", "I-B", "I-A", "O", "B-A"});
    CHECK(strstr(warning, "1 of 4 entities begin with B- where the others begin with I-") != NULL);
    CHECK(strstr(warning, "DATA, line 16") != NULL);
    warning = judge((const char *const[WORDS]){"S-A", "S-A", "B-A", "E-A", "O", "E-B"});
    CHECK(strstr(warning, "1 of 4 entities begin with I-, E- or L- where IOBES") != NULL);
    CHECK(strstr(warning, "DATA, line 16") != NULL);
    warning = judge((const char *const[WORDS]){"B-A", "O", "S-A", "B-A", "E-A", "O"});
    CHECK(strstr(warning, "1 of 3 entities end with B- or I- where the others") != NULL);
    CHECK(strstr(warning, "DATA, line 11") != NULL);
}

static void parts_of_a_corpus_are_judged_together(void)
{
    static const char *const iob1[WORDS] = {"I-A", "O", "O", "O", "O", "O"};
    static const char *const iob2[WORDS] = {"B-A", "O", "B-A", "O", "O", "I-B"};
    char warning[MPB_TAG_WARNING_SIZE];
    mpb_tag_survey total = {0};
    mpb_tag_survey parts[2] = {0};

    add(&parts[0], "first", iob1);
    CHECK(!mpb_tag_survey_judge(&parts[0], warning));
    add(&parts[1], "second", iob2);
    mpb_tag_survey_merge(&total, &parts[0]);
    mpb_tag_survey_merge(&total, &parts[1]);
    CHECK(mpb_tag_survey_judge(&total, warning) && total.entities == 4);
    CHECK(strstr(warning, "2 of 4 entities begin with I-") != NULL);
    CHECK(strstr(warning, "first, line 11") != NULL);
}

int main(void)
{
    entities_begin_and_end_as_seqeval_reads_them();
    tags_of_one_scheme_need_no_word();
    entities_outside_of_the_scheme_of_most_are_said_with_their_place();
    parts_of_a_corpus_are_judged_together();
    return 0;
}
