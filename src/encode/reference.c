#include "reference.h"

#include <stdlib.h>
#include <string.h>

void mpb_reference_clear(mpb_reference *reference)
{
    mpb_buffer_clear(&reference->context);
    mpb_strings_clear(&reference->answers);
    free(reference->starts);
    *reference = (mpb_reference){0};
}

static mpb_status reserve(mpb_reference *reference, size_t count)
{
    uint32_t *starts;

    if (count <= reference->capacity) {
        return MPB_OK;
    }
    starts = realloc(reference->starts, 2 * count * sizeof(*starts));
    MPB_REQUIRE(starts != NULL, MPB_ERR_SYSTEM, "no memory for %zu answers", count);
    reference->starts = starts;
    reference->capacity = 2 * count;
    return MPB_OK;
}

mpb_status mpb_reference_set(mpb_reference *reference, const mpb_record *record, mpb_text context,
                             bool with_answers)
{
    size_t count = with_answers ? record->num_answers : 0;

    if (context.size > 0 && memchr(context.text, '\0', context.size) != NULL) {
        return mpb_place_fail(&record->place, "the text holds U+0000, which cannot be kept");
    }
    mpb_buffer_reset(&reference->context);
    MPB_TRY(mpb_buffer_append(&reference->context, context.text, context.size));
    mpb_strings_clear(&reference->answers);
    MPB_TRY(reserve(reference, count));
    for (size_t i = 0; i < count; i++) {
        const mpb_answer *answer = &record->answers[i];

        MPB_TRY(mpb_strings_add(&reference->answers, answer->text, answer->size));
        reference->starts[i] = (uint32_t)answer->start;
    }
    return MPB_OK;
}

mpb_question mpb_reference_question(const mpb_reference *reference)
{
    return (mpb_question){
        .context = reference->context.data,
        .answers = (const char *const *)reference->answers.items,
        .starts = reference->starts,
        .num_answers = reference->answers.count,
    };
}
