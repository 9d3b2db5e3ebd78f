#include "mpibert/io/safetensors.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "json_internal.h"
#include "reading.h"
#include "safetensors_internal.h"

enum {
    LENGTH_BYTES = 8, /* the header's length before it */
    MAX_HEADER_BYTES = MPB_JSON_BYTES
};

struct mpb_safetensors {
    unsigned char *mapping; /* owned by the kernel, (mapped) */
    size_t mapped;
    mpb_json *header;         /* owned; holds the names */
    mpb_tensor_view *tensors; /* owned, (count), sorted by name */
    size_t count;
};

static mpb_status map_descriptor(int descriptor, const char *path, mpb_safetensors *file)
{
    struct stat info;
    void *mapping;

    MPB_REQUIRE(fstat(descriptor, &info) == 0, MPB_ERR_DATA, "cannot read: %s (%s)",
                strerror(errno), path);
    MPB_REQUIRE(S_ISREG(info.st_mode), MPB_ERR_DATA, "no ordinary file (%s)", path);
    MPB_REQUIRE(info.st_size > LENGTH_BYTES, MPB_ERR_DATA,
                "a file of %lld bytes holds no safetensors header, more than %d were expected (%s)",
                (long long)info.st_size, LENGTH_BYTES, path);
    mapping = mmap(NULL, (size_t)info.st_size, PROT_READ, MAP_PRIVATE, descriptor, 0);
    MPB_REQUIRE(mapping != MAP_FAILED, MPB_ERR_SYSTEM, "cannot map %lld bytes: %s (%s)",
                (long long)info.st_size, strerror(errno), path);
    file->mapping = mapping;
    file->mapped = (size_t)info.st_size;
    return MPB_OK;
}

static mpb_status map_file(const char *path, mpb_safetensors *file)
{
    mpb_status status;
    int descriptor;

    MPB_TRY(mpb_reading_open(path, &descriptor));
    status = map_descriptor(descriptor, path, file);
    close(descriptor);
    return status;
}

static mpb_status read_header(const char *path, mpb_safetensors *file, size_t *data_begin)
{
    uint64_t length = 0;
    const char *text = (const char *)file->mapping + LENGTH_BYTES;

    for (int i = LENGTH_BYTES - 1; i >= 0; i--) {
        length = length << 8 | file->mapping[i];
    }
    MPB_REQUIRE(length <= MAX_HEADER_BYTES && length <= file->mapped - LENGTH_BYTES, MPB_ERR_DATA,
                "the header claims %llu bytes, the file has %zu and a header at most %d (%s)",
                (unsigned long long)length, file->mapped - LENGTH_BYTES, MAX_HEADER_BYTES, path);
    MPB_REQUIRE(length >= 2 && text[0] == '{', MPB_ERR_DATA,
                "the header is no JSON object: no safetensors file (%s)", path);
    MPB_TRY(mpb_json_check_counts(text, (size_t)length, MPB_JSON_VALUES, path));
    MPB_TRY(mpb_json_parse(text, (size_t)length, path, &file->header));
    *data_begin = LENGTH_BYTES + (size_t)length;
    return MPB_OK;
}

static mpb_status check_metadata(const mpb_json *metadata, const char *path)
{
    MPB_REQUIRE(mpb_json_is_object(metadata), MPB_ERR_DATA, "'__metadata__' is no object (%s)",
                path);
    for (size_t i = 0; i < mpb_json_count(metadata); i++) {
        const char *name;

        MPB_REQUIRE(mpb_json_is_string(mpb_json_member_at(metadata, i, &name)), MPB_ERR_DATA,
                    "member '%s' of '__metadata__' is no text (%s)", name, path);
    }
    return MPB_OK;
}

static mpb_status read_entries(const mpb_json *header, const char *path, mpb_tensor_entry *entries,
                               size_t *count)
{
    *count = 0;
    for (size_t i = 0; i < mpb_json_count(header); i++) {
        const char *name;
        const mpb_json *member = mpb_json_member_at(header, i, &name);

        if (strcmp(name, "__metadata__") == 0) {
            MPB_TRY(check_metadata(member, path));
            continue;
        }
        MPB_TRY(mpb_tensor_entry_read(name, member, path, &entries[*count]));
        (*count)++;
    }
    return MPB_OK;
}

