#include "mpibert/report/metrics_log.h"

#include <string.h>

#include "metrics_line.h"
#include "mpibert/core/buffer.h"
#include "mpibert/io/file.h"

/* Whether the line is complete and not later than `last_step`. */
static bool is_kept(const char *line, size_t size, int64_t last_step, const char *path)
{
    mpb_json *value = NULL;
    const mpb_json *step;
    bool kept;

    if (mpb_json_parse(line, size, path, &value) != MPB_OK) {
        return false;
    }
    step = mpb_json_member(value, "step");
    kept = step != NULL && mpb_json_is_integer(step) && mpb_json_integer(step) <= last_step;
    mpb_json_destroy(&value);
    return kept;
}

static mpb_status keep_lines(const mpb_buffer *old, int64_t last_step, const char *path,
                             mpb_buffer *kept)
{
    size_t at = 0;

    while (at < old->size) {
        const char *end = memchr(old->data + at, '\n', old->size - at);
        size_t size = end == NULL ? old->size - at : (size_t)(end - (old->data + at));

        if (end != NULL && is_kept(old->data + at, size, last_step, path)) {
            MPB_TRY(mpb_buffer_append(kept, old->data + at, size + 1));
        }
        at += size + 1;
    }
    return MPB_OK;
}

/* Drops the lines of steps after `last_step`. */
static mpb_status resume(const char *path, int64_t last_step)
{
    mpb_buffer old = {0};
    mpb_buffer kept = {0};
    mpb_status status;

    if (!mpb_file_exists(path)) {
        return MPB_OK;
    }
    status = mpb_file_read(path, &old);
    if (status == MPB_OK) {
        status = keep_lines(&old, last_step, path, &kept);
    }
    if (status == MPB_OK) {
        status = mpb_file_replace(path, kept.data, kept.size);
    }
    mpb_buffer_clear(&old);
    mpb_buffer_clear(&kept);
    return status;
}

static mpb_status append(const char *path, const mpb_json *line)
{
    mpb_buffer text = {0};
    mpb_status status = mpb_json_write(line, 0, &text);

    if (status == MPB_OK) {
        status = mpb_buffer_append_text(&text, "\n");
    }
    if (status == MPB_OK) {
        status = mpb_file_append(path, text.data, text.size);
    }
    mpb_buffer_clear(&text);
    return status;
}

typedef mpb_status line_fn(const mpb_event *event, mpb_json *line);

static mpb_status append_event(const mpb_metrics_log *log, const mpb_event *event,
                               line_fn *describe)
{
    mpb_json *line = mpb_json_new_object();
    mpb_status status;

    MPB_REQUIRE(line != NULL, MPB_ERR_SYSTEM, "no memory for a line of the log (%s)", log->path);
    status = describe(event, line);
    if (status == MPB_OK) {
        status = metrics_line_add_origin(log->ranks, line);
    }
    if (status == MPB_OK) {
        status = append(log->path, line);
    }
    mpb_json_destroy(&line);
    return status;
}

mpb_status mpb_metrics_log_take(void *context, const mpb_event *event)
{
    mpb_metrics_log *log = context;

    switch (event->kind) {
    case MPB_EVENT_BEGIN:
        log->ranks = event->begin.ranks;
        return resume(log->path, event->step);
    case MPB_EVENT_INTERVAL:
        return append_event(log, event, metrics_line_of_interval);
    case MPB_EVENT_VALIDATION:
        return append_event(log, event, metrics_line_of_validation);
    default:
        return MPB_OK;
    }
}
