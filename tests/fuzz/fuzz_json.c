/* JSON: what is read can be written, and reads back as the same. */

#include "fuzz.h"
#include "mpibert/io/json.h"

static void write(const mpb_json *value, int indent, mpb_buffer *text)
{
    CHECK_OK(mpb_json_write(value, indent, text));
    CHECK(fuzz_is_utf8(text->data, text->size));
}

static void check_round_trip(const mpb_json *value, int indent)
{
    mpb_buffer texts[2] = {{0}, {0}};
    mpb_json *again = NULL;

    write(value, indent, &texts[0]);
    CHECK_OK(mpb_json_parse(texts[0].data, texts[0].size, "written", &again));
    write(again, indent, &texts[1]);
    CHECK_TEXT(texts[1].data, texts[0].data);
    mpb_json_destroy(&again);
    mpb_buffer_clear(&texts[0]);
    mpb_buffer_clear(&texts[1]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = fuzz_copy(data, size);
    mpb_json *root = NULL;

    if (mpb_json_parse(text, size, "input", &root) == MPB_OK) {
        check_round_trip(root, 0);
        check_round_trip(root, 2);
        mpb_json_destroy(&root);
    }
    CHECK(root == NULL);
    free(text);
    return 0;
}
