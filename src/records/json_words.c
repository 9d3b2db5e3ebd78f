#include "json_words.h"

#include "encoding.h"
#include "json_place.h"
#include "mpibert/records/label_names.h"

/* "WHAT 3 of member 'NAME' is FOUND, EXPECTED was expected (PLACE)" */
static mpb_status fail_item(const char *what, size_t index, const mpb_wanted_member *member,
                            const char *found, const char *expected, const mpb_place *place)
{
    char where[MPB_PLACE_SIZE];

    mpb_place_describe(place, where);
    return MPB_FAIL(MPB_ERR_DATA, "%s %zu of member '%s' is %s, %s was expected (%s)", what, index,
                    member->name, found, expected, where);
}

static mpb_status read_word(const mpb_wanted_member *list, size_t index, const mpb_value *value,
                            const mpb_place *place, mpb_buffer *word)
{
    if (value->kind != MPB_VALUE_TEXT) {
        return fail_item("word", index, list, mpb_value_describe(value), "a string", place);
    }
    mpb_buffer_reset(word);
    MPB_TRY(mpb_place_decode(value, place, word));
    return word->size > 0 ? MPB_OK : fail_item("word", index, list, "empty", "a text", place);
}

/* The text that a number stands for. */
static mpb_status name_tag(const mpb_wanted_member *tags, size_t index,
                           const mpb_strings *tag_names, const mpb_place *place, mpb_buffer *tag)
{
    const size_t count = tag_names == NULL ? 0 : tag_names->count;
    const int number = mpb_label_number(tag->data);
    char where[MPB_PLACE_SIZE];

    mpb_place_describe(place, where);
    MPB_REQUIRE(count > 0, MPB_ERR_DATA,
                "tag %zu of member '%s' is the number %.40s, a text was expected, or "
                "model.label_names=[...], which names numbers from 0 on (%s)",
                index, tags->name, tag->data, where);
    MPB_REQUIRE(number >= 0 && (size_t)number < count, MPB_ERR_DATA,
                "tag %zu of member '%s' is %.40s, one of the %zu label names was expected, which "
                "are numbered from 0 (%s)",
                index, tags->name, tag->data, count, where);
    mpb_buffer_reset(tag);
    return mpb_buffer_append_text(tag, tag_names->items[number]);
}

static mpb_status read_tag(const mpb_wanted_member *tags, size_t index, const mpb_value *value,
                           const mpb_strings *tag_names, const mpb_place *place, mpb_buffer *tag)
{
    mpb_buffer_reset(tag);
    if (value->kind == MPB_VALUE_NUMBER) {
        MPB_TRY(mpb_buffer_append(tag, value->text, value->size));
        return name_tag(tags, index, tag_names, place, tag);
    }
    if (value->kind != MPB_VALUE_TEXT) {
        return fail_item("tag", index, tags, mpb_value_describe(value), "a string or a number",
                         place);
    }
    MPB_TRY(mpb_place_decode(value, place, tag));
    MPB_TRY(mpb_name_check(tag->data, tag->size, place));
    return tag->size > 0 ? MPB_OK : fail_item("tag", index, tags, "empty", "a text", place);
}

static size_t count_items(const mpb_value *list)
{
    mpb_value_items items = mpb_value_open(list);
    size_t count = 0;

    while (mpb_value_next(&items)) {
        count++;
    }
    return count;
}

/* A list of words, and as many tags. */
static mpb_status check_lists(const mpb_wanted_member *list, const mpb_wanted_member *tags,
                              const mpb_place *place)
{
    const size_t num_words = count_items(&list->value);
    char where[MPB_PLACE_SIZE];

    mpb_place_describe(place, where);
    MPB_REQUIRE(list->value.kind == MPB_VALUE_ARRAY, MPB_ERR_DATA,
                "member '%s' is %s, a list of words was expected (%s)", list->name,
                mpb_value_describe(&list->value), where);
    MPB_REQUIRE(num_words > 0, MPB_ERR_DATA,
                "member '%s' is an empty list, words were expected (%s)", list->name, where);
    if (tags == NULL) {
        return MPB_OK;
    }
    MPB_REQUIRE(tags->value.kind == MPB_VALUE_ARRAY, MPB_ERR_DATA,
                "member '%s' is %s, a list with a tag for each word was expected (%s)", tags->name,
                mpb_value_describe(&tags->value), where);
    MPB_REQUIRE(count_items(&tags->value) == num_words, MPB_ERR_DATA,
                "member '%s' has %zu words and member '%s' %zu tags, one tag a word was expected "
                "(%s)",
                list->name, num_words, tags->name, count_items(&tags->value), where);
    return MPB_OK;
}

mpb_status mpb_json_words_read(mpb_json_words *words, const mpb_wanted_member *list,
                               const mpb_wanted_member *tags, const mpb_strings *tag_names,
                               mpb_record *record)
{
    const mpb_place *place = &record->place;
    mpb_value_items items = mpb_value_open(&list->value);
    mpb_value_items tag_items = {0};

    MPB_TRY(check_lists(list, tags, place));
    if (tags != NULL) {
        tag_items = mpb_value_open(&tags->value);
    }
    mpb_sentence_reset(&words->sentence);
    for (size_t i = 0; mpb_value_next(&items); i++) {
        MPB_TRY(read_word(list, i, &items.value, place, &words->word));
        if (tags != NULL && mpb_value_next(&tag_items)) {
            MPB_TRY(read_tag(tags, i, &tag_items.value, tag_names, place, &words->tag));
        }
        MPB_TRY(mpb_sentence_add(&words->sentence, place, words->word.data, words->word.size,
                                 tags == NULL ? NULL : words->tag.data, words->tag.size));
    }
    mpb_sentence_fill(&words->sentence, record);
    return MPB_OK;
}

void mpb_json_words_clear(mpb_json_words *words)
{
    mpb_sentence_clear(&words->sentence);
    mpb_buffer_clear(&words->word);
    mpb_buffer_clear(&words->tag);
}
