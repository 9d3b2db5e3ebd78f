#include "start_lines.h"

#include "mpibert/core/memory.h"
#include "mpibert/session/cut_texts.h"
#include "mpibert/session/run_task.h"
#include "mpibert/shards/documents.h"

static mpb_status append_split(const mpb_run_config *config, const mpb_dataset *train,
                               mpb_buffer *out)
{
    const mpb_run_data *data = &config->data;
    const bool stratified = mpb_run_stratifies(config, train);

    if (config->training.eval_strategy == MPB_RUN_EVAL_NO) {
        return mpb_buffer_append_text(out, " (no validation)");
    }
    if (data->validation.count > 0) {
        return mpb_buffer_append_text(out, " (data.validation)");
    }
    return mpb_buffer_append_format(out, " (split %g + %g%s, seed %lld)", data->train_split,
                                    data->val_split, stratified ? ", stratified" : "",
                                    (long long)config->training.seed);
}

static mpb_status append_data(const mpb_run_config *config, const mpb_run_inputs *inputs,
                              const mpb_documents *train, const mpb_documents *validation,
                              mpb_buffer *out)
{
    MPB_TRY(mpb_buffer_append_format(out, "Data:    %zu training", train->count));
    if (validation->count > 0) {
        MPB_TRY(mpb_buffer_append_format(out, " + %zu validation", validation->count));
    }
    MPB_TRY(mpb_buffer_append_text(out, " examples"));
    MPB_TRY(append_split(config, &inputs->train, out));
    MPB_TRY(mpb_buffer_append_text(out, "; "));
    MPB_TRY(mpb_run_task(config)->summarise(&inputs->train, train, out));
    return mpb_buffer_append_text(out,
                                  inputs->train.source != NULL ? "; tokens stay on disk\n" : "\n");
}

mpb_status start_lines_data(const mpb_run_config *config, const mpb_run_inputs *inputs,
                            mpb_buffer *out)
{
    mpb_documents train = {0};
    mpb_documents validation = {0};
    mpb_status status = mpb_documents_find(&inputs->train, &train);

    if (status == MPB_OK) {
        status = mpb_documents_find(&inputs->validation, &validation);
    }
    if (status == MPB_OK) {
        status = append_data(config, inputs, &train, &validation, out);
    }
    mpb_documents_clear(&train);
    mpb_documents_clear(&validation);
    return status;
}

/* The least length that `share` of the sequences do not exceed; counts[n] have n tokens. */
static size_t quantile(const size_t *counts, size_t num_sequences, double share)
{
    const double wanted = share * (double)num_sequences;
    size_t length = 0;
    size_t seen = counts[0];

    while ((double)seen < wanted) {
        seen += counts[++length];
    }
    return length;
}

static mpb_status append_quantiles(const mpb_dataset *train, long long most, mpb_buffer *out)
{
    const size_t longest = mpb_dataset_longest(train);
    const size_t count = train->num_sequences;
    size_t *counts;
    mpb_status status;

    MPB_TRY(mpb_memory_create(longest + 1, sizeof(*counts), "the lengths of sequences",
                              (void **)&counts));
    for (size_t i = 0; i < count; i++) {
        counts[mpb_dataset_length(train, i)]++;
    }
    status = mpb_buffer_append_format(
        out, "Lengths: median %zu, 95 %% %zu, longest %zu of %lld tokens",
        quantile(counts, count, 0.5), quantile(counts, count, 0.95), longest, most);
    mpb_memory_destroy(counts);
    return status;
}

/* "150 of 416 training texts" */
static mpb_status append_cut(const mpb_cut_texts *cut, const mpb_dataset *dataset,
                             const char *before, const char *name, mpb_buffer *out)
{
    return mpb_buffer_append_format(out, "%s%s%zu of %zu %s", before, cut->exact ? "" : "at most ",
                                    mpb_cut_texts_count(cut, dataset), dataset->num_sequences,
                                    name);
}

