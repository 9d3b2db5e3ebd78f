#include "mpibert/io/git_blob.h"

#include "check.h"
#include "mpibert/io/file.h"
#include "scratch.h"

/* Expected: `git hash-object FILE`. */
static void a_file_has_the_name_that_git_gives_it(void)
{
    char folder[MPB_PATH_SIZE], path[MPB_PATH_SIZE];
    char digest[MPB_GIT_BLOB_TEXT] = "";

    scratch_make(folder);
    CHECK_OK(mpb_path_join(folder, "file", path, sizeof(path)));
    CHECK_OK(mpb_file_replace(path, "", 0));
    CHECK_OK(mpb_git_blob_of_file(path, digest));
    CHECK_TEXT(digest, "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391");
    CHECK_OK(mpb_file_replace(path, "hello\n", 6));
    CHECK_OK(mpb_git_blob_of_file(path, digest));
    CHECK_TEXT(digest, "ce013625030ba8dba906f756967f9e9ca394464a");
    CHECK_FAILS(mpb_git_blob_of_file("/no/such", digest), MPB_ERR_DATA, "(/no/such)");
    CHECK_OK(mpb_path_remove(folder));
}

/* Expected: `yes mpibert | head -c 3000000 | git hash-object --stdin`. */
static void a_file_of_several_reads_has_it_too(void)
{
    static const char word[] = "mpibert\n";
    static char content[3000000];
    char folder[MPB_PATH_SIZE], path[MPB_PATH_SIZE];
    char digest[MPB_GIT_BLOB_TEXT] = "";

    for (size_t i = 0; i < sizeof(content); i++) {
        content[i] = word[i % (sizeof(word) - 1)];
    }
    scratch_make(folder);
    CHECK_OK(mpb_path_join(folder, "file", path, sizeof(path)));
    CHECK_OK(mpb_file_replace(path, content, sizeof(content)));
    CHECK_OK(mpb_git_blob_of_file(path, digest));
    CHECK_TEXT(digest, "a338386e495ea33b349f428ec760c9307683d0bb");
    CHECK_OK(mpb_path_remove(folder));
}

int main(void)
{
    a_file_has_the_name_that_git_gives_it();
    a_file_of_several_reads_has_it_too();
    return EXIT_SUCCESS;
}
