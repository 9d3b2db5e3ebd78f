#include "mpibert/records/tag_survey.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "mpibert/records/entity_tag.h"

static void note(mpb_tag_survey *survey, mpb_tag_sign sign, const mpb_record *record, size_t word)
{
    mpb_place place = record->place;

    if (survey->counts[sign]++ == 0) {
        place.line = record->word_lines[word];
        mpb_place_describe(&place, survey->first[sign]);
    }
}

/* The word before is of the same type, so that only B-, S- or U- can begin another entity. */
static bool follows_its_type(const char *const *tags, size_t i)
{
    const char *before = i == 0 ? NULL : mpb_tag_type(tags[i - 1]);

    return before != NULL && strcmp(before, mpb_tag_type(tags[i])) == 0;
}

static bool is_one_of(const char *tag, const char *letters)
{
    return strchr(letters, tag[0]) != NULL;
}

void mpb_tag_survey_add(mpb_tag_survey *survey, const mpb_record *record)
{
    const char *const *tags = record->labels;

    for (size_t i = 0; i < record->num_labels; i++) {
        if (mpb_tag_begins(tags, i)) {
            survey->entities++;
            if (is_one_of(tags[i], "IEL")) {
                note(survey, MPB_TAG_BEGINS_WITH_I, record, i);
            } else if (tags[i][0] == 'B' && !follows_its_type(tags, i)) {
                note(survey, MPB_TAG_BEGINS_WITH_B, record, i);
            }
        }
        if (mpb_tag_ends(tags, record->num_labels, i)) {
            note(survey, is_one_of(tags[i], "ESLU") ? MPB_TAG_SAYS_END : MPB_TAG_LACKS_END, record,
                 i);
        }
    }
}

void mpb_tag_survey_merge(mpb_tag_survey *total, const mpb_tag_survey *part)
{
    total->entities += part->entities;
    for (int sign = 0; sign < MPB_NUM_TAG_SIGNS; sign++) {
        if (total->counts[sign] == 0) {
            memcpy(total->first[sign], part->first[sign], MPB_PLACE_SIZE);
        }
        total->counts[sign] += part->counts[sign];
    }
}

/* Of two signs that exclude each other, the rarer one with what is wrong in it. */
static bool judge(const mpb_tag_survey *survey, mpb_tag_sign a, const char *of_a, mpb_tag_sign b,
                  const char *of_b, char warning[MPB_TAG_WARNING_SIZE])
{
    bool rarer_a = survey->counts[a] <= survey->counts[b];
    mpb_tag_sign wrong = rarer_a ? a : b;

    if (survey->counts[wrong] == 0) {
        return false;
    }
    snprintf(warning, MPB_TAG_WARNING_SIZE,
             "%" PRIu64 " of %" PRIu64 " entities %s; they are entities all the same, as for "
             "conlleval and seqeval (the first: %s)",
             survey->counts[wrong], survey->entities, rarer_a ? of_a : of_b, survey->first[wrong]);
    return true;
}

bool mpb_tag_survey_judge(const mpb_tag_survey *survey, char warning[MPB_TAG_WARNING_SIZE])
{
    if (survey->counts[MPB_TAG_SAYS_END] == 0) {
        return judge(survey, MPB_TAG_BEGINS_WITH_I,
                     "begin with I- where the others begin with B-, as in IOB2",
                     MPB_TAG_BEGINS_WITH_B,
                     "begin with B- where the others begin with I-, as in IOB1", warning);
    }
    if (survey->counts[MPB_TAG_BEGINS_WITH_I] > 0) {
        return judge(survey, MPB_TAG_BEGINS_WITH_I,
                     "begin with I-, E- or L- where IOBES and BILOU have B-, S- or U-",
                     MPB_TAG_SAYS_END, "", warning);
    }
    return judge(
        survey, MPB_TAG_LACKS_END,
        "end with B- or I- where the others end with E-, S-, L- or U-, as in IOBES and BILOU",
        MPB_TAG_SAYS_END,
        "end with E-, S-, L- or U- where the others end with B- or I-, as in IOB2", warning);
}
