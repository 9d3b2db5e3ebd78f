#include "mpibert/shards/questions.h"

#include <stdlib.h>
#include <string.h>

void mpb_questions_shorten(mpb_questions *questions, size_t count)
{
    mpb_strings *answers = &questions->answers;
    size_t kept = questions->first == NULL ? 0 : (size_t)questions->first[count];

    questions->count = count;
    while (answers->count > kept) {
        free(answers->items[--answers->count]);
    }
}

void mpb_questions_clear(mpb_questions *questions)
{
    free(questions->context);
    free(questions->first);
    free(questions->starts);
    mpb_name_set_clear(&questions->contexts);
    mpb_strings_clear(&questions->answers);
    *questions = (mpb_questions){0};
}

static mpb_status reserve_questions(mpb_questions *questions)
{
    size_t capacity = questions->capacity == 0 ? 64 : 2 * questions->capacity;
    uint32_t *context;
    uint64_t *first;

    if (questions->count < questions->capacity) {
        return MPB_OK;
    }
    context = realloc(questions->context, capacity * sizeof(*context));
    questions->context = context == NULL ? questions->context : context;
    first = realloc(questions->first, (capacity + 1) * sizeof(*first));
    questions->first = first == NULL ? questions->first : first;
    MPB_REQUIRE(context != NULL && first != NULL, MPB_ERR_SYSTEM, "no memory for %zu questions",
                capacity);
    if (questions->capacity == 0) {
        first[0] = 0;
    }
    questions->capacity = capacity;
    return MPB_OK;
}

static mpb_status reserve_starts(mpb_questions *questions, size_t needed)
{
    size_t capacity = 2 * questions->start_capacity;
    uint32_t *starts;

    if (needed <= questions->start_capacity) {
        return MPB_OK;
    }
    capacity = capacity > needed ? capacity : needed;
    starts = realloc(questions->starts, capacity * sizeof(*starts));
    MPB_REQUIRE(starts != NULL, MPB_ERR_SYSTEM, "no memory for %zu answers", capacity);
    questions->starts = starts;
    questions->start_capacity = capacity;
    return MPB_OK;
}

static mpb_status add_context(mpb_questions *questions, const char *context)
{
    size_t index;

    MPB_TRY(mpb_name_set_add(&questions->contexts, context, &index));
    questions->context[questions->count] = (uint32_t)index;
    return MPB_OK;
}

static mpb_status add_answers(mpb_questions *questions, const mpb_question *question)
{
    size_t before = questions->answers.count;

    MPB_TRY(reserve_starts(questions, before + question->num_answers));
    for (size_t i = 0; i < question->num_answers; i++) {
        const char *answer = question->answers[i];

        MPB_TRY(mpb_strings_add(&questions->answers, answer, strlen(answer)));
        questions->starts[before + i] = question->starts[i];
    }
    return MPB_OK;
}

mpb_status mpb_questions_add(mpb_questions *questions, const mpb_question *question)
{
    mpb_status status;

    MPB_TRY(reserve_questions(questions));
    status = add_context(questions, question->context);
    if (status == MPB_OK) {
        status = add_answers(questions, question);
    }
    if (status != MPB_OK) {
        mpb_questions_shorten(questions, questions->count);
        return status;
    }
    questions->count++;
    questions->first[questions->count] = questions->answers.count;
    return MPB_OK;
}

mpb_question mpb_questions_get(const mpb_questions *questions, size_t q)
{
    size_t first = (size_t)questions->first[q];
    size_t count = (size_t)questions->first[q + 1] - first;
    mpb_question question = {.context = questions->contexts.names.items[questions->context[q]],
                             .num_answers = count};

    if (count > 0) {
        question.answers = (const char *const *)questions->answers.items + first;
        question.starts = questions->starts + first;
    }
    return question;
}

static size_t bytes_of(const mpb_strings *strings)
{
    size_t bytes = strings->count * sizeof(*strings->items);

    for (size_t i = 0; i < strings->count; i++) {
        bytes += strlen(strings->items[i]) + 1;
    }
    return bytes;
}

size_t mpb_questions_bytes(const mpb_questions *questions)
{
    return questions->count * (sizeof(*questions->context) + sizeof(*questions->first)) +
           questions->answers.count * sizeof(*questions->starts) +
           bytes_of(&questions->contexts.names) +
           questions->contexts.num_slots * sizeof(*questions->contexts.slots) +
           bytes_of(&questions->answers);
}

static bool begins_code_point(char c)
{
    return ((unsigned char)c & 0xC0) != 0x80;
}

/* Where code point `count` of a text begins, or where the text ends. */
static const char *skip(const char *text, uint32_t count)
{
    for (; *text != '\0'; text++) {
        if (begins_code_point(*text) && count-- == 0) {
            break;
        }
    }
    return text;
}

const char *mpb_context_cut(const char *context, uint32_t begin, uint32_t end, size_t *size)
{
    const char *from = skip(context, begin);
    const char *to = end > begin ? skip(from, end - begin) : from;

    *size = (size_t)(to - from);
    return from;
}
