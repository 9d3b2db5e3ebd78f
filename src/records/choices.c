#include "mpibert/records/choices.h"

#include <string.h>

#include "mpibert/records/label_names.h"

static bool is_text(const mpb_text *choice, const char *text, size_t size)
{
    return choice->size == size && memcmp(choice->text, text, size) == 0;
}

int mpb_choice_find(const mpb_record *record)
{
    int number = record->num_labels == 0 ? -1 : mpb_label_number(record->labels[0]);

    if (record->num_labels == 0 || number >= 0) {
        return (size_t)number < record->num_choices ? number : -1;
    }
    for (size_t i = 0; i < record->num_choices; i++) {
        if (is_text(&record->choices[i], record->labels[0], strlen(record->labels[0]))) {
            return (int)i;
        }
    }
    return -1;
}

static mpb_status check_texts(const mpb_record *record, const char *where)
{
    MPB_REQUIRE(record->num_choices >= 2, MPB_ERR_DATA,
                "the question has %zu choices, two at least were expected (%s)",
                record->num_choices, where);
    for (size_t i = 0; i < record->num_choices; i++) {
        MPB_REQUIRE(record->choices[i].size > 0, MPB_ERR_DATA,
                    "choice %zu of the question is empty, a text was expected (%s)", i, where);
    }
    return MPB_OK;
}

static mpb_status check_answer(const mpb_record *record, const char *where)
{
    const mpb_text *choices = record->choices;
    int right = mpb_choice_find(record);

    MPB_REQUIRE(record->num_labels == 1, MPB_ERR_DATA,
                "the question has %zu right answers, one was expected (%s)", record->num_labels,
                where);
    MPB_REQUIRE(right >= 0, MPB_ERR_DATA,
                "label '%.80s' is none of the %zu choices, their number from 0 or the text of one "
                "was expected (%s)",
                record->labels[0], record->num_choices, where);
    for (size_t i = 0; i < record->num_choices; i++) {
        MPB_REQUIRE((int)i == right ||
                        !is_text(&choices[i], choices[right].text, choices[right].size),
                    MPB_ERR_DATA,
                    "the question has two right answers, one was expected: choices %d and %zu have "
                    "the same text (%s)",
                    right, i, where);
    }
    return MPB_OK;
}

mpb_status mpb_choices_check(const mpb_record *record, bool needed)
{
    char where[MPB_PLACE_SIZE];

    mpb_place_describe(&record->place, where);
    MPB_TRY(check_texts(record, where));
    return needed ? check_answer(record, where) : MPB_OK;
}
