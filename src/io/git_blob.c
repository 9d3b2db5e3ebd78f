#include "mpibert/io/git_blob.h"

#include <assert.h>
#include <openssl/evp.h>
#include <stdio.h>

#include "mpibert/io/file.h"

enum { DIGEST_BYTES = 20, READ_STEP = 1 << 20, HEAD_SIZE = 32 };

static mpb_status update(EVP_MD_CTX *context, const void *bytes, size_t size)
{
    MPB_REQUIRE(EVP_DigestUpdate(context, bytes, size) == 1, MPB_ERR_SYSTEM,
                "the cryptographic library failed at SHA-1");
    return MPB_OK;
}

static mpb_status add_content(EVP_MD_CTX *context, const char *path, uint64_t bytes)
{
    mpb_buffer part = {0};
    mpb_status status = MPB_OK;

    for (uint64_t at = 0; status == MPB_OK && at < bytes; at += READ_STEP) {
        size_t size = bytes - at < READ_STEP ? (size_t)(bytes - at) : READ_STEP;

        mpb_buffer_reset(&part);
        status = mpb_file_read_range(path, at, size, &part);
        if (status == MPB_OK) {
            status = update(context, part.data, part.size);
        }
    }
    mpb_buffer_clear(&part);
    return status;
}

static mpb_status hash(EVP_MD_CTX *context, const char *path, char digest[MPB_GIT_BLOB_TEXT])
{
    unsigned char made[EVP_MAX_MD_SIZE];
    unsigned length = 0;
    char head[HEAD_SIZE];
    uint64_t bytes;
    int end;

    MPB_REQUIRE(context != NULL && EVP_DigestInit_ex(context, EVP_sha1(), NULL) == 1,
                MPB_ERR_SYSTEM, "the cryptographic library offers no SHA-1");
    MPB_TRY(mpb_file_size(path, &bytes));
    end = snprintf(head, sizeof(head), "blob %llu", (unsigned long long)bytes);
    MPB_TRY(update(context, head, (size_t)end + 1));
    MPB_TRY(add_content(context, path, bytes));
    MPB_REQUIRE(EVP_DigestFinal_ex(context, made, &length) == 1, MPB_ERR_SYSTEM,
                "the cryptographic library failed at SHA-1");
    assert(length == DIGEST_BYTES);
    for (size_t i = 0; i < DIGEST_BYTES; i++) {
        snprintf(digest + 2 * i, 3, "%02x", made[i]);
    }
    return MPB_OK;
}

mpb_status mpb_git_blob_of_file(const char *path, char digest[MPB_GIT_BLOB_TEXT])
{
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    mpb_status status = hash(context, path, digest);

    EVP_MD_CTX_free(context);
    return status;
}
