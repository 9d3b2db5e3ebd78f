#include <inttypes.h>
#include <stdio.h>
#include <time.h>

#include "mpibert/core/bytes.h"
#include "plan_report.h"

enum { DURATION_SIZE = 32, LABEL_WIDTH = 10 };

static const double DAY = 86400.0;
static const double MOST_LATE = 0.9; /* of the limit: forecasts err */

/* "1-02:03:04", "02:03:04", "12.3 s", "85 ms" */
static const char *duration(double seconds, char text[DURATION_SIZE])
{
    const long whole = (long)seconds;

    if (seconds < 1.0) {
        snprintf(text, DURATION_SIZE, "%.3g ms", 1e3 * seconds);
    } else if (seconds < 60.0) {
        snprintf(text, DURATION_SIZE, "%.3g s", seconds);
    } else if (seconds < DAY) {
        snprintf(text, DURATION_SIZE, "%02ld:%02ld:%02ld", whole / 3600, whole / 60 % 60,
                 whole % 60);
    } else {
        snprintf(text, DURATION_SIZE, "%ld-%02ld:%02ld:%02ld", whole / 86400, whole / 3600 % 24,
                 whole / 60 % 60, whole % 60);
    }
    return text;
}

static void label(const char *name)
{
    printf("%-*s", LABEL_WIDTH, name);
}

static const char *plural(double count)
{
    return count == 1.0 ? "" : "s";
}

static void print_job(const mpb_plan_report *report)
{
    const mpb_forecast_question *q = report->question;
    const mpb_run_forecast *f = report->forecast;

    label("Job:");
    printf("%d rank%s x %d thread%s on %d node%s", q->ranks, plural(q->ranks), f->threads,
           plural(f->threads), q->nodes, plural(q->nodes));
    if (q->nodes > 1) {
        printf(", %s between them", report->network);
    }
    printf("; %.1f GFLOP/s a rank (%s)\n", f->speed.flops_per_second / 1e9,
           f->measured                 ? "measured here"
           : q->seconds_per_step > 0.0 ? "by --seconds-per-step"
                                       : "by --gflops");
}

static void print_data(const mpb_data_forecast *d)
{
    char cuts[MPB_CUTS_SIZE];

    label("Data:");
    printf("%" PRId64 " training + %" PRId64 " validation sequences, mean %.1f and longest %zu "
           "tokens%s\n",
           d->train_sequences, d->validation_sequences, d->mean_length, d->longest,
           d->sampled ? ", judged by a sample" : "");
    if (d->truncation.texts > 0) {
        mpb_truncation_describe_cuts(&d->truncation, cuts);
        label("Cut:");
        printf("%s%s\n", cuts, d->sampled ? " (of the sample)" : "");
    }
}

static void print_memory(const mpb_run_forecast *f)
{
    char needed[MPB_BYTES_TEXT];
    char activations[MPB_BYTES_TEXT];
    char granted[MPB_BYTES_TEXT];
    const mpb_memory_plan *plan = &f->memory.largest;

    label("Memory:");
    printf("%s a rank (activations %s) of %s granted (%s); %d layer%s checkpointed%s\n",
           mpb_bytes_text((double)mpb_memory_plan_bytes(plan), needed),
           mpb_bytes_text((double)plan->activations, activations),
           mpb_bytes_text((double)f->grant.bytes, granted), f->grant.source,
           plan->checkpointed_layers, plural(plan->checkpointed_layers),
           f->memory.fits ? "" : "; DOES NOT FIT");
}

static void print_teacher(const mpb_run_forecast *f)
{
    char needed[MPB_BYTES_TEXT];
    char seconds[DURATION_SIZE];

    if (f->teacher_bytes == 0) {
        return;
    }
    label("Teacher:");
    printf("%s a rank before the student is made%s; asked once, %s, unless the cache has what it "
           "says\n",
           mpb_bytes_text((double)f->teacher_bytes, needed),
           f->teacher_bytes > f->grant.bytes ? ": DOES NOT FIT" : "",
           duration(f->time.teaching, seconds));
}

static void print_disk(const mpb_disk_forecast *d)
{
    char total[MPB_BYTES_TEXT];
    char checkpoint[MPB_BYTES_TEXT];
    char model[MPB_BYTES_TEXT];
    char left[MPB_BYTES_TEXT];

    label("Disk:");
    printf("%s at most: %" PRId64 " checkpoints of %s, %" PRId64 " model%s of %s",
           mpb_bytes_text(d->total, total), d->kept, mpb_bytes_text(d->checkpoint, checkpoint),
           d->models, plural((double)d->models), mpb_bytes_text(d->model, model));
    if (d->frozen > 0.0) {
        printf(", %s that are frozen", mpb_bytes_text(d->frozen, model));
    }
    if (d->cache > 0.0) {
        printf(", shards of %s", mpb_bytes_text(d->cache, model));
    }
    if (d->free > 0.0) {
        printf("; %s are free%s", mpb_bytes_text(d->free, left),
               d->free < d->total ? ": DOES NOT FIT" : "");
    }
    putchar('\n');
}

