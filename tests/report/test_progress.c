/* The progress of a job on a clock of the test's own: when a line is shown, what it says, and what
 * reaches a file or a terminal. */

#include "mpibert/report/progress.h"

#include <unistd.h>

#include "check.h"

enum { CAPTURE_SIZE = 1 << 20 };

static bool line_stands;
static const mpb_log leader = {.command = "train", .leader = true, .line_stands = &line_stands};
static const mpb_progress_view lines = {.style = MPB_PROGRESS_LINES};
static const mpb_progress_view moving = {.style = MPB_PROGRESS_MOVING};

/* What goes to `stream` from here on is kept in a file without a name. */
static FILE *capture(FILE *stream)
{
    FILE *file = tmpfile();

    CHECK(file != NULL);
    fflush(stream);
    CHECK(dup2(fileno(file), fileno(stream)) == fileno(stream));
    return file;
}

/* What was captured, and the stream as it was. Valid until the next call. */
static const char *captured(FILE *file, FILE *stream, int saved)
{
    static char text[CAPTURE_SIZE];

    fflush(stream);
    CHECK(dup2(saved, fileno(stream)) == fileno(stream));
    rewind(file);
    text[fread(text, 1, sizeof(text) - 1, file)] = '\0';
    fclose(file);
    return text;
}

/* Runs `work` and gives what it wrote to `stream`. */
static const char *written_to(FILE *stream, void (*work)(void))
{
    int saved = dup(fileno(stream));
    FILE *file = capture(stream);
    const char *text;

    work();
    text = captured(file, stream, saved);
    close(saved);
    return text;
}

static const char *output_of(void (*work)(void))
{
    return written_to(stderr, work);
}

static size_t count(const char *text, char wanted)
{
    size_t found = 0;

    for (; *text != '\0'; text++) {
        found += *text == wanted;
    }
    return found;
}

/* `steps` steps of `seconds` each, of `total`; the clock begins at 1000. */
static void run_steps(mpb_progress *progress, double *now, size_t steps, size_t total,
                      double seconds)
{
    for (size_t i = 0; i < steps; i++) {
        *now += seconds;
        mpb_progress_after_step(progress, *now,
                                &(mpb_progress_step){.done = progress->steps + 1,
                                                     .total = total,
                                                     .loss = 0.25,
                                                     .tokens_per_second = 1500.0,
                                                     .seconds = seconds});
    }
}

static void four_seconds(void)
{
    double now = 1000.0;
    mpb_progress progress = mpb_progress_begin(&leader, &lines, now);

    run_steps(&progress, &now, 40, 40, 0.1);
    mpb_progress_clear(&progress);
}

static void a_short_job_leaves_no_line_in_a_file(void)
{
    CHECK_TEXT(output_of(four_seconds), "");
}

static void half_a_minute(void)
{
    double now = 1000.0;
    mpb_progress progress = mpb_progress_begin(&leader, &lines, now);

    run_steps(&progress, &now, 60, 7200, 0.5);
}

static void the_first_line_comes_after_five_seconds_and_then_one_in_ten(void)
{
    CHECK_TEXT(output_of(half_a_minute),
               "mpibert: train: step 10/7200 (0%)  loss 0.2500  1500 tokens/s  ETA 0:59:55\n"
               "mpibert: train: step 30/7200 (0%)  loss 0.2500  1500 tokens/s  ETA 0:59:45\n"
               "mpibert: train: step 50/7200 (1%)  loss 0.2500  1500 tokens/s  ETA 0:59:35\n");
}

static void a_day(void)
{
    double now = 1000.0;
    mpb_progress progress = mpb_progress_begin(&leader, &lines, now);

    run_steps(&progress, &now, 864000, 864000, 0.1);
}

static void a_day_makes_about_a_line_a_minute(void)
{
    const char *text = output_of(a_day);

    CHECK(count(text, '\n') > 1400 && count(text, '\n') < 1500);
    CHECK(count(text, '\r') == 0 && count(text, '\033') == 0);
}

static void other_ranks(void)
{
    const mpb_log other = {.command = "train", .leader = false, .line_stands = &line_stands};
    double now = 1000.0;
    mpb_progress progress = mpb_progress_begin(&other, &moving, now);

    run_steps(&progress, &now, 100, 100, 1.0);
    mpb_progress_clear(&progress);
}

static void other_ranks_show_nothing(void)
{
    CHECK_TEXT(output_of(other_ranks), "");
}

