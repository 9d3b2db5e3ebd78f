#include "sweep_failures.h"

#include <stdio.h>
#include <string.h>

#include "mpibert/core/utf8.h"

/* As ranks tell each other. */
typedef struct failed_run {
    size_t setting;
    size_t seed;
    sweep_run run;
} failed_run;

/* sweep.json cannot hold a character that is cut in two. */
static void take_text(const char *text, char line[SWEEP_FAILURE])
{
    size_t bad;

    snprintf(line, SWEEP_FAILURE, "%s", text);
    if (!mpb_utf8_valid(line, strlen(line), &bad)) {
        line[bad] = '\0';
    }
}

mpb_status sweep_failures_add(const run_groups *groups, size_t setting, size_t seed,
                              mpb_status status, mpb_buffer *failed)
{
    failed_run news;
    mpb_log log = *groups->log;

    memset(&news, 0, sizeof(news)); /* its gaps travel, too */
    news.setting = setting;
    news.seed = seed;
    news.run.status = status;
    take_text(mpb_status_last(), news.run.failure);
    if (mpb_comm_rank(groups->part) != 0) {
        return MPB_OK;
    }
    log.leader = true;
    mpb_log_warning(&log, "%s", news.run.failure);
    return mpb_buffer_append(failed, &news, sizeof(news));
}

mpb_status sweep_failures_share(const mpb_comm *comm, const mpb_buffer *failed, sweep_state *state)
{
    mpb_buffer all = {0};
    mpb_status status = mpb_comm_gather(comm, failed, &all);

    for (size_t at = 0; status == MPB_OK && at < all.size; at += sizeof(failed_run)) {
        failed_run news;

        memcpy(&news, all.data + at, sizeof(news));
        state->settings[news.setting].runs[news.seed] = news.run;
    }
    mpb_buffer_clear(&all);
    return status;
}

mpb_status sweep_failures_conclude(const sweep_state *state)
{
    const mpb_sweep_file *file = state->file;
    const size_t count = file->count * file->num_seeds;
    const sweep_run *worst = NULL;
    size_t failed = 0;

    for (size_t i = 0; i < count; i++) {
        const sweep_run *run = &state->settings[i / file->num_seeds].runs[i % file->num_seeds];

        failed += run->status != MPB_OK ? 1 : 0;
        if (run->status != MPB_OK && (worst == NULL || run->status > worst->status)) {
            worst = run;
        }
    }
    if (worst == NULL) {
        return MPB_OK;
    }
    return MPB_FAIL(worst->status, "%zu of %zu runs failed: %s", failed, count, worst->failure);
}
