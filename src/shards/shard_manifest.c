#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "mpibert/io/file.h"
#include "mpibert/io/json.h"
#include "mpibert/shards/shard_layout.h"
#include "mpibert/shards/shards.h"

enum { HASH_DIGITS = 64 };

static mpb_status set_text(mpb_json *object, const char *name, const char *text)
{
    return mpb_json_set(object, name, mpb_json_new_text(text));
}

static mpb_status set_count(mpb_json *object, const char *name, uint64_t count)
{
    return mpb_json_set(object, name, mpb_json_new_integer((int64_t)count));
}

static mpb_status set_options(mpb_json *object, const mpb_buffer *text)
{
    mpb_json *options = NULL;

    MPB_TRY(mpb_json_parse(text->data, text->size, "options of shards", &options));
    return mpb_json_set(object, "options", options);
}

static mpb_status set_truncation(mpb_json *object, const mpb_truncation *truncation)
{
    mpb_json *member = mpb_json_new_object();

    MPB_TRY(mpb_json_set(object, "truncation", member));
    MPB_TRY(set_count(member, "texts", truncation->texts));
    MPB_TRY(set_count(member, "truncated_texts", truncation->truncated_texts));
    MPB_TRY(set_count(member, "tokens", truncation->tokens));
    MPB_TRY(set_count(member, "tokens_cut", truncation->tokens_cut));
    MPB_TRY(set_count(member, "targets", truncation->targets));
    MPB_TRY(set_count(member, "targets_cut", truncation->targets_cut));
    MPB_TRY(set_count(member, "chunked_texts", truncation->chunked_texts));
    MPB_TRY(set_count(member, "chunks", truncation->chunks));
    return set_count(member, "skipped", truncation->skipped);
}

static mpb_status add_entry(mpb_json *list, const mpb_shard_entry *entry)
{
    mpb_json *member = mpb_json_new_object();

    MPB_TRY(mpb_json_append(list, member));
    MPB_TRY(set_text(member, "file", entry->file));
    MPB_TRY(set_count(member, "sequences", entry->sequences));
    MPB_TRY(set_count(member, "tokens", entry->tokens));
    MPB_TRY(set_count(member, "documents", entry->documents));
    return set_text(member, "sha256", entry->sha256);
}

static mpb_status set_entries(mpb_json *object, const mpb_shard_entry *entries, size_t count)
{
    mpb_json *list = mpb_json_new_array();
    mpb_shard_entry total = {0};

    for (size_t i = 0; i < count; i++) {
        total.sequences += entries[i].sequences;
        total.tokens += entries[i].tokens;
        total.documents += entries[i].documents;
    }
    MPB_TRY(mpb_json_set(object, "shards", list));
    for (size_t i = 0; i < count; i++) {
        MPB_TRY(add_entry(list, &entries[i]));
    }
    MPB_TRY(set_count(object, "sequences", total.sequences));
    MPB_TRY(set_count(object, "tokens", total.tokens));
    return set_count(object, "documents", total.documents);
}

static mpb_status fill(mpb_json *object, const mpb_shard_info *info, const mpb_shard_entry *entries,
                       size_t count)
{
    MPB_TRY(set_text(object, "format", MPB_SHARD_FORMAT));
    MPB_TRY(set_count(object, "version", MPB_SHARDS_VERSION));
    MPB_TRY(set_text(object, "task", info->task.data));
    MPB_TRY(mpb_json_set_strings(object, "label_names", &info->label_names));
    MPB_TRY(set_text(object, "vocab_sha256", info->vocab_sha256));
    MPB_TRY(set_count(object, "vocab_size", info->vocab_size));
    MPB_TRY(set_text(object, "tokenizer", info->tokenizer.data));
    MPB_TRY(set_count(object, "max_seq_length", info->max_seq_length));
    MPB_TRY(set_text(object, "long_documents", info->long_documents.data));
    MPB_TRY(set_count(object, "stride", info->stride));
    MPB_TRY(set_text(object, "stride_mode", info->stride_mode.data));
    MPB_TRY(set_text(object, "source_sha256", info->source_sha256));
    MPB_TRY(set_text(object, "key", info->key));
    MPB_TRY(set_count(object, "source_documents", info->source_documents));
    MPB_TRY(set_options(object, &info->options));
    MPB_TRY(set_truncation(object, &info->truncation));
    MPB_TRY(set_text(object, "program", info->program.data));
    return set_entries(object, entries, count);
}

