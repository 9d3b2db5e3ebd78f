#include "mpibert/io/sha256.h"

#include <assert.h>
#include <errno.h>
#include <openssl/evp.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "reading.h"

enum { DIGEST_BYTES = 32, READ_STEP = 1 << 20 };

struct mpb_sha256 {
    EVP_MD_CTX *context; /* owned */
    bool failed;         /* the library refused to go on */
};

mpb_status mpb_sha256_create(mpb_sha256 **hash)
{
    mpb_sha256 *made = calloc(1, sizeof(*made));

    MPB_REQUIRE(made != NULL, MPB_ERR_SYSTEM, "no memory for a SHA-256");
    made->context = EVP_MD_CTX_new();
    if (made->context == NULL || EVP_DigestInit_ex(made->context, EVP_sha256(), NULL) != 1) {
        mpb_sha256_destroy(&made);
        return MPB_FAIL(MPB_ERR_SYSTEM, "the cryptographic library offers no SHA-256");
    }
    *hash = made;
    return MPB_OK;
}

void mpb_sha256_update(mpb_sha256 *hash, const void *bytes, size_t count)
{
    if (count > 0 && EVP_DigestUpdate(hash->context, bytes, count) != 1) {
        hash->failed = true;
    }
}

void mpb_sha256_finish(mpb_sha256 *hash, char digest[MPB_SHA256_TEXT])
{
    unsigned char bytes[EVP_MAX_MD_SIZE];
    unsigned length = 0;

    digest[0] = '\0';
    if (hash->failed || EVP_DigestFinal_ex(hash->context, bytes, &length) != 1) {
        return;
    }
    assert(length == DIGEST_BYTES);
    for (size_t i = 0; i < DIGEST_BYTES; i++) {
        snprintf(digest + 2 * i, 3, "%02x", bytes[i]);
    }
}

void mpb_sha256_destroy(mpb_sha256 **hash)
{
    if (*hash == NULL) {
        return;
    }
    EVP_MD_CTX_free((*hash)->context);
    free(*hash);
    *hash = NULL;
}

static mpb_status finish_and_destroy(mpb_sha256 *hash, char digest[MPB_SHA256_TEXT])
{
    mpb_sha256_finish(hash, digest);
    mpb_sha256_destroy(&hash);
    MPB_REQUIRE(digest[0] != '\0', MPB_ERR_SYSTEM, "the cryptographic library failed at SHA-256");
    return MPB_OK;
}

mpb_status mpb_sha256_of_bytes(const void *bytes, size_t count, char digest[MPB_SHA256_TEXT])
{
    mpb_sha256 *hash = NULL;

    MPB_TRY(mpb_sha256_create(&hash));
    mpb_sha256_update(hash, bytes, count);
    return finish_and_destroy(hash, digest);
}

static mpb_status update_from(FILE *file, const char *path, mpb_sha256 *hash)
{
    unsigned char *step = malloc(READ_STEP);
    size_t count;
    int failure;

    MPB_REQUIRE(step != NULL, MPB_ERR_SYSTEM, "no memory to read (%s)", path);
    errno = 0;
    while ((count = fread(step, 1, READ_STEP, file)) > 0) {
        mpb_sha256_update(hash, step, count);
    }
    failure = errno;
    free(step);
    MPB_REQUIRE(ferror(file) == 0, MPB_ERR_DATA, "cannot read: %s (%s)", strerror(failure), path);
    return MPB_OK;
}

mpb_status mpb_sha256_of_file(const char *path, char digest[MPB_SHA256_TEXT])
{
    char made[MPB_SHA256_TEXT];
    mpb_sha256 *hash = NULL;
    mpb_status status;
    FILE *file;

    MPB_TRY(mpb_reading_stream(path, &file));
    status = mpb_sha256_create(&hash);
    if (status == MPB_OK) {
        status = update_from(file, path, hash);
    }
    fclose(file);
    if (status != MPB_OK) {
        mpb_sha256_destroy(&hash);
        return status;
    }
    MPB_TRY(finish_and_destroy(hash, made));
    memcpy(digest, made, sizeof(made));
    return MPB_OK;
}