static void print_part(const char *name, double seconds, double all, const char *note)
{
    char text[DURATION_SIZE];

    printf("  %-24s %12s %7.1f %%  %s\n", name, duration(seconds, text), 100.0 * seconds / all,
           note);
}

static void print_step(const mpb_run_forecast *f)
{
    const mpb_step_forecast *s = &f->time.steps.step;
    const double hidden = s->network > 0.0 ? 100.0 * s->hidden / s->network : 0.0;
    char note[128];
    char network[DURATION_SIZE];
    char bytes[MPB_BYTES_TEXT];

    printf("\n  %-24s %12s %9s\n", "A step", "Time", "Share");
    snprintf(note, sizeof(note), "balance %.1f %%", 100.0 * f->time.steps.balance);
    print_part("forward and backward", s->compute, s->seconds, note);
    print_part("update", s->update, s->seconds, "");
    snprintf(note, sizeof(note), "of %s, %.1f %% hidden; %s from each node",
             duration(s->network, network), hidden, mpb_bytes_text(s->bytes, bytes));
    print_part("sums over ranks", s->exposed, s->seconds, note);
    print_part("whole step", s->seconds, s->seconds, "");
    putchar('\n');
}

static void print_time(const mpb_plan_report *report)
{
    const mpb_time_forecast *t = &report->forecast->time;
    char total[DURATION_SIZE];
    char teaching[DURATION_SIZE];
    char training[DURATION_SIZE];
    char validating[DURATION_SIZE];
    char saving[DURATION_SIZE];
    char end[DURATION_SIZE];
    const time_t at = time(NULL) + (time_t)t->total;

    label("Speed:");
    printf("%.4g examples and %.0f tokens a second\n", t->steps.examples / t->steps.step.seconds,
           t->steps.tokens / t->steps.step.seconds);
    label("Steps:");
    printf("%" PRId64 ", %" PRId64 " an epoch, batches of %" PRId64 "\n", t->length.steps,
           t->length.steps_per_epoch, t->batch_size);
    label("Time:");
    printf("%s = ", duration(t->total, total));
    if (t->teaching > 0.0) {
        printf("teacher %s + ", duration(t->teaching, teaching));
    }
    printf("steps %s + %" PRId64 " validation%s %s + %" PRId64 " checkpoint%s %s",
           duration(t->training, training), t->validations, plural((double)t->validations),
           duration(t->validating, validating), t->saves, plural((double)t->saves),
           duration(t->saving, saving));
    if (strftime(end, sizeof(end), "%Y-%m-%d %H:%M", localtime(&at)) > 0) {
        printf("; begun now it ends about %s", end);
    }
    printf("\n%*s(without waiting in the queue, reading and tokenising)\n", LABEL_WIDTH, "");
}

int mpb_plan_jobs(const mpb_plan_report *report)
{
    const mpb_run_forecast *f = report->forecast;
    const double save = f->time.saves > 0 ? f->time.saving / (double)f->time.saves : 0.0;
    const double useful = report->time_limit - save;

    if (report->time_limit == 0.0 || f->time.total <= report->time_limit) {
        return 1;
    }
    return useful > save ? (int)(f->time.total / useful) + 1 : 0;
}

static void print_limit(const mpb_plan_report *report)
{
    const double total = report->forecast->time.total;
    const int jobs = mpb_plan_jobs(report);
    char limit[DURATION_SIZE];

    if (report->time_limit == 0.0) {
        return;
    }
    label("Limit:");
    printf("%s (%s): ", duration(report->time_limit, limit), report->time_source);
    if (jobs == 0) {
        puts("TOO SHORT for a checkpoint");
    } else if (jobs > 1) {
        printf("TOO SHORT, the run takes %d such jobs, each continuing at the last checkpoint\n",
               jobs);
    } else {
        puts(total > MOST_LATE * report->time_limit ? "ends just before it" : "ends before it");
    }
}

static void print_advice(const mpb_plan_report *report)
{
    const mpb_run_forecast *f = report->forecast;
    const mpb_step_forecast *s = &f->time.steps.step;

    if (!f->memory.fits) {
        label("Advice:");
        printf("to fit into memory: %s\n", f->memory_advice.data);
    }
    if (s->exposed > 0.1 * s->seconds && report->question->nodes > 1) {
        label("Advice:");
        printf("the network limits: a larger batch, training.gradient_accumulation_steps, or fewer "
               "nodes make more of it\n");
    }
    if (f->time.steps.balance < 0.9) {
        label("Advice:");
        printf("%.1f sequences a rank differ too much in length to share out evenly: larger "
               "batches or fewer ranks do better\n",
               (double)f->time.batch_size / report->question->ranks);
    }
}

mpb_status mpb_plan_print_text(const mpb_plan_report *report)
{
    print_job(report);
    print_data(&report->forecast->data);
    print_memory(report->forecast);
    print_teacher(report->forecast);
    print_disk(&report->forecast->disk);
    print_step(report->forecast);
    print_time(report);
    print_limit(report);
    print_advice(report);
    return MPB_OK;
}
