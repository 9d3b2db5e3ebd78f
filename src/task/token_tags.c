#include "token_tags.h"

#include <string.h>

static const char OUTSIDE[] = "O";

static bool is_outside(const char *tag)
{
    return strcmp(tag, OUTSIDE) == 0;
}

static bool is_letter_of(const char *letters, const char *tag)
{
    return *tag != '\0' && strchr(letters, *tag) != NULL && (tag[1] == '-' || tag[1] == '\0');
}

bool token_tags_are_entities(const mpb_strings *names)
{
    bool any = false;

    for (size_t i = 0; i < names->count; i++) {
        const bool of_entity = is_letter_of("BIESLU", names->items[i]);

        if (!of_entity && !is_outside(names->items[i])) {
            return false;
        }
        any = any || of_entity;
    }
    return any;
}

const char *token_tag_type(const char *tag)
{
    if (is_outside(tag)) {
        return NULL;
    }
    return tag[1] == '-' && tag[2] != '\0' ? tag + 2 : "_";
}

bool token_tag_goes_on(const char *before, const char *tag)
{
    return is_letter_of("BI", before) && is_letter_of("IEL", tag) &&
           strcmp(token_tag_type(before), token_tag_type(tag)) == 0;
}

mpb_status token_tags_as_iobes(const mpb_strings *names, mpb_strings *made)
{
    MPB_TRY(mpb_strings_copy(made, names));
    for (size_t i = 0; i < made->count; i++) {
        char *letter = made->items[i];

        *letter = (char)(*letter == 'L' ? 'E' : *letter == 'U' ? 'S' : *letter);
    }
    return MPB_OK;
}

/* Whether the entity of the word with `before` ends with it; `tag` is the next one's. */
static bool ends(const char *before, const char *tag)
{
    return before != NULL && token_tag_type(before) != NULL && !token_tag_goes_on(before, tag);
}

/* `gold` and `predicted` are the next word's tags. */
static void count_entities(token_tally *tally, const char *gold, const char *predicted)
{
    const bool gold_ends = ends(tally->gold, gold);
    const bool predicted_ends = ends(tally->predicted, predicted);

    tally->sums[TOKEN_GOLD] += gold_ends ? 1.0 : 0.0;
    tally->sums[TOKEN_PREDICTED] += predicted_ends ? 1.0 : 0.0;
    if (gold_ends && predicted_ends && tally->gold_begin == tally->predicted_begin &&
        strcmp(token_tag_type(tally->gold), token_tag_type(tally->predicted)) == 0) {
        tally->sums[TOKEN_HITS] += 1.0;
    }
    if (tally->gold == NULL || !token_tag_goes_on(tally->gold, gold)) {
        tally->gold_begin = tally->count;
    }
    if (tally->predicted == NULL || !token_tag_goes_on(tally->predicted, predicted)) {
        tally->predicted_begin = tally->count;
    }
    tally->gold = gold;
    tally->predicted = predicted;
    tally->count++;
}

void token_tally_add(token_tally *tally, int32_t gold, int32_t predicted)
{
    if (tally->entities) {
        count_entities(tally, tally->names->items[gold], tally->names->items[predicted]);
        return;
    }
    tally->sums[TOKEN_HITS] += gold == predicted ? 1.0 : 0.0;
    tally->sums[TOKEN_GOLD] += 1.0;
    tally->sums[TOKEN_PREDICTED] += 1.0;
}

void token_tally_end(token_tally *tally)
{
    if (tally->entities) {
        count_entities(tally, OUTSIDE, OUTSIDE);
    }
}
