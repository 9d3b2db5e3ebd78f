#include "mpibert/io/json.h"

#include <math.h>
#include <string.h>

#include "scratch.h"

static mpb_json *parsed(const char *text)
{
    mpb_json *root = NULL;

    CHECK_OK(mpb_json_parse(text, strlen(text), "here", &root));
    return root;
}

static void a_value_keeps_types_text_and_order(void)
{
    mpb_json *root = parsed("{\"z\": 1, \"a\": [1.5, true, null, \"\\u00e9\"], \"m\": {}}");
    const mpb_json *list = mpb_json_member(root, "a");
    const char *name;

    CHECK(mpb_json_is_object(root) && mpb_json_count(root) == 3);
    CHECK(mpb_json_integer(mpb_json_member_at(root, 0, &name)) == 1);
    CHECK_TEXT(name, "z");
    CHECK(mpb_json_is_object(mpb_json_member_at(root, 2, &name)));
    CHECK_TEXT(name, "m");
    CHECK(mpb_json_is_array(list) && mpb_json_count(list) == 4);
    CHECK_NEAR(mpb_json_number(mpb_json_item(list, 0)), 1.5, 0.0);
    CHECK(mpb_json_is_boolean(mpb_json_item(list, 1)) && mpb_json_boolean(mpb_json_item(list, 1)));
    CHECK(mpb_json_is_null(mpb_json_item(list, 2)));
    CHECK_TEXT(mpb_json_text(mpb_json_item(list, 3)), "\xc3\xa9");
    CHECK(mpb_json_item(list, 4) == NULL);
    CHECK(mpb_json_member(root, "none") == NULL && mpb_json_member(list, "z") == NULL);
    mpb_json_destroy(&root);
    CHECK(root == NULL);
    mpb_json_destroy(&root);
}

static void refused(const char *text, size_t size, const char *part)
{
    mpb_json *root = NULL;

    CHECK_FAILS(mpb_json_parse(text, size, "file.json", &root), MPB_ERR_DATA, "(file.json, ");
    CHECK_FAILS(mpb_json_parse(text, size, "file.json", &root), MPB_ERR_DATA, part);
    CHECK(root == NULL);
}

static void wrong_text_is_refused_with_its_place(void)
{
    char deep[5001];

    refused("{\"a\": 1,\n \"a\": 2}", 17, "(file.json, line 2, column ");
    refused("{\"a\": \"\\u0000\"}", 15,
            "JSON: a NUL (\\u0000) in a text is not allowed (file.json, column 14)");
    refused("[1, \0 2]", 8, "(file.json, column ");
    refused("[1] 2", 5, "(file.json, column ");
    refused("", 0, "(file.json, column ");
    refused("[1,\n2,\n", 7, "line 3");
    refused("[NaN]", 5, "(file.json, column ");
    refused("[1e999]", 7, "overflow");
    refused("\"\xff\"", 3, "byte 0xff");
    memset(deep, '[', sizeof(deep));
    refused(deep, sizeof(deep), "depth");
}

static void an_integer_beyond_64_bits_reads_as_a_number(void)
{
    mpb_json *root = parsed("{\"model_max_length\": 1000000000000000019884624838656,\n"
                            " \"5e\\\"9999999999999999999999\": -9223372036854775808,"
                            " \"x\": 12345678901234567890e-3}");
    double limit = 0.0;
    int64_t lowest = 0;

    CHECK_OK(mpb_json_get_number(root, "model_max_length", "here", &limit));
    CHECK_NEAR(limit, 1e30, 0.0);
    CHECK_OK(mpb_json_get_integer(root, "5e\"9999999999999999999999", "here", &lowest));
    CHECK(lowest == INT64_MIN);
    CHECK_OK(mpb_json_get_number(root, "x", "here", &limit));
    CHECK_NEAR(limit, 12345678901234567.890, 2.0); /* one unit of a double there */
    mpb_json_destroy(&root);
}

static void a_getter_says_what_is_missing_or_mistyped(void)
{
    mpb_json *root = parsed("{\"n\": 1.5, \"huge\": 1e30, \"whole\": 2.0, \"t\": \"x\", \"i\": 7}");
    int64_t integer = 3;
    double number = 0.0;
    const char *text = NULL;

    CHECK_FAILS(mpb_json_get_number(root, "x", "c.json", &number), MPB_ERR_DATA,
                "member 'x' is missing, a number was expected (c.json)");
    CHECK_FAILS(mpb_json_get_integer(root, "n", "c.json", &integer), MPB_ERR_DATA,
                "member 'n' is a number with a fraction, an integer was expected (c.json)");
    CHECK_FAILS(mpb_json_get_integer(root, "huge", "c.json", &integer), MPB_ERR_DATA,
                "member 'huge' is a number beyond 64 bits, an integer was expected (c.json)");
    CHECK_FAILS(mpb_json_get_integer(root, "whole", "c.json", &integer), MPB_ERR_DATA,
                "member 'whole' is a number with a point or an exponent, an integer");
    CHECK_FAILS(mpb_json_get_text(root, "i", "c.json", &text), MPB_ERR_DATA, "is an integer");
    CHECK(integer == 3 && text == NULL);
    CHECK_OK(mpb_json_get_integer(root, "i", "c.json", &integer));
    CHECK_OK(mpb_json_get_number(root, "i", "c.json", &number));
    CHECK_OK(mpb_json_get_text(root, "t", "c.json", &text));
    CHECK(integer == 7 && number == 7.0);
    CHECK_TEXT(text, "x");
    CHECK_FAILS(mpb_json_get_text(mpb_json_member(root, "t"), "a", "c.json", &text), MPB_ERR_DATA,
                "a string was found");
    mpb_json_destroy(&root);
}

