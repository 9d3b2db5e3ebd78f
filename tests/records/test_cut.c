/* Cutting inputs into ranges: what is read does not depend on where the cuts fall. */

#include <fcntl.h>
#include <unistd.h>

#include "examples.h"
#include "scratch.h"

static const mpb_read_options CSV = {.format = MPB_FORMAT_CSV,
                                     .task = MPB_TASK_CLASSIFICATION,
                                     .text_column = "text",
                                     .label_column = "label",
                                     .need_labels = true};
static const mpb_read_options TEXT = {.format = MPB_FORMAT_TEXT, .task = MPB_TASK_CLASSIFICATION};
static const mpb_read_options FOLDER = {
    .format = MPB_FORMAT_FOLDER, .task = MPB_TASK_CLASSIFICATION, .need_labels = true};

enum { WHOLE = 1 << 30 };

static bool same_text(const char *a, const char *b)
{
    return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

static void check_same(const examples *a, const examples *b)
{
    CHECK(a->count == b->count && a->num_bad == b->num_bad);
    for (size_t i = 0; i < a->count; i++) {
        CHECK(a->items[i].size == b->items[i].size);
        CHECK(same_text(a->items[i].text, b->items[i].text));
        CHECK(same_text(a->items[i].text_b, b->items[i].text_b));
        CHECK(same_text(a->items[i].id, b->items[i].id));
        CHECK(mpb_strings_equal(&a->items[i].labels, &b->items[i].labels));
    }
}

/* Ranges of 1 byte, that is a record each, up to one range of the whole text. */
static void check_every_target(const mpb_read_options *options, const char *content, size_t count,
                               uint64_t bad)
{
    examples whole = {0}, e = {0};

    CHECK_OK(examples_parse(content, options, WHOLE, &whole));
    CHECK(whole.count == count && whole.num_bad == bad && whole.num_ranges == 1);
    for (uint64_t target = 1; target <= strlen(content) + 1; target++) {
        CHECK_OK(examples_parse(content, options, target, &e));
        check_same(&whole, &e);
        CHECK(target > 1 || 2 * e.num_ranges >= count);
    }
    examples_clear(&whole);
    examples_clear(&e);
}

/* Quoted cells with separators, doubled quotes, LF and CRLF; empty lines; a byte order mark; a last
 * line without an end. */
static const char TABLE[] = "\xEF\xBB\xBFtext,label\r\n"
                            "plain,x\n"
                            "\"a, \"\"b\"\"\r\n\r\nc\",x\r\n"
                            "\r\n"
                            "\n"
                            "\"\"\"\",y\n"
                            "\"\",x\n"
                            "5\" disk \"quoted\",y\r\n"
                            "\"line one\nline two\n\"\"line three\"\"\n\",\"x\"\n"
                            "last,y";

static void cuts_do_not_change_the_rows_of_csv(void)
{
    check_every_target(&CSV, TABLE, 7, 0);
}

static void cuts_do_not_change_lines(void)
{
    mpb_read_options tsv = CSV;
    mpb_read_options jsonl = CSV;

    tsv.format = MPB_FORMAT_TSV;
    jsonl.format = MPB_FORMAT_JSONL;
    check_every_target(&TEXT, "one\r\n\n\nfour\nfive five five\n\nlast", 7, 0);
    check_every_target(&TEXT, "\n", 1, 0);
    check_every_target(&tsv, "text\tlabel\n\"a\tx\r\n\nb\"\"\ty\n\nc\tx", 3, 0);
    check_every_target(&jsonl,
                       "{\"text\": \"a\\nb\", \"label\": 1}\n\n"
                       "{\"text\": \"c\", \"label\": 2, \"id\": \"q\", \"text_b\": \"d\"}\r\n"
                       "{\"text\": \"e\", \"label\": 1}",
                       3, 0);
}

/* What is wrong, and which record comes next, may not depend on the cuts either: a wrong row ends
 * with its first line. */
static void cuts_do_not_change_which_rows_are_wrong(void)
{
    mpb_read_options skipping = CSV;

    skipping.skip_bad = true;
    check_every_target(&skipping, "text,label\na,x\nb\nc,y\n\nd,x,z\ne,\nf,x\n", 3, 3);
    check_every_target(&skipping, "text,label\na,x\n\"never closed,x\nb,x\nc,y\n", 3, 1);
    check_every_target(&skipping, "text,label\n\"a\"b,x\n\"c\nd\"e,x\nf,y\n", 2, 2);
    check_every_target(&skipping, "text,label\n\"open\nx,\"y\nz\",w\nq,r\n", 1, 2);
    check_every_target(&skipping, "text,label\n\"a\"b,\"x\ny\"\nc,x\n", 1, 2);
    check_every_target(&skipping, "text,label\n\"a\n\"b,\"x\nc,1\n\"\nd\",2\n", 2, 2);
    check_every_target(&skipping, "text,label\n\"a\n\"\rb,\"1\"\nc,2\n", 1, 2);
    check_every_target(&skipping, "text,label\n\"a\n\"\r", 0, 2);
}

static void the_first_wrong_row_is_named_with_its_line_in_the_file(void)
{
    mpb_read_options skipping = CSV;
    examples e = {0};

    skipping.skip_bad = true;
    for (uint64_t target = 1; target < 40; target++) {
        CHECK_OK(examples_parse("text,label\n\"a\nb\",x\n\nc\nd,x\ne\n", &skipping, target, &e));
        CHECK_TEXT(e.first_bad,
                   "the row has 1 cells, 2 were expected as in the first row (DATA, line 5)");
    }
    examples_clear(&e);
}

static void cuts_do_not_change_the_texts_of_a_folder(const char *root)
{
    examples whole = {0}, e = {0};
    char folder[MPB_PATH_SIZE], path[MPB_PATH_SIZE];

    scratch_path(root, "folder", folder);
    scratch_text(folder, "a/1", "one", path);
    scratch_text(folder, "a/2", "", path);
    scratch_text(folder, "b/1", "a longer text", path);
    scratch_text(folder, "b/2", "\xEF\xBB\xBFmarked", path);
    CHECK_OK(examples_read(folder, &FOLDER, WHOLE, &whole));
    CHECK(whole.count == 4 && whole.num_ranges == 1);
    CHECK_TEXT(whole.items[3].text, "marked");
    for (uint64_t target = 1; target < 40; target++) {
        CHECK_OK(examples_read(folder, &FOLDER, target, &e));
        check_same(&whole, &e);
    }
    CHECK_OK(examples_read(folder, &FOLDER, 1, &e));
    CHECK(e.num_ranges == 3); /* the empty text is in the range of the next */
    examples_clear(&whole);
    examples_clear(&e);
}

/* A file is looked at in pieces, memory as a whole: the ranges must be the same. The rows reach
 * over the pieces' ends, quotes, CRLF and all. */
static void a_file_is_cut_like_the_same_text_in_memory(const char *root)
{
    static const uint64_t targets[] = {1, 1000, 100003};
    mpb_buffer text = {0};
    char path[MPB_PATH_SIZE];

    CHECK_OK(mpb_buffer_append_text(&text, "text,label\n"));
    for (int i = 0; text.size < 700000; i++) {
        CHECK_OK(mpb_buffer_append_format(&text, "\"%0*d\"\"\r\n,\"\"\",x%s\n", i % 97, i,
                                          i % 3 == 0 ? "\r" : ""));
    }
    scratch_write(root, "large.csv", text.data, text.size, path);
    for (size_t t = 0; t < sizeof(targets) / sizeof(*targets); t++) {
        mpb_input file = {0}, memory = {0};
        mpb_ranges a = {0}, b = {0};

        CHECK_OK(mpb_input_open(path, path, &CSV, &file));
        CHECK_OK(mpb_input_open_memory("DATA", text.data, text.size, &CSV, &memory));
        CHECK_OK(mpb_input_cut(&file, 3, targets[t], &a));
        CHECK_OK(mpb_input_cut(&memory, 3, targets[t], &b));
        CHECK(a.count == b.count && a.items[0].input == 3);
        for (size_t i = 0; i < a.count; i++) {
            CHECK(a.items[i].begin == b.items[i].begin && a.items[i].end == b.items[i].end);
            CHECK(i == 0 || a.items[i].begin == a.items[i - 1].end);
        }
        CHECK(a.items[0].begin == 11 && a.items[a.count - 1].end == text.size);
        mpb_ranges_clear(&a);
        mpb_ranges_clear(&b);
        mpb_input_close(&file);
        mpb_input_close(&memory);
    }
    mpb_buffer_clear(&text);
}

/* Begin and end, then NUL bytes between that take no room on the disk. */
static void write_sparse(const char *root, const char *name, const char *begin, const char *end,
                         char path[MPB_PATH_SIZE])
{
    int file;

    scratch_text(root, name, begin, path);
    file = open(path, O_WRONLY);
    CHECK(file >= 0);
    CHECK(lseek(file, (off_t)MPB_RECORD_LIMIT + (1 << 20), SEEK_SET) > 0);
    CHECK(write(file, end, strlen(end)) == (ssize_t)strlen(end));
    CHECK(close(file) == 0);
}

/* The records around the long one are read, whatever the target. */
static void check_too_long(const char *path, const mpb_read_options *options, uint64_t target,
                           size_t count, const char *where)
{
    mpb_read_options skipping = *options;
    examples e = {0};
    char message[MPB_PATH_SIZE + 32];

    snprintf(message, sizeof(message), "(%s, line %s)", path, where);
    CHECK_FAILS(examples_read(path, options, target, &e), MPB_ERR_DATA, "one record of 67");
    check_contains(mpb_status_last(), message, __FILE__, __LINE__);
    skipping.skip_bad = true;
    CHECK_OK(examples_read(path, &skipping, target, &e));
    CHECK(e.count == count && e.num_bad == 1);
    CHECK(strstr(e.first_bad, "at most 67108864 were expected; is data.format") != NULL);
    examples_clear(&e);
}

static void a_record_above_the_limit_is_refused_and_leaves_its_neighbours(const char *root)
{
    char path[MPB_PATH_SIZE];

    write_sparse(root, "long.txt", "abc\nde\n", "\nlast\n", path);
    check_too_long(path, &TEXT, 1, 3, "3");
    check_too_long(path, &TEXT, 4, 3, "3");
    check_too_long(path, &TEXT, 6, 3, "3");
    check_too_long(path, &TEXT, 7, 3, "3");
    check_too_long(path, &TEXT, 1 << 20, 3, "3");
    write_sparse(root, "long.csv", "text,label\nabc,x\n\"quoted\n\",y\n", "\nlast,x\n", path);
    check_too_long(path, &CSV, 1, 3, "5");
    check_too_long(path, &CSV, 1 << 20, 3, "5");
}

/* The quote that is never closed ends with its line, so that the rows behind it are not lost. */
static void a_quote_open_beyond_the_limit_costs_its_line_alone(const char *root)
{
    mpb_read_options skipping = CSV;
    examples e = {0};
    char path[MPB_PATH_SIZE];

    skipping.skip_bad = true;
    write_sparse(root, "open.csv", "text,label\nabc,x\n\"open,y\ndef,x\n", "\nlast,x\n", path);
    CHECK_OK(examples_read(path, &skipping, 1, &e));
    CHECK(e.count == 3 && e.num_bad == 2); /* the open line, and the NUL bytes as a long one */
    CHECK_TEXT(e.items[1].text, "def");
    CHECK(strstr(e.first_bad, "never closed") != NULL);
    examples_clear(&e);
}

int main(void)
{
    char root[MPB_PATH_SIZE];

    scratch_make(root);
    cuts_do_not_change_the_rows_of_csv();
    cuts_do_not_change_lines();
    cuts_do_not_change_which_rows_are_wrong();
    the_first_wrong_row_is_named_with_its_line_in_the_file();
    cuts_do_not_change_the_texts_of_a_folder(root);
    a_file_is_cut_like_the_same_text_in_memory(root);
    a_record_above_the_limit_is_refused_and_leaves_its_neighbours(root);
    a_quote_open_beyond_the_limit_costs_its_line_alone(root);
    CHECK_OK(mpb_path_remove(root));
    return 0;
}
