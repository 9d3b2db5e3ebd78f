#include "mpibert/ckpt/manifest.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "mpibert/io/file.h"
#include "mpibert/io/json.h"
#include "mpibert/io/sha256.h"

static const char MANIFEST[] = "manifest.json";

mpb_status mpb_manifest_entry_make(const char *directory, const char *name,
                                   mpb_manifest_entry *entry)
{
    char path[MPB_PATH_SIZE];

    MPB_REQUIRE(strlen(name) < sizeof(entry->name), MPB_ERR_SYSTEM,
                "a file's name of at most %zu bytes was expected, '%s' was found (%s)",
                sizeof(entry->name) - 1, name, directory);
    memset(entry, 0, sizeof(*entry));
    memcpy(entry->name, name, strlen(name));
    MPB_TRY(mpb_path_join(directory, name, path, sizeof(path)));
    MPB_TRY(mpb_file_size(path, &entry->bytes));
    return mpb_sha256_of_file(path, entry->sha256);
}

/* Entries that need no reading. */
typedef struct known_entries {
    const mpb_manifest_entry *items;
    size_t count;
} known_entries;

static mpb_status find_or_make(const char *directory, const char *name, known_entries known,
                               mpb_manifest_entry *entry)
{
    for (size_t i = 0; i < known.count; i++) {
        if (strcmp(known.items[i].name, name) == 0) {
            *entry = known.items[i];
            return MPB_OK;
        }
    }
    return mpb_manifest_entry_make(directory, name, entry);
}

static mpb_status add_file(mpb_json *files, const char *directory, const char *name,
                           known_entries known)
{
    mpb_manifest_entry found;
    mpb_json *entry;

    MPB_TRY(find_or_make(directory, name, known, &found));
    entry = mpb_json_new_object();
    MPB_TRY(mpb_json_set(files, name, entry));
    MPB_TRY(mpb_json_set(entry, "bytes", mpb_json_new_integer((int64_t)found.bytes)));
    return mpb_json_set(entry, "sha256", mpb_json_new_text(found.sha256));
}

static mpb_status describe_files(const char *directory, known_entries known, mpb_json *root)
{
    mpb_strings names = {0};
    mpb_json *files = mpb_json_new_object();
    mpb_status status;

    MPB_TRY(mpb_json_set(root, "files", files));
    status = mpb_directory_list_files(directory, &names);
    for (size_t i = 0; i < names.count && status == MPB_OK; i++) {
        if (strcmp(names.items[i], MANIFEST) != 0) {
            status = add_file(files, directory, names.items[i], known);
        }
    }
    mpb_strings_clear(&names);
    return status;
}

mpb_status mpb_manifest_write(const char *directory)
{
    return mpb_manifest_write_known(directory, NULL, 0);
}

mpb_status mpb_manifest_write_known(const char *directory, const mpb_manifest_entry *known,
                                    size_t count)
{
    mpb_json *root = mpb_json_new_object();
    mpb_status status;

    MPB_REQUIRE(root != NULL, MPB_ERR_SYSTEM, "no memory for a manifest (%s)", directory);
    status = describe_files(directory, (known_entries){known, count}, root);
    return mpb_json_end_in(directory, MANIFEST, "", status, &root);
}

static mpb_status verify_file(const char *directory, const char *name, const mpb_json *entry,
                              const char *manifest)
{
    char path[MPB_PATH_SIZE];
    char digest[MPB_SHA256_TEXT];
    const char *expected;
    int64_t expected_bytes;
    uint64_t bytes;

    MPB_TRY(mpb_json_get_integer(entry, "bytes", manifest, &expected_bytes));
    MPB_TRY(mpb_json_get_text(entry, "sha256", manifest, &expected));
    MPB_TRY(mpb_path_join(directory, name, path, sizeof(path)));
    MPB_TRY(mpb_file_size(path, &bytes));
    MPB_REQUIRE((int64_t)bytes == expected_bytes, MPB_ERR_DATA,
                "the file has %" PRIu64 " bytes, its manifest says %" PRId64 " (%s)", bytes,
                expected_bytes, path);
    MPB_TRY(mpb_sha256_of_file(path, digest));
    MPB_REQUIRE(strcmp(digest, expected) == 0, MPB_ERR_DATA,
                "the file's SHA-256 is %.12s..., its manifest says %.12s... (%s)", digest, expected,
                path);
    return MPB_OK;
}

