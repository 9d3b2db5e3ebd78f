#include "mpibert/data/corpus.h"
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

/* Names that were given; the data's own are in label_names. */
static mpb_status set_given_names(mpb_json *object, const mpb_strings *names)
{
    mpb_json *list = mpb_json_new_array();

    MPB_TRY(mpb_json_set(object, "given_labels", list));
    for (size_t i = 0; names != NULL && i < names->count; i++) {
        MPB_TRY(mpb_json_append(list, mpb_json_new_text(names->items[i])));
    }
    return MPB_OK;
}

static mpb_status fill_reading(mpb_json *object, const mpb_read_options *read)
{
    MPB_TRY(set_text(object, "format", mpb_data_format_name(read->format)));
    MPB_TRY(set_text(object, "encoding", read->encoding == MPB_LATIN1 ? "latin-1" : "utf-8"));
    MPB_TRY(set_text(object, "text_column", read->text_column));
    MPB_TRY(set_text(object, "text_column_b", read->text_column_b));
    MPB_TRY(set_text(object, "label_column", read->label_column));
    MPB_TRY(set_text(object, "id_column", read->id_column));
    MPB_TRY(set_flag(object, "need_labels", read->need_labels));
    MPB_TRY(set_flag(object, "remove_headers", read->remove_headers));
    MPB_TRY(set_flag(object, "remove_footers", read->remove_footers));
    MPB_TRY(set_flag(object, "remove_quotes", read->remove_quotes));
    MPB_TRY(set_count(object, "max_chars", read->max_chars));
    return set_given_names(object, read->label_names);
}

static mpb_status fill_selection(mpb_json *object, const mpb_corpus_options *options)
{
    MPB_TRY(set_flag(object, "shuffle", options->shuffle));
    if (options->shuffle) {
        MPB_TRY(set_count(object, "shuffle_seed", options->shuffle_seed));
    }
    MPB_TRY(set_count(object, "max_samples", options->max_samples));
    MPB_TRY(set_text(object, "part", part_name(options->part)));
    if (options->part == MPB_PART_ALL) {
        return MPB_OK;
    }
    MPB_TRY(mpb_json_set(object, "train_split", mpb_json_new_number(options->train_share)));
    MPB_TRY(mpb_json_set(object, "val_split", mpb_json_new_number(options->val_share)));
    MPB_TRY(set_flag(object, "stratify", options->stratify));
    return set_count(object, "split_seed", options->split_seed);
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
    MPB_TRY(fill_selection(object, options));
    MPB_TRY(fill_tokenizer(object, options->tokenizer));
    MPB_TRY(set_text(object, "long_documents", "truncate"));
    MPB_TRY(set_count(object, "documents_per_shard", options->documents_per_shard));
    return set_count(object, "max_seq_length", options->max_seq_length);
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