mpb_status mpb_shards_write_manifest(const char *directory, const mpb_shard_info *info,
                                     const mpb_shard_entry *entries, size_t count)
{
    mpb_json *object = mpb_json_new_object();
    char path[MPB_PATH_SIZE];
    mpb_status status = mpb_path_join(directory, MPB_SHARD_MANIFEST, path, sizeof(path));

    MPB_REQUIRE(object != NULL, MPB_ERR_SYSTEM, "no memory for a manifest (%s)", directory);
    if (status == MPB_OK) {
        status = fill(object, info, entries, count);
    }
    if (status == MPB_OK) {
        status = mpb_json_replace(path, object, "\n");
    }
    mpb_json_destroy(&object);
    return status;
}

static mpb_status get_text(const mpb_json *object, const char *name, const char *where,
                           mpb_buffer *out)
{
    const char *text;

    MPB_TRY(mpb_json_get_text(object, name, where, &text));
    return mpb_buffer_append_text(out, text);
}

static mpb_status get_count(const mpb_json *object, const char *name, const char *where,
                            uint64_t *count)
{
    int64_t value;

    MPB_TRY(mpb_json_get_integer(object, name, where, &value));
    MPB_REQUIRE(value >= 0, MPB_ERR_DATA, "member '%s' is negative, a count was expected (%s)",
                name, where);
    *count = (uint64_t)value;
    return MPB_OK;
}

static mpb_status get_hash(const mpb_json *object, const char *name, const char *where,
                           char hash[MPB_SHARD_HASH_SIZE])
{
    const char *text;

    MPB_TRY(mpb_json_get_text(object, name, where, &text));
    MPB_REQUIRE(strlen(text) == HASH_DIGITS && strspn(text, "0123456789abcdef") == HASH_DIGITS,
                MPB_ERR_DATA, "member '%s' is not a SHA-256 of 64 hexadecimal digits (%s)", name,
                where);
    memcpy(hash, text, MPB_SHARD_HASH_SIZE);
    return MPB_OK;
}

static mpb_status get_names(const mpb_json *object, const char *where, mpb_strings *names)
{
    const mpb_json *list = mpb_json_member(object, "label_names");

    MPB_REQUIRE(list != NULL && mpb_json_is_array(list), MPB_ERR_DATA,
                "member 'label_names' is missing or not a list (%s)", where);
    for (size_t i = 0; i < mpb_json_count(list); i++) {
        const mpb_json *name = mpb_json_item(list, i);

        MPB_REQUIRE(mpb_json_is_string(name), MPB_ERR_DATA,
                    "item %zu of 'label_names' is not a string (%s)", i, where);
        MPB_TRY(mpb_strings_add(names, mpb_json_text(name), strlen(mpb_json_text(name))));
    }
    return MPB_OK;
}

/* A count that the first manifests of this version do not hold. */
static mpb_status get_late_count(const mpb_json *object, const char *name, const char *where,
                                 uint64_t *out)
{
    *out = 0;
    return mpb_json_member(object, name) == NULL ? MPB_OK : get_count(object, name, where, out);
}

static mpb_status get_truncation(const mpb_json *object, const char *where, mpb_truncation *out)
{
    const mpb_json *member = mpb_json_member(object, "truncation");

    MPB_REQUIRE(member != NULL && mpb_json_is_object(member), MPB_ERR_DATA,
                "member 'truncation' is missing or not an object (%s)", where);
    MPB_TRY(get_count(member, "texts", where, &out->texts));
    MPB_TRY(get_count(member, "truncated_texts", where, &out->truncated_texts));
    MPB_TRY(get_count(member, "tokens", where, &out->tokens));
    MPB_TRY(get_count(member, "tokens_cut", where, &out->tokens_cut));
    MPB_TRY(get_count(member, "targets", where, &out->targets));
    MPB_TRY(get_count(member, "targets_cut", where, &out->targets_cut));
    MPB_TRY(get_late_count(member, "chunked_texts", where, &out->chunked_texts));
    MPB_TRY(get_late_count(member, "chunks", where, &out->chunks));
    return get_count(member, "skipped", where, &out->skipped);
}

static mpb_status check_format(const mpb_json *object, const char *where)
{
    const char *format;
    int64_t version;

    MPB_REQUIRE(mpb_json_is_object(object), MPB_ERR_DATA, "the manifest is not a JSON object (%s)",
                where);
    MPB_TRY(mpb_json_get_text(object, "format", where, &format));
    MPB_REQUIRE(strcmp(format, MPB_SHARD_FORMAT) == 0, MPB_ERR_DATA,
                "format '%s' was found, '%s' was expected (%s)", format, MPB_SHARD_FORMAT, where);
    MPB_TRY(mpb_json_get_integer(object, "version", where, &version));
    MPB_REQUIRE(version == MPB_SHARDS_VERSION, MPB_ERR_DATA,
                "shards of version %" PRId64 " were found, version %d was expected (%s)", version,
                MPB_SHARDS_VERSION, where);
    return MPB_OK;
}

