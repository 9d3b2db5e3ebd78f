/* Tokens become the text that transformers' decode makes of them (tests/golden/fill). */

#include "check.h"
#include "mpibert/encode/tokenizer_files.h"
#include "mpibert/io/file.h"

#define GOLDEN "tests/golden/fill"

enum { MOST_IDS = 64 };

/* "ids TAB skip TAB text" */
static void check_line(const mpb_tokenizer *tokenizer, char *line, mpb_buffer *text)
{
    char *skip = strchr(line, '\t');
    uint32_t ids[MOST_IDS];
    size_t count = 0;

    for (char *at = line; at < skip && count < MOST_IDS;) {
        ids[count++] = (uint32_t)strtoul(at, &at, 10);
        at += *at == ' ';
    }
    CHECK_OK(mpb_tokenizer_decode(tokenizer, ids, count, skip[1] == '1', text));
    CHECK_TEXT(text->data, skip + 3);
    CHECK(text->size == strlen(text->data));
}

static void tokens_become_the_text_of_the_reference(const char *folder)
{
    char path[MPB_PATH_SIZE];
    char sha256[65];
    mpb_tokenizer *tokenizer = NULL;
    mpb_buffer lines = {0};
    mpb_buffer text = {0};
    size_t count = 0;

    CHECK_OK(mpb_tokenizer_load(folder, &tokenizer, sha256));
    CHECK_OK(mpb_path_join(folder, "decoded.tsv", path, sizeof(path)));
    CHECK_OK(mpb_file_read(path, &lines));
    for (char *at = lines.data, *end; (end = strchr(at, '\n')) != NULL; at = end + 1) {
        *end = '\0';
        check_line(tokenizer, at, &text);
        count++;
    }
    CHECK(count > 400);
    mpb_buffer_clear(&lines);
    mpb_buffer_clear(&text);
    mpb_tokenizer_destroy(&tokenizer);
}

int main(void)
{
    tokens_become_the_text_of_the_reference(GOLDEN);
    tokens_become_the_text_of_the_reference(GOLDEN "/clean");
    tokens_become_the_text_of_the_reference(GOLDEN "/plain");
    tokens_become_the_text_of_the_reference(GOLDEN "/blanks");
    return 0;
}