/* In the order of the data; a tensor without bytes stands before the one that begins there. */
static int compare_places(const void *a, const void *b)
{
    const mpb_tensor_entry *left = a;
    const mpb_tensor_entry *right = b;

    if (left->begin != right->begin) {
        return left->begin < right->begin ? -1 : 1;
    }
    return (left->end > right->end) - (left->end < right->end);
}

static int compare_names(const void *a, const void *b)
{
    return strcmp(((const mpb_tensor_view *)a)->name, ((const mpb_tensor_view *)b)->name);
}

/* Entries in the order of the data must cover it from end to end. */
static mpb_status check_cover(const char *path, const mpb_tensor_entry *entries, size_t count,
                              size_t data_bytes)
{
    size_t end = 0;

    for (size_t i = 0; i < count; i++) {
        MPB_REQUIRE(entries[i].end <= data_bytes, MPB_ERR_DATA,
                    "tensor '%s' ends at byte %zu of the data, the file has %zu: truncated? (%s)",
                    entries[i].view.name, entries[i].end, data_bytes, path);
        MPB_REQUIRE(entries[i].begin == end, MPB_ERR_DATA,
                    "tensor '%s' begins at byte %zu of the data, %zu was expected (%s)",
                    entries[i].view.name, entries[i].begin, end, path);
        end = entries[i].end;
    }
    MPB_REQUIRE(end == data_bytes, MPB_ERR_DATA,
                "the tensors end at byte %zu of the data, the file has %zu (%s)", end, data_bytes,
                path);
    return MPB_OK;
}

static mpb_status place(const char *path, mpb_tensor_entry *entries, size_t count,
                        size_t data_begin, mpb_safetensors *file)
{
    qsort(entries, count, sizeof(*entries), compare_places);
    MPB_TRY(check_cover(path, entries, count, file->mapped - data_begin));
    file->tensors = calloc(count + 1, sizeof(*file->tensors));
    MPB_REQUIRE(file->tensors != NULL, MPB_ERR_SYSTEM, "no memory for %zu tensors (%s)", count,
                path);
    for (size_t i = 0; i < count; i++) {
        file->tensors[i] = entries[i].view;
        file->tensors[i].data = file->mapping + data_begin + entries[i].begin;
    }
    file->count = count;
    qsort(file->tensors, count, sizeof(*file->tensors), compare_names);
    return MPB_OK;
}

static mpb_status load(const char *path, mpb_safetensors *file)
{
    size_t data_begin = 0;
    size_t count = 0;
    mpb_tensor_entry *entries;
    mpb_status status;

    MPB_TRY(map_file(path, file));
    MPB_TRY(read_header(path, file, &data_begin));
    entries = calloc(mpb_json_count(file->header) + 1, sizeof(*entries));
    MPB_REQUIRE(entries != NULL, MPB_ERR_SYSTEM, "no memory for %zu tensors (%s)",
                mpb_json_count(file->header), path);
    status = read_entries(file->header, path, entries, &count);
    if (status == MPB_OK) {
        status = place(path, entries, count, data_begin, file);
    }
    free(entries);
    return status;
}

mpb_status mpb_safetensors_open(const char *path, mpb_safetensors **file)
{
    mpb_safetensors *made = calloc(1, sizeof(*made));
    mpb_status status;

    MPB_REQUIRE(made != NULL, MPB_ERR_SYSTEM, "no memory for a safetensors file (%s)", path);
    status = load(path, made);
    if (status != MPB_OK) {
        mpb_safetensors_close(&made);
        return status;
    }
    *file = made;
    return MPB_OK;
}

void mpb_safetensors_close(mpb_safetensors **file)
{
    mpb_safetensors *closing = *file;

    if (closing == NULL) {
        return;
    }
    if (closing->mapping != NULL) {
        munmap(closing->mapping, closing->mapped);
    }
    mpb_json_destroy(&closing->header);
    free(closing->tensors);
    free(closing);
    *file = NULL;
}

size_t mpb_safetensors_count(const mpb_safetensors *file)
{
    return file->count;
}

const mpb_tensor_view *mpb_safetensors_at(const mpb_safetensors *file, size_t index)
{
    return index < file->count ? &file->tensors[index] : NULL;
}

const mpb_tensor_view *mpb_safetensors_find(const mpb_safetensors *file, const char *name)
{
    const mpb_tensor_view key = {.name = name};

    return bsearch(&key, file->tensors, file->count, sizeof(*file->tensors), compare_names);
}
