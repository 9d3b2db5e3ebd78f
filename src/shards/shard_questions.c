#include "shard_questions.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static const char CONTEXTS[] = "contexts";
static const char CONTEXT_OF[] = "questions/context";
static const char ANSWERS_OF[] = "questions/answers";
static const char TEXTS[] = "references/text";
static const char STARTS[] = "references/start";

bool mpb_shard_has_questions(const mpb_h5 *file)
{
    return mpb_h5_has(file, CONTEXTS);
}

mpb_status mpb_shard_write_questions(mpb_h5 *file, const mpb_questions *questions)
{
    static const uint64_t none[1] = {0};
    const uint64_t *first = questions->first == NULL ? none : questions->first;
    size_t count = questions->count;

    MPB_TRY(mpb_h5_write_strings(file, CONTEXTS, &questions->contexts.names));
    MPB_TRY(mpb_h5_write(file, CONTEXT_OF, MPB_H5_U32, count, 0, questions->context));
    MPB_TRY(mpb_h5_write(file, ANSWERS_OF, MPB_H5_U64, count + 1, 0, first));
    MPB_TRY(mpb_h5_write_strings(file, TEXTS, &questions->answers));
    return mpb_h5_write(file, STARTS, MPB_H5_U32, questions->answers.count, 0, questions->starts);
}

/* *out (owned by the caller) = all of a data set, which has `count` elements. */
static mpb_status read_numbers(const mpb_h5 *file, const char *path, const char *name,
                               mpb_h5_type type, size_t element, size_t count, void **out)
{
    mpb_h5_type stored;
    size_t rows;
    size_t cols;

    MPB_TRY(mpb_h5_shape(file, name, &stored, &rows, &cols));
    MPB_REQUIRE(rows == count && cols == 0, MPB_ERR_DATA,
                "/%s has %zu elements, %zu were expected (%s)", name, rows, count, path);
    *out = calloc(count + 1, element);
    MPB_REQUIRE(*out != NULL, MPB_ERR_SYSTEM, "no memory for %zu elements (%s)", count, path);
    return mpb_h5_read(file, name, type, *out);
}

static mpb_status check_indices(const mpb_questions *questions, const char *path)
{
    const uint64_t *first = questions->first;
    size_t count = questions->count;

    MPB_REQUIRE(first[0] == 0 && first[count] == questions->answers.count, MPB_ERR_DATA,
                "/%s goes from %" PRIu64 " to %" PRIu64 ", 0 to %zu was expected (%s)", ANSWERS_OF,
                first[0], first[count], questions->answers.count, path);
    for (size_t q = 0; q < count; q++) {
        MPB_REQUIRE(first[q] <= first[q + 1], MPB_ERR_DATA, "/%s falls at question %zu (%s)",
                    ANSWERS_OF, q, path);
        MPB_REQUIRE(questions->context[q] < questions->contexts.names.count, MPB_ERR_DATA,
                    "question %zu has context %" PRIu32 ", there are %zu (%s)", q,
                    questions->context[q], questions->contexts.names.count, path);
    }
    return MPB_OK;
}

static mpb_status check_places(const mpb_question *question, size_t q, const char *path)
{
    for (size_t i = 0; i < question->num_answers; i++) {
        const char *answer = question->answers[i];
        size_t size;
        const char *there =
            mpb_context_cut(question->context, question->starts[i], UINT32_MAX, &size);

        MPB_REQUIRE(strncmp(there, answer, strlen(answer)) == 0, MPB_ERR_DATA,
                    "reference answer %zu of question %zu is not at its place in the context (%s)",
                    i, q, path);
    }
    return MPB_OK;
}

mpb_status mpb_shard_read_questions(const mpb_h5 *file, const char *path, size_t count,
                                    mpb_questions *questions)
{
    MPB_TRY(mpb_h5_read_strings(file, CONTEXTS, &questions->contexts.names));
    MPB_TRY(mpb_h5_read_strings(file, TEXTS, &questions->answers));
    MPB_TRY(read_numbers(file, path, CONTEXT_OF, MPB_H5_U32, sizeof(*questions->context), count,
                         (void **)&questions->context));
    MPB_TRY(read_numbers(file, path, ANSWERS_OF, MPB_H5_U64, sizeof(*questions->first), count + 1,
                         (void **)&questions->first));
    MPB_TRY(read_numbers(file, path, STARTS, MPB_H5_U32, sizeof(*questions->starts),
                         questions->answers.count, (void **)&questions->starts));
    questions->count = count;
    MPB_TRY(check_indices(questions, path));
    for (size_t q = 0; q < count; q++) {
        const mpb_question question = mpb_questions_get(questions, q);

        MPB_TRY(check_places(&question, q, path));
    }
    return MPB_OK;
}