/* Of a file in the folder or in one below it; those that begin with a dot are nobody's. */
static bool stays_inside(const char *name)
{
    for (const char *part = name;; part++) {
        const size_t length = strcspn(part, "/");

        if (length == 0 || part[0] == '.') {
            return false;
        }
        part += length;
        if (*part == '\0') {
            return mpb_text_is_line(name);
        }
    }
}

static mpb_status verify_files(const char *directory, const mpb_json *root, const char *manifest)
{
    const mpb_json *files = mpb_json_member(root, "files");

    MPB_REQUIRE(files != NULL && mpb_json_is_object(files) && mpb_json_count(files) > 0,
                MPB_ERR_DATA, "the manifest lists no files (%s)", manifest);
    for (size_t i = 0; i < mpb_json_count(files); i++) {
        const char *name;
        const mpb_json *entry = mpb_json_member_at(files, i, &name);

        MPB_REQUIRE(stays_inside(name), MPB_ERR_DATA,
                    "'%.200s' is not the name of a file in the folder (%s)", name, manifest);
        MPB_TRY(verify_file(directory, name, entry, manifest));
    }
    return MPB_OK;
}

/* Nothing vouches for a file that the manifest does not name. */
static mpb_status find_unlisted(const char *directory, const mpb_json *root, const char *manifest)
{
    const mpb_json *files = mpb_json_member(root, "files");
    mpb_strings names = {0};
    mpb_status status = mpb_directory_list_files(directory, &names);

    for (size_t i = 0; i < names.count && status == MPB_OK; i++) {
        const char *name = names.items[i];

        if (strcmp(name, MANIFEST) != 0 && mpb_json_member(files, name) == NULL) {
            status = MPB_FAIL(MPB_ERR_DATA,
                              "the manifest does not list %s, which lies beside it: move the file "
                              "elsewhere if it was added (%s)",
                              name, manifest);
        }
    }
    mpb_strings_clear(&names);
    return status;
}

/* "" where the manifest lists no such file. */
static void recorded_hash(const char *directory, const char *name, char digest[MPB_SHA256_TEXT])
{
    char path[MPB_PATH_SIZE];
    mpb_json *root = NULL;
    const char *text = "";

    if (mpb_path_join(directory, MANIFEST, path, sizeof(path)) == MPB_OK && mpb_file_exists(path) &&
        mpb_json_read(path, &root) == MPB_OK) {
        const mpb_json *files = mpb_json_member(root, "files");
        const mpb_json *entry = files == NULL ? NULL : mpb_json_member(files, name);

        if (entry == NULL || mpb_json_get_text(entry, "sha256", path, &text) != MPB_OK) {
            text = "";
        }
    }
    snprintf(digest, MPB_SHA256_TEXT, "%s", text);
    mpb_json_destroy(&root);
}

bool mpb_manifests_agree(const char *a, const char *b, const char *name)
{
    char hash_a[MPB_SHA256_TEXT];
    char hash_b[MPB_SHA256_TEXT];

    recorded_hash(a, name, hash_a);
    recorded_hash(b, name, hash_b);
    return hash_a[0] != '\0' && strcmp(hash_a, hash_b) == 0;
}

mpb_status mpb_manifest_verify(const char *directory)
{
    char path[MPB_PATH_SIZE];
    mpb_json *root = NULL;
    mpb_status status;

    MPB_TRY(mpb_path_join(directory, MANIFEST, path, sizeof(path)));
    MPB_REQUIRE(mpb_file_exists(path), MPB_ERR_DATA,
                "there is no manifest.json, nothing tells whether the files are whole (%s)",
                directory);
    MPB_TRY(mpb_json_read(path, &root));
    status = verify_files(directory, root, path);
    if (status == MPB_OK) {
        status = find_unlisted(directory, root, path);
    }
    mpb_json_destroy(&root);
    return status;
}
