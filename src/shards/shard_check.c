#include "shard_check.h"

#include <inttypes.h>

#include "mpibert/records/task_data.h"

/* A shard that was read; everything is borrowed. */
typedef struct shard {
    const mpb_shard_info *info;
    const mpb_shard_entry *entry;
    const char *path;
    const mpb_dataset *content;
} shard;

static mpb_status check_offsets(const shard *s)
{
    uint64_t n = s->entry->sequences;

    MPB_REQUIRE(s->content->offsets[0] == 0 && s->content->offsets[n] == s->entry->tokens,
                MPB_ERR_DATA,
                "/offsets goes from %" PRIu64 " to %" PRIu64 ", 0 to %" PRIu64 " was expected (%s)",
                s->content->offsets[0], s->content->offsets[n], s->entry->tokens, s->path);
    for (uint64_t i = 0; i < n; i++) {
        MPB_REQUIRE(s->content->offsets[i + 1] > s->content->offsets[i], MPB_ERR_DATA,
                    "/offsets does not rise at sequence %" PRIu64 " (%s)", i, s->path);
        MPB_REQUIRE(s->content->offsets[i + 1] - s->content->offsets[i] <= s->info->max_seq_length,
                    MPB_ERR_DATA,
                    "sequence %" PRIu64 " has %" PRIu64 " tokens, at most %" PRIu64
                    " were expected (%s)",
                    i, s->content->offsets[i + 1] - s->content->offsets[i], s->info->max_seq_length,
                    s->path);
    }
    return MPB_OK;
}

static mpb_status check_label(const shard *s, const char *what, uint64_t at, int32_t label)
{
    MPB_REQUIRE(label >= 0 && (uint64_t)label < s->info->label_names.count, MPB_ERR_DATA,
                "%s %" PRIu64 " has label %" PRId32 ", there are %zu labels (%s)", what, at, label,
                s->info->label_names.count, s->path);
    return MPB_OK;
}

static mpb_status check_tokens(const shard *s)
{
    const mpb_dataset *content = s->content;

    for (uint64_t i = 0; i < s->entry->tokens; i++) {
        MPB_REQUIRE(content->tokens[i] < s->info->vocab_size, MPB_ERR_DATA,
                    "token %" PRIu64 " has id %" PRIu32 ", the vocabulary has %" PRIu64 " (%s)", i,
                    content->tokens[i], s->info->vocab_size, s->path);
        if (content->shape.token_labels && content->token_labels[i] != MPB_NO_LABEL) {
            MPB_TRY(check_label(s, "token", i, content->token_labels[i]));
        }
    }
    return MPB_OK;
}

static mpb_status check_answer(const shard *s, uint64_t i, uint64_t length)
{
    int32_t start = s->content->answer_start[i];
    int32_t end = s->content->answer_end[i];

    MPB_REQUIRE(start >= 0 && end >= start && (uint64_t)end < length, MPB_ERR_DATA,
                "the answer of sequence %" PRIu64 " is at %" PRId32 " to %" PRId32
                ", positions below %" PRIu64 " were expected (%s)",
                i, start, end, length, s->path);
    return MPB_OK;
}

/* The right one is the same for all choices of a question, and one of them. */
static mpb_status check_choices(const shard *s)
{
    const mpb_dataset *content = s->content;
    size_t n = content->num_sequences;
    size_t first = 0; /* choice of the question */

    for (size_t i = 0; i < n; i++) {
        size_t next = i + 1;

        first = i > 0 && content->document[i] == content->document[i - 1] ? first : i;
        MPB_REQUIRE(content->labels[i] == content->labels[first] && content->labels[i] >= 0,
                    MPB_ERR_DATA,
                    "sequence %zu has label %" PRId32 ", its question has %" PRId32 " (%s)", i,
                    content->labels[i], content->labels[first], s->path);
        if (next == n || content->document[next] != content->document[i]) {
            MPB_REQUIRE((size_t)content->labels[i] < next - first, MPB_ERR_DATA,
                        "the right choice is %" PRId32 ", the question has %zu choices (sequence "
                        "%zu, %s)",
                        content->labels[i], next - first, i, s->path);
        }
    }
    return MPB_OK;
}

static mpb_status check_sequences(const shard *s)
{
    const mpb_dataset *content = s->content;
    const mpb_labels labels = mpb_task_data_of(mpb_task_named(s->info->task.data))->labels;
    const bool choices = labels == MPB_LABELS_CHOICE && content->shape.labels;

    for (uint64_t i = 0; i < s->entry->sequences; i++) {
        uint64_t length = content->offsets[i + 1] - content->offsets[i];

        MPB_REQUIRE(content->segment_b[i] <= length, MPB_ERR_DATA,
                    "/segment_b lies outside sequence %" PRIu64 " (%s)", i, s->path);
        if (content->shape.labels && !choices) {
            MPB_TRY(check_label(s, "sequence", i, content->labels[i]));
        }
        if (content->shape.answers) {
            MPB_TRY(check_answer(s, i, length));
        }
    }
    return choices ? check_choices(s) : MPB_OK;
}

mpb_status mpb_shard_check(const mpb_dataset *content, const mpb_shard_info *info,
                           const mpb_shard_entry *entry, const char *path)
{
    const shard s = {.info = info, .entry = entry, .path = path, .content = content};

    MPB_TRY(check_offsets(&s));
    MPB_TRY(check_tokens(&s));
    return check_sequences(&s);
}
