#include "mpibert/io/sha256.h"

#include <string.h>

#include "check.h"
#include "mpibert/io/file.h"
#include "scratch.h"

/* The examples of FIPS 180-2, appendix B. */
static void digests_are_those_of_the_standard(void)
{
    char digest[MPB_SHA256_TEXT];
    mpb_sha256 *hash = NULL;
    char a[1000];

    CHECK_OK(mpb_sha256_of_bytes("abc", 3, digest));
    CHECK_TEXT(digest, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    CHECK_OK(mpb_sha256_of_bytes(NULL, 0, digest));
    CHECK_TEXT(digest, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    memset(a, 'a', sizeof(a));
    CHECK_OK(mpb_sha256_create(&hash));
    for (int i = 0; i < 1000; i++) {
        mpb_sha256_update(hash, a, sizeof(a));
    }
    mpb_sha256_finish(hash, digest);
    CHECK_TEXT(digest, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
    mpb_sha256_destroy(&hash);
    mpb_sha256_destroy(&hash);
}

static void a_file_has_the_digest_of_its_bytes(void)
{
    char folder[MPB_PATH_SIZE], path[MPB_PATH_SIZE];
    char digest[MPB_SHA256_TEXT];

    scratch_make(folder);
    CHECK_OK(mpb_path_join(folder, "abc", path, sizeof(path)));
    CHECK_OK(mpb_file_replace(path, "abc", 3));
    CHECK_OK(mpb_sha256_of_file(path, digest));
    CHECK_TEXT(digest, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    CHECK_FAILS(mpb_sha256_of_file("/no/such", digest), MPB_ERR_DATA, "(/no/such)");
    CHECK_FAILS(mpb_sha256_of_file(folder, digest), MPB_ERR_DATA, folder);
    CHECK(digest[0] == 'b');
    CHECK_OK(mpb_path_remove(folder));
}

int main(void)
{
    digests_are_those_of_the_standard();
    a_file_has_the_digest_of_its_bytes();
    return EXIT_SUCCESS;
}
