#include "bad_examples.h"

#include <string.h>

enum { MAX_NAMED = 8, MAX_ID = 100 /* bytes of an id that the message shows */ };

mpb_status bad_examples_note(bad_examples *bad, const char *id)
{
    if (bad->count++ >= MAX_NAMED) {
        return MPB_OK;
    }
    return mpb_buffer_append(&bad->ids, id, strlen(id) + 1);
}

void bad_examples_clear(bad_examples *bad)
{
    mpb_buffer_clear(&bad->ids);
    bad->count = 0;
}

/* "a, b and 7 more" of `total` examples. */
static mpb_status list(const mpb_buffer *ids, size_t total, mpb_buffer *text)
{
    size_t named = 0;

    for (size_t at = 0; at < ids->size && named < MAX_NAMED; named++) {
        MPB_TRY(mpb_buffer_append_format(text, "%s%.*s", named == 0 ? "" : ", ", MAX_ID,
                                         ids->data + at));
        at += strlen(ids->data + at) + 1;
    }
    if (named < total) {
        MPB_TRY(mpb_buffer_append_format(text, " and %zu more", total - named));
    }
    return MPB_OK;
}

mpb_status bad_examples_fail(const bad_examples *bad, const mpb_comm *comm, size_t total,
                             int64_t step)
{
    mpb_buffer all = {0};
    mpb_buffer text = {0};
    mpb_status status = mpb_comm_gather(comm, &bad->ids, &all);

    if (status == MPB_OK) {
        status = mpb_comm_agree(comm, list(&all, total, &text));
    }
    if (status == MPB_OK) {
        status = MPB_FAIL(MPB_ERR_DIVERGED,
                          "the loss is not finite at step %lld: examples %s; a lower "
                          "training.learning_rate usually helps",
                          (long long)step, text.data);
    }
    mpb_buffer_clear(&text);
    mpb_buffer_clear(&all);
    return status;
}