/* 10 steps of a second, then a validation of 20 seconds, then one more step. */
static void a_validation(void)
{
    double now = 1000.0;
    mpb_progress progress = mpb_progress_begin(&leader, &moving, now);

    run_steps(&progress, &now, 10, 40, 1.0);
    now += 20.0;
    run_steps(&progress, &now, 10, 40, 1.0);
}

static void the_time_left_counts_validations_that_were_seen(void)
{
    const char *text = output_of(a_validation);

    CHECK(strstr(text, "step 10/40 (25%)  loss 0.2500  1500 tokens/s  ETA 0:00:30") != NULL);
    CHECK(strstr(text, "step 20/40 (50%)  loss 0.2500  1500 tokens/s  ETA 0:00:40") != NULL);
}

/* A thousand quick steps, and 300 that take twice as long. */
static void slower_steps(void)
{
    double now = 1000.0;
    mpb_progress progress = mpb_progress_begin(&leader, &moving, now);

    run_steps(&progress, &now, 1000, 1400, 1.0);
    run_steps(&progress, &now, 300, 1400, 2.0);
}

static void the_time_left_follows_recent_steps(void)
{
    const char *text = output_of(slower_steps);

    CHECK(strstr(text, "step 1000/1400 (71%)  loss 0.2500  1500 tokens/s  ETA 0:06:40") != NULL);
    CHECK(strstr(text, "step 1300/1400 (93%)  loss 0.2500  1500 tokens/s  ETA 0:03:20") != NULL);
}

static void a_part_and_a_warning(void)
{
    mpb_progress progress = mpb_progress_begin(&leader, &moving, 1000.0);
    mpb_progress_part part = {
        .name = "reading", .done = 1.0, .total = 4.0, .seconds = 3661.0, .detail = "1 of 4 MB"};

    mpb_progress_in_part(&progress, 1000.0, &part);
    mpb_progress_in_part(&progress, 1000.05, &part);
    mpb_log_warning(&leader, "one label is rare");
    mpb_progress_clear(&progress);
    part.done = 2.0;
    mpb_progress_in_part(&progress, 1000.2, &part);
    mpb_progress_clear(&progress);
    mpb_progress_clear(&progress);
}

static void a_moving_line_goes_before_other_lines(void)
{
    CHECK_TEXT(output_of(a_part_and_a_warning),
               "\r\033[Kreading 25%  1 of 4 MB  ETA 3:03:03"
               "\r\033[Kmpibert: train: warning: one label is rare\n"
               "\r\033[Kreading 50%  1 of 4 MB  ETA 1:01:01"
               "\r\033[K");
}

/* A launcher may pass the row on before what the warning erased. */
static void a_warning_and_a_row(void)
{
    const mpb_progress_view view = {.style = MPB_PROGRESS_MOVING, .rows_too = true};
    mpb_progress progress = mpb_progress_begin(&leader, &view, 1000.0);
    const mpb_progress_part part = {
        .name = "reading", .done = 1.0, .total = 4.0, .seconds = 3661.0, .detail = "1 of 4 MB"};

    mpb_progress_in_part(&progress, 1000.0, &part);
    mpb_log_warning(&leader, "one label is rare");
    mpb_progress_clear(&progress);
    puts("a row");
    mpb_progress_clear(&progress);
    puts("a row behind it");
}

static void a_row_erases_what_a_warning_has_erased(void)
{
    CHECK_TEXT(written_to(stdout, a_warning_and_a_row), "\r\033[Ka row\na row behind it\n");
}

static void a_long_line(void)
{
    char detail[121];
    const mpb_progress_part part = {
        .name = "reading", .done = 1.0, .total = 2.0, .seconds = 1.0, .detail = detail};
    mpb_progress progress = mpb_progress_begin(&leader, &moving, 1000.0);

    memset(detail, 'x', sizeof(detail) - 1);
    detail[sizeof(detail) - 1] = '\0';
    mpb_progress_in_part(&progress, 1000.0, &part);
    line_stands = false;
}

static void a_moving_line_leaves_the_last_column_free(void)
{
    CHECK(strlen(output_of(a_long_line)) == strlen("\r\033[K") + 79);
}

int main(void)
{
    a_short_job_leaves_no_line_in_a_file();
    the_first_line_comes_after_five_seconds_and_then_one_in_ten();
    a_day_makes_about_a_line_a_minute();
    other_ranks_show_nothing();
    the_time_left_counts_validations_that_were_seen();
    the_time_left_follows_recent_steps();
    a_moving_line_goes_before_other_lines();
    a_row_erases_what_a_warning_has_erased();
    a_moving_line_leaves_the_last_column_free();
    return EXIT_SUCCESS;
}