static mpb_json *example(void)
{
    mpb_json *root = mpb_json_new_object();
    mpb_json *list = mpb_json_new_array();

    CHECK_OK(mpb_json_append(list, mpb_json_new_number(0.1)));
    CHECK_OK(mpb_json_append(list, mpb_json_new_number(NAN)));
    CHECK_OK(mpb_json_append(list, mpb_json_new_null()));
    CHECK_OK(mpb_json_set(root, "id", mpb_json_new_text("replaced below")));
    CHECK_OK(mpb_json_set(root, "list", list));
    CHECK_OK(mpb_json_set(root, "empty", mpb_json_new_array()));
    CHECK_OK(mpb_json_set(root, "id", mpb_json_new_text("a\"\n\xc3\xa9")));
    CHECK_OK(mpb_json_set(root, "yes", mpb_json_new_boolean(true)));
    CHECK_OK(mpb_json_set(root, "n", mpb_json_new_integer(INT64_MAX)));
    return root;
}

/* The wanted texts are those of Python's json.dumps(..., ensure_ascii=False). */
static void text_is_written_as_python_writes_it(void)
{
    mpb_json *root = example();
    mpb_buffer out = {0};

    CHECK_OK(mpb_json_write(root, 0, &out));
    CHECK_TEXT(out.data,
               "{\"id\": \"a\\\"\\n\xc3\xa9\", \"list\": [0.1, null, null], \"empty\": [], "
               "\"yes\": true, \"n\": 9223372036854775807}");
    mpb_buffer_reset(&out);
    CHECK_OK(mpb_json_write(root, 2, &out));
    CHECK_TEXT(out.data, "{\n  \"id\": \"a\\\"\\n\xc3\xa9\",\n  \"list\": [\n    0.1,\n    null,\n"
                         "    null\n  ],\n  \"empty\": [],\n  \"yes\": true,\n"
                         "  \"n\": 9223372036854775807\n}");
    mpb_buffer_clear(&out);
    mpb_json_destroy(&root);
}

static void every_number_reads_back_as_itself(void)
{
    const double numbers[] = {1.0 / 3.0, 5e-324, 1.7976931348623157e308, -0.0, 2e-5, 100.0};

    for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
        mpb_json *value = mpb_json_new_number(numbers[i]);
        mpb_json *again = NULL;
        mpb_buffer out = {0};

        CHECK_OK(mpb_json_write(value, 0, &out));
        CHECK_OK(mpb_json_parse(out.data, out.size, "here", &again));
        CHECK(mpb_json_number(again) == numbers[i]);
        mpb_buffer_clear(&out);
        mpb_json_destroy(&value);
        mpb_json_destroy(&again);
    }
}

static void a_child_that_could_not_be_made_is_an_error(void)
{
    mpb_json *root = mpb_json_new_object();

    CHECK_STATUS(mpb_json_set(root, "x", mpb_json_new_text("\xff")), MPB_ERR_SYSTEM);
    CHECK_STATUS(mpb_json_set(root, "\xff", mpb_json_new_null()), MPB_ERR_DATA);
    CHECK(mpb_json_count(root) == 0);
    mpb_json_destroy(&root);
}

/* "[0,0,...,0]" with `count` numbers; `longest`: behind it a text of that many bytes. */
static void write_list(const char *path, size_t count, size_t longest)
{
    mpb_buffer text = {0};

    CHECK_OK(mpb_buffer_append_text(&text, "["));
    for (size_t i = 0; i < count; i++) {
        CHECK_OK(mpb_buffer_append_text(&text, i == 0 ? "0" : ",0"));
    }
    CHECK_OK(mpb_buffer_append_text(&text, ",\"\\\""));
    for (size_t i = 2; i < longest; i++) {
        CHECK_OK(mpb_buffer_append_text(&text, ","));
    }
    CHECK_OK(mpb_buffer_append_text(&text, "\"]"));
    CHECK_OK(mpb_file_replace(path, text.data, text.size));
    mpb_buffer_clear(&text);
}

static void file_beyond_the_limits_is_refused_and_one_within_is_read(void)
{
    char folder[MPB_PATH_SIZE];
    char path[MPB_PATH_SIZE];
    mpb_json *root = NULL;

    scratch_make(folder);
    CHECK_OK(mpb_path_join(folder, "x.json", path, sizeof(path)));
    write_list(path, MPB_JSON_VALUES - 2, 1 << 20);
    CHECK_OK(mpb_json_read(path, &root));
    CHECK(mpb_json_count(root) == MPB_JSON_VALUES - 1);
    mpb_json_destroy(&root);
    write_list(path, MPB_JSON_VALUES, 4);
    CHECK_FAILS(mpb_json_read(path, &root), MPB_ERR_DATA, "at most 131072 were expected");
    CHECK_OK(mpb_json_read_large(path, &root));
    mpb_json_destroy(&root);
    write_list(path, 1, (1 << 20) + 1);
    CHECK_FAILS(mpb_json_read_large(path, &root), MPB_ERR_DATA, "a text of 1048577 bytes");
    CHECK(strstr(mpb_status_last(), "x.json)") != NULL && root == NULL);
    CHECK_OK(mpb_path_remove(folder));
}

int main(void)
{
    file_beyond_the_limits_is_refused_and_one_within_is_read();
    a_value_keeps_types_text_and_order();
    wrong_text_is_refused_with_its_place();
    an_integer_beyond_64_bits_reads_as_a_number();
    a_getter_says_what_is_missing_or_mistyped();
    text_is_written_as_python_writes_it();
    every_number_reads_back_as_itself();
    a_child_that_could_not_be_made_is_an_error();
    return EXIT_SUCCESS;
}