static mpb_status get_info(const mpb_json *object, const char *where, mpb_shard_info *info)
{
    const mpb_json *options = mpb_json_member(object, "options");

    MPB_REQUIRE(options != NULL, MPB_ERR_DATA, "member 'options' is missing (%s)", where);
    MPB_TRY(mpb_json_write(options, 0, &info->options));
    MPB_TRY(get_text(object, "task", where, &info->task));
    MPB_TRY(get_names(object, where, &info->label_names));
    MPB_TRY(get_hash(object, "vocab_sha256", where, info->vocab_sha256));
    MPB_TRY(get_count(object, "vocab_size", where, &info->vocab_size));
    MPB_TRY(get_text(object, "tokenizer", where, &info->tokenizer));
    MPB_TRY(get_count(object, "max_seq_length", where, &info->max_seq_length));
    MPB_TRY(get_text(object, "long_documents", where, &info->long_documents));
    MPB_TRY(get_count(object, "stride", where, &info->stride));
    MPB_TRY(get_text(object, "stride_mode", where, &info->stride_mode));
    MPB_TRY(get_hash(object, "source_sha256", where, info->source_sha256));
    MPB_TRY(get_hash(object, "key", where, info->key));
    MPB_TRY(get_count(object, "source_documents", where, &info->source_documents));
    MPB_TRY(get_truncation(object, where, &info->truncation));
    return get_text(object, "program", where, &info->program);
}

/* A name that could lead out of the folder is not ours. */
static mpb_status get_entry(const mpb_json *object, const char *where, mpb_shard_entry *entry)
{
    const char *file;

    MPB_TRY(mpb_json_get_text(object, "file", where, &file));
    MPB_REQUIRE(strlen(file) < sizeof(entry->file) && strncmp(file, "shard-", 6) == 0 &&
                    strchr(file, '/') == NULL && mpb_text_is_line(file),
                MPB_ERR_DATA, "'%s' is not the name of a shard (%s)", file, where);
    memcpy(entry->file, file, strlen(file) + 1);
    MPB_TRY(get_hash(object, "sha256", where, entry->sha256));
    MPB_TRY(get_count(object, "sequences", where, &entry->sequences));
    MPB_TRY(get_count(object, "tokens", where, &entry->tokens));
    return get_count(object, "documents", where, &entry->documents);
}

static mpb_status get_entries(const mpb_json *object, const char *where, mpb_shard_entry **entries,
                              size_t *count)
{
    const mpb_json *list = mpb_json_member(object, "shards");
    size_t n = list == NULL ? 0 : mpb_json_count(list);

    MPB_REQUIRE(list != NULL && mpb_json_is_array(list) && n > 0, MPB_ERR_DATA,
                "member 'shards' is missing or empty, a list was expected (%s)", where);
    *entries = calloc(n, sizeof(**entries));
    MPB_REQUIRE(*entries != NULL, MPB_ERR_SYSTEM, "no memory for a list of %zu shards", n);
    for (size_t i = 0; i < n; i++) {
        MPB_TRY(get_entry(mpb_json_item(list, i), where, &(*entries)[i]));
    }
    *count = n;
    return MPB_OK;
}

static mpb_status describe(const mpb_json *object, const char *where, mpb_shard_info *info,
                           mpb_shard_entry **entries, size_t *count)
{
    MPB_TRY(check_format(object, where));
    MPB_TRY(get_info(object, where, info));
    return get_entries(object, where, entries, count);
}

mpb_status mpb_shards_describe(const char *directory, mpb_shard_info *info,
                               mpb_shard_entry **entries, size_t *count)
{
    mpb_json *object = NULL;
    mpb_shard_info made = {0};
    mpb_shard_entry *list = NULL;
    size_t length = 0;
    char path[MPB_PATH_SIZE];
    mpb_status status;

    MPB_TRY(mpb_path_join(directory, MPB_SHARD_MANIFEST, path, sizeof(path)));
    MPB_REQUIRE(mpb_file_exists(path), MPB_ERR_DATA,
                "there is no manifest.json, so this is no complete folder of shards (%s)",
                directory);
    MPB_TRY(mpb_json_read_large(path, &object));
    status = describe(object, path, &made, &list, &length);
    mpb_json_destroy(&object);
    if (status != MPB_OK) {
        mpb_shard_info_clear(&made);
        free(list);
        return status;
    }
    mpb_shard_info_clear(info);
    *info = made;
    if (entries == NULL) {
        free(list);
        return MPB_OK;
    }
    *entries = list;
    *count = length;
    return MPB_OK;
}