static mpb_status append_cuts(const mpb_run_inputs *inputs, mpb_buffer *out)
{
    const mpb_cut_texts *train = &inputs->train_cut;
    const mpb_cut_texts *validation = &inputs->validation_cut;
    bool validates = inputs->validation.num_sequences > 0;

    if (!train->known || (validates && !validation->known)) {
        return MPB_OK;
    }
    if (train->length == 0 && validation->length == 0) {
        return mpb_buffer_append_text(out, "; no text was cut");
    }
    MPB_TRY(append_cut(train, &inputs->train, "; cut: ", "training", out));
    if (validates) {
        MPB_TRY(append_cut(validation, &inputs->validation, " and ", "validation", out));
    }
    return mpb_buffer_append_format(out, " texts, %.1f %% of the tokens",
                                    100.0 * train->token_share);
}

static mpb_status append_chunks(const mpb_run_inputs *inputs, mpb_buffer *out)
{
    MPB_TRY(
        mpb_buffer_append_format(out, "; chunks: %zu of training", inputs->train.num_sequences));
    if (inputs->validation.num_sequences > 0) {
        MPB_TRY(
            mpb_buffer_append_format(out, ", %zu of validation", inputs->validation.num_sequences));
    }
    return MPB_OK;
}

/* Gold entities or answers that no sequence holds: no training and no score reaches them. */
static mpb_status append_targets(const mpb_run_inputs *inputs, mpb_buffer *out)
{
    char text[MPB_CUTS_SIZE];

    if (inputs->truncation.targets == 0) {
        return MPB_OK;
    }
    mpb_truncation_describe_targets(&inputs->truncation,
                                    inputs->train.shape.answers ? "answers" : "entities", text);
    return mpb_buffer_append_format(out, "; %s", text);
}

mpb_status start_lines_lengths(const mpb_run_config *config, const mpb_run_inputs *inputs,
                               mpb_buffer *out)
{
    MPB_TRY(append_quantiles(&inputs->train, (long long)config->model.max_seq_length, out));
    MPB_TRY(config->data.long_documents == MPB_RUN_CHUNK ? append_chunks(inputs, out)
                                                         : append_cuts(inputs, out));
    MPB_TRY(append_targets(inputs, out));
    return mpb_buffer_append_text(out, "\n");
}

static mpb_status append_batches(const mpb_run_training *training, const start_steps *steps,
                                 mpb_buffer *out)
{
    MPB_TRY(mpb_buffer_append_format(out, ", batches of %zu", steps->batch_size));
    if (training->gradient_accumulation_steps > 1) {
        MPB_TRY(mpb_buffer_append_format(out, " x %lld",
                                         (long long)training->gradient_accumulation_steps));
    }
    if (training->batch_size_per_rank > 0) {
        MPB_TRY(mpb_buffer_append_format(out, " (%lld a rank)",
                                         (long long)training->batch_size_per_rank));
    }
    return MPB_OK;
}

mpb_status start_lines_steps(const mpb_run_config *config, const start_steps *steps,
                             mpb_buffer *out)
{
    const mpb_run_training *training = &config->training;

    MPB_TRY(mpb_buffer_append_format(out, "Steps:   %lld", (long long)steps->total));
    if (training->max_steps == 0) {
        MPB_TRY(mpb_buffer_append_format(out, " = %lld epoch%s x %lld", (long long)training->epochs,
                                         training->epochs == 1 ? "" : "s",
                                         (long long)steps->per_epoch));
    } else {
        MPB_TRY(mpb_buffer_append_format(out, " (training.max_steps), %lld an epoch",
                                         (long long)steps->per_epoch));
    }
    MPB_TRY(append_batches(training, steps, out));
    MPB_TRY(mpb_buffer_append_format(out, ", on %d rank%s x %d thread%s", steps->ranks,
                                     steps->ranks == 1 ? "" : "s", steps->threads,
                                     steps->threads == 1 ? "" : "s"));
    if (steps->nodes > 1) {
        MPB_TRY(mpb_buffer_append_format(out, " on %d nodes", steps->nodes));
    }
    return mpb_buffer_append_format(out, " (%s kernels, %s in %s)\n", steps->kernels,
                                    steps->products,
                                    training->precision == MPB_RUN_BF16 ? "bf16" : "fp32");
}
