#include "corpus_internal.h"
#include "mpibert/io/json.h"

static mpb_status set_text(mpb_json *object, const char *name, const char *text)
{
    return mpb_json_set(object, name, text == NULL ? mpb_json_new_null() : mpb_json_new_text(text));
}

static mpb_status set_count(mpb_json *object, const char *name, uint64_t count)
{
    return mpb_json_set(object, name, mpb_json_new_integer((int64_t)count));
}

static mpb_status set_flag(mpb_json *object, const char *name, bool flag)
{
    return mpb_json_set(object, name, mpb_json_new_boolean(flag));
}

static const char *part_name(mpb_corpus_part part)
{
    static const char *const names[] = {
        [MPB_PART_ALL] = "all",
        [MPB_PART_TRAIN] = "train",
        [MPB_PART_VALIDATION] = "validation",
    };

    return names[part];
}

static mpb_status fill_reading(mpb_json *object, const mpb_read_options *read)
{
    MPB_TRY(set_text(object, "format", mpb_data_format_name(read->format)));
    MPB_TRY(set_text(object, "encoding", read->encoding == MPB_LATIN1 ? "latin-1" : "utf-8"));
    MPB_TRY(set_count(object, "header", (uint64_t)read->header));
    MPB_TRY(set_text(object, "delimiter",
                     read->delimiter == '\0' ? "auto" : (const char[]){read->delimiter, '\0'}));
    MPB_TRY(set_text(object, "text_column", read->text_column));
    MPB_TRY(set_text(object, "text_column_b", read->text_column_b));
    MPB_TRY(set_text(object, "label_column", read->label_column));
    if (mpb_has_score_columns(read)) {
        MPB_TRY(mpb_json_set_strings(object, "score_columns", read->score_columns));
    }
    MPB_TRY(set_text(object, "id_column", read->id_column));
    if (mpb_task_data_of(read->task)->labels == MPB_LABELS_CHOICE) {
        MPB_TRY(set_text(object, "choices_column", read->choices_column));
    }
    MPB_TRY(set_flag(object, "need_labels", read->need_labels));
    MPB_TRY(set_flag(object, "skip_bad", read->skip_bad));
    /* Names that were given; the data's own are in label_names. */
    return mpb_json_set_strings(object, "given_labels",
                                read->label_names != NULL ? read->label_names : &(mpb_strings){0});
}

static mpb_status fill_selection(mpb_json *object, const mpb_corpus_selection *selection)
{
    MPB_TRY(set_count(object, "max_samples", selection->max_samples));
    MPB_TRY(set_text(object, "part", part_name(selection->part)));
    if (selection->max_kept > 0) { /* shards of earlier programs keep their keys */
        MPB_TRY(set_count(object, "max_kept", selection->max_kept));
    }
    if (selection->max_samples == 0 && selection->max_kept == 0 &&
        selection->part == MPB_PART_ALL) {
        return MPB_OK;
    }
    MPB_TRY(set_flag(object, "shuffle", selection->shuffle));
    if (selection->shuffle) {
        MPB_TRY(set_count(object, "shuffle_seed", selection->shuffle_seed));
    }
    if (selection->part == MPB_PART_ALL) {
        return MPB_OK;
    }
    MPB_TRY(mpb_json_set(object, "train_split", mpb_json_new_number(selection->train_share)));
    MPB_TRY(mpb_json_set(object, "val_split", mpb_json_new_number(selection->val_share)));
    MPB_TRY(set_flag(object, "stratify", selection->stratify));
    return set_count(object, "split_seed", selection->split_seed);
}

static mpb_status fill_encoding(mpb_json *object, const mpb_encode_options *encode)
{
    const mpb_layout layout = mpb_task_data_of(encode->task)->layout;
    const bool chunks = mpb_encode_chunks(encode);

    MPB_TRY(set_text(object, "task", mpb_task_name(encode->task)));
    MPB_TRY(set_flag(object, "labelled", encode->labelled));
    MPB_TRY(set_flag(object, "remove_headers", encode->noise.headers));
    MPB_TRY(set_flag(object, "remove_footers", encode->noise.footers));
    MPB_TRY(set_flag(object, "remove_quotes", encode->noise.quotes));
    MPB_TRY(set_count(object, "max_chars", encode->max_chars));
    MPB_TRY(set_text(object, "long_documents", chunks ? "chunk" : "truncate"));
    if (chunks) {
        MPB_TRY(set_count(object, "stride", encode->stride));
        MPB_TRY(set_text(object, "stride_mode", encode->stride_is_step ? "step" : "overlap"));
    }
    if (layout == MPB_LAYOUT_QUESTION) {
        MPB_TRY(set_flag(object, "references", true)); /* which the first programs left out */
    }
    if (layout == MPB_LAYOUT_PACKED) {
        MPB_TRY(set_flag(object, "line_by_line", encode->line_by_line));
    }
    if (layout == MPB_LAYOUT_SENTENCES) {
        MPB_TRY(set_flag(object, "lines_are_sentences", encode->lines_are_sentences));
        MPB_TRY(set_count(object, "seed", encode->seed));
    }
    return set_count(object, "max_seq_length", encode->max_seq_length);
}

static mpb_status fill_tokenizer(mpb_json *object, const mpb_tokenizer *tokenizer)
{
    const mpb_tokenizer_options *settings = mpb_tokenizer_settings(tokenizer);

    MPB_TRY(set_flag(object, "lowercase", settings->lowercase));
    MPB_TRY(set_flag(object, "strip_accents", settings->strip_accents));
    MPB_TRY(set_flag(object, "split_chinese", settings->split_chinese));
    MPB_TRY(set_flag(object, "clean_text", settings->clean_text));
    return set_count(object, "max_word_characters", (uint64_t)settings->max_word_characters);
}

static mpb_status fill(mpb_json *object, const mpb_corpus_options *options)
{
    MPB_TRY(fill_reading(object, &options->read));
    MPB_TRY(fill_selection(object, &options->selection));
    MPB_TRY(fill_tokenizer(object, options->encode.tokenizer));
    MPB_TRY(fill_encoding(object, &options->encode));
    MPB_TRY(set_count(object, "compression", (uint64_t)options->compression));
    return set_count(object, "range_bytes", options->range_bytes);
}

mpb_status mpb_corpus_describe(const mpb_corpus_options *options, mpb_buffer *json)
{
    mpb_json *object = mpb_json_new_object();
    mpb_status status;

    MPB_REQUIRE(object != NULL, MPB_ERR_SYSTEM, "no memory to describe a corpus");
    status = fill(object, options);
    if (status == MPB_OK) {
        status = mpb_json_write(object, 0, json);
    }
    mpb_json_destroy(&object);
    return status;
}
