/* JSON read where it stands: what the JSON library reads is read too, and can be walked through. */

#include "fuzz.h"
#include "mpibert/io/json.h"
#include "mpibert/io/json_value.h"

static void decode(const mpb_value *text)
{
    char *out = malloc(text->size);
    size_t size;

    CHECK(out != NULL);
    if (mpb_value_decode(text, out, &size)) {
        CHECK(size <= text->size - 2 && fuzz_is_utf8(out, size));
    }
    free(out);
}

static void walk(const mpb_value *value)
{
    mpb_value_items items = mpb_value_open(value);
    mpb_wanted_member wanted = {.name = "text"};

    if (value->kind == MPB_VALUE_TEXT) {
        decode(value);
    }
    mpb_value_pick(value, &wanted, value->kind == MPB_VALUE_OBJECT);
    while (mpb_value_next(&items)) {
        CHECK(items.value.text > value->text && items.value.size < value->size);
        if (items.named) {
            decode(&items.name);
            wanted.count -= mpb_value_is_text(&items.name, "text");
        }
        walk(&items.value);
    }
    CHECK(wanted.count == 0);
}

/* The library takes a NUL for the end. */
static bool reads_as_tree(const char *text, size_t size)
{
    mpb_json *root = NULL;
    bool reads =
        memchr(text, '\0', size) == NULL && mpb_json_parse(text, size, "input", &root) == MPB_OK;

    mpb_json_destroy(&root);
    return reads;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = fuzz_copy(data, size);
    mpb_value value;
    mpb_value_problem problem;

    if (!fuzz_is_utf8(text, size)) {
        free(text);
        return 0;
    }
    if (mpb_value_read(text, size, &value, &problem)) {
        walk(&value);
    } else {
        CHECK(problem.at <= size);
        CHECK(!reads_as_tree(text, size) ||
              strcmp(problem.what, "brackets nest deeper than 512") == 0);
    }
    free(text);
    return 0;
}
