#include "mpibert/records/noise.h"

#include "check.h"
#include "mpibert/io/file.h"
#include "mpibert/io/json.h"

static const char GOLDEN[] = "tests/golden/noise/noise.jsonl";

enum { NUM_MESSAGES = 105 };

static void check_removal(const mpb_json *message, const char *name, mpb_noise noise)
{
    const char *text;
    const char *want;
    mpb_buffer got = {0};

    CHECK_OK(mpb_json_get_text(message, "text", GOLDEN, &text));
    CHECK_OK(mpb_json_get_text(message, name, GOLDEN, &want));
    CHECK_OK(mpb_noise_remove(noise, text, strlen(text), &got));
    CHECK_TEXT(got.data == NULL ? "" : got.data, want);
    CHECK(got.size == strlen(want));
    mpb_buffer_clear(&got);
}

static void messages_lose_what_scikit_learn_removes(void)
{
    mpb_buffer content = {0};
    size_t count = 0;

    CHECK_OK(mpb_file_read(GOLDEN, &content));
    for (char *line = strtok(content.data, "\n"); line != NULL; line = strtok(NULL, "\n")) {
        mpb_json *message = NULL;

        CHECK_OK(mpb_json_parse(line, strlen(line), GOLDEN, &message));
        check_removal(message, "headers", (mpb_noise){.headers = true});
        check_removal(message, "footers", (mpb_noise){.footers = true});
        check_removal(message, "quotes", (mpb_noise){.quotes = true});
        check_removal(message, "all", (mpb_noise){true, true, true});
        check_removal(message, "text", (mpb_noise){false, false, false});
        mpb_json_destroy(&message);
        count++;
    }
    mpb_buffer_clear(&content);
    CHECK(count == NUM_MESSAGES);
}

static void a_nul_byte_is_a_character_like_any_other(void)
{
    static const char text[] = "H\n\na\0b\n> c";
    mpb_buffer got = {0};

    CHECK_OK(mpb_noise_remove((mpb_noise){true, true, true}, text, sizeof(text) - 1, &got));
    CHECK(got.size == 3 && memcmp(got.data, "a\0b", 3) == 0);
    mpb_buffer_clear(&got);
}

int main(void)
{
    messages_lose_what_scikit_learn_removes();
    a_nul_byte_is_a_character_like_any_other();
    return 0;
}
