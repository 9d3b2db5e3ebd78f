/* What metrics.jsonl tells about a run: lines as a run writes them, and as a killed one leaves
 * them. */

#include "mpibert/report/run_metrics.h"

#include <unistd.h>

#include "check.h"
#include "mpibert/io/file.h"

static const char lines[] =
    "{\"step\": 10, \"epoch\": 0.5, \"loss\": 1.2, \"grad_norm\": 1.0}\n"
    "{\"step\": 20, \"epoch\": 1.0, \"eval_loss\": 0.9, \"eval_accuracy\": 0.7}\n"
    "{\"step\": 40, \"epoch\": 2.0, \"eval_loss\": 0.5, \"eval_accuracy\": 0.8}\n"
    "{\"step\": 60, \"epoch\": 3.0, \"eval_loss\": 0.6, \"eval_accuracy\": 0.8}\n"
    "{\"step\": 70, \"epoch\": 3.5, \"loss\": 0.4, \"grad_norm\": 1.0}\n";

static mpb_status read_text(const char *text, const char *metric, mpb_run_metrics *metrics)
{
    char path[64];
    mpb_status status;

    snprintf(path, sizeof(path), "/tmp/mpibert-test-%ld.jsonl", (long)getpid());
    CHECK_OK(mpb_file_replace(path, text, strlen(text)));
    status = mpb_run_metrics_read(path, metric, strcmp(metric, "loss") == 0, metrics);
    CHECK_OK(mpb_path_remove(path));
    return status;
}

/* The description of `line`, as JSON. */
static void says(const mpb_json *line, const char *metric, const char *want)
{
    mpb_json *object = mpb_json_new_object();
    mpb_buffer text = {0};

    CHECK_OK(mpb_run_metrics_describe(line, metric, "is", object));
    CHECK_OK(mpb_json_write(object, 0, &text));
    CHECK_TEXT(text.data, want);
    mpb_buffer_clear(&text);
    mpb_json_destroy(&object);
}

static void the_first_of_equal_validations_is_the_best(void)
{
    mpb_run_metrics metrics = {0};

    CHECK_OK(read_text(lines, "accuracy", &metrics));
    CHECK(metrics.last_step == 70);
    CHECK(metrics.steps_per_epoch == 20);
    says(metrics.best, "accuracy",
         "{\"is\": {\"metric\": \"accuracy\", \"value\": 0.8, \"step\": 40, \"epoch\": 2.0, "
         "\"loss\": 0.5}}");
    says(metrics.last, "accuracy",
         "{\"is\": {\"metric\": \"accuracy\", \"value\": 0.8, \"step\": 60, \"epoch\": 3.0, "
         "\"loss\": 0.6}}");
    mpb_run_metrics_clear(&metrics);
}

static void the_least_loss_is_the_best(void)
{
    mpb_run_metrics metrics = {0};

    CHECK_OK(read_text(lines, "loss", &metrics));
    says(metrics.best, "loss",
         "{\"is\": {\"metric\": \"loss\", \"value\": 0.5, \"step\": 40, \"epoch\": 2.0, "
         "\"loss\": 0.5}}");
    mpb_run_metrics_clear(&metrics);
}

static void a_line_that_was_not_finished_says_nothing(void)
{
    mpb_run_metrics metrics = {0};

    CHECK_OK(read_text("{\"step\": 5, \"epoch\": 1.0, \"loss\": 1.0}\n{\"step\": 6, \"ep",
                       "accuracy", &metrics));
    CHECK(metrics.last_step == 5 && metrics.best == NULL && metrics.last == NULL);
    mpb_run_metrics_clear(&metrics);
    CHECK_OK(mpb_run_metrics_read("/no/such/metrics.jsonl", "accuracy", false, &metrics));
    CHECK(metrics.last_step == 0);
}

static void a_line_that_is_no_json_is_refused_by_its_number(void)
{
    mpb_run_metrics metrics = {0};

    CHECK_FAILS(read_text("{\"step\": 5}\nwhat\n", "accuracy", &metrics), MPB_ERR_DATA, "line 2");
    mpb_run_metrics_clear(&metrics);
}

static void numbers_out_of_range_are_not_taken(void)
{
    mpb_run_metrics metrics = {0};

    CHECK_OK(read_text("{\"step\": -4, \"epoch\": 1.0}\n{\"step\": 1e300, \"epoch\": 1.0}\n"
                       "{\"step\": 9, \"epoch\": 1e-300}\n[1]\n3\n",
                       "accuracy", &metrics));
    CHECK(metrics.last_step == 9 && metrics.steps_per_epoch == 0);
    mpb_run_metrics_clear(&metrics);
}

int main(void)
{
    the_first_of_equal_validations_is_the_best();
    the_least_loss_is_the_best();
    a_line_that_was_not_finished_says_nothing();
    a_line_that_is_no_json_is_refused_by_its_number();
    numbers_out_of_range_are_not_taken();
    return EXIT_SUCCESS;
}
