#include "mpibert/data/examples.h"

#include <stdlib.h>
#include <string.h>

#include "collector.h"
#include "cut.h"
#include "input.h"

/* All records of an input as one range. */
static mpb_status collect(const mpb_input *input, mpb_collector *collector)
{
    mpb_ranges ranges = {0};
    mpb_input_scratch scratch = {0};
    size_t before = collector->examples.count;
    mpb_status status = mpb_input_cut(input, 0, MPB_RECORD_LIMIT, &ranges);

    for (size_t i = 0; i < ranges.count && status == MPB_OK; i++) {
        status = mpb_input_read(input, &ranges.items[i], &scratch, &collector->sink);
    }
    mpb_ranges_clear(&ranges);
    mpb_input_scratch_clear(&scratch);
    MPB_TRY(status);
    MPB_REQUIRE(collector->examples.count > before, MPB_ERR_DATA,
                "there is no example, at least one was expected (%s)", input->name);
    return MPB_OK;
}

static mpb_status collect_path(const char *path, mpb_collector *collector)
{
    mpb_input input = {0};
    mpb_status status;

    MPB_TRY(mpb_input_open(path, path, collector->options, &input));
    status = mpb_strings_append(&collector->classes, &input.folder.classes);
    if (status == MPB_OK) {
        status = collect(&input, collector);
    }
    mpb_input_close(&input);
    return status;
}

/* Names that were given, or that earlier examples settled; NULL where the data decides. */
static const mpb_strings *given_names(const mpb_read_options *options, const mpb_examples *examples)
{
    if (options->label_names != NULL && options->label_names->count > 0) {
        return options->label_names;
    }
    return examples->label_names.count > 0 ? &examples->label_names : NULL;
}

static mpb_collector begin(const mpb_read_options *options, const mpb_examples *examples)
{
    return (mpb_collector){
        .options = options,
        .names = given_names(options, examples),
        .first_row = examples->count,
        .sink = {.take = mpb_collector_take, .skip_bad = options->skip_bad},
    };
}

/* Moves what was collected behind the caller's examples. */
static mpb_status hand_over(mpb_collector *collector, mpb_examples *examples)
{
    mpb_examples *made = &collector->examples;
    size_t total = examples->count + made->count;
    mpb_example *items;

    MPB_TRY(mpb_collector_finish(collector));
    items = realloc(examples->items, total * sizeof(*items));
    MPB_REQUIRE(items != NULL, MPB_ERR_SYSTEM, "no memory for %zu examples", total);
    memcpy(items + examples->count, made->items, made->count * sizeof(*items));
    examples->items = items;
    examples->count = total;
    examples->capacity = total;
    made->count = 0;
    mpb_strings_clear(&examples->label_names);
    examples->label_names = made->label_names;
    made->label_names = (mpb_strings){0};
    return MPB_OK;
}

mpb_status mpb_examples_read(const mpb_strings *paths, const mpb_read_options *options,
                             mpb_examples *examples)
{
    mpb_collector collector = begin(options, examples);
    mpb_status status = MPB_OK;

    collector.sink.context = &collector;
    MPB_REQUIRE(paths->count > 0, MPB_ERR_DATA, "no data path was given");
    for (size_t i = 0; i < paths->count && status == MPB_OK; i++) {
        status = collect_path(paths->items[i], &collector);
    }
    if (status == MPB_OK) {
        status = hand_over(&collector, examples);
    }
    mpb_collector_clear(&collector);
    return status;
}

mpb_status mpb_examples_parse(const char *content, size_t size, const char *where,
                              const mpb_read_options *options, mpb_examples *examples)
{
    mpb_collector collector = begin(options, examples);
    mpb_input input = {0};
    mpb_status status;

    collector.sink.context = &collector;
    MPB_TRY(mpb_input_open_memory(where, content, size, options, &input));
    status = collect(&input, &collector);
    mpb_input_close(&input);
    if (status == MPB_OK) {
        status = hand_over(&collector, examples);
    }
    mpb_collector_clear(&collector);
    return status;
}
