/* Files of lengths: one a line, and a line of explanation for everything else. */

#include <unistd.h>

#include "check.h"
#include "mpibert/io/file.h"
#include "mpibert/measure/lengths.h"

enum { LONGEST = 512 };

static const char *scratch_path(void)
{
    static char path[64];

    snprintf(path, sizeof(path), "/tmp/mpibert-test-%ld.lengths", (long)getpid());
    return path;
}

static mpb_status read_bytes(const char *bytes, size_t size, mpb_lengths *lengths)
{
    mpb_status status;

    CHECK_OK(mpb_file_replace(scratch_path(), bytes, size));
    status = mpb_lengths_read(scratch_path(), LONGEST, lengths);
    CHECK_OK(mpb_path_remove(scratch_path()));
    return status;
}

/* The message names the file and `where`. */
static void refused(const char *bytes, size_t size, const char *what, const char *where)
{
    mpb_lengths lengths = {0};
    char place[128];

    CHECK_FAILS(read_bytes(bytes, size, &lengths), MPB_ERR_DATA, what);
    snprintf(place, sizeof(place), "(%s%s)", scratch_path(), where);
    check_contains(mpb_status_last(), place, __FILE__, __LINE__);
    CHECK(lengths.items == NULL && lengths.count == 0);
}

static void refused_text(const char *text, const char *what, const char *where)
{
    refused(text, strlen(text), what, where);
}

static void accepted(const char *text)
{
    mpb_lengths lengths = {0};

    CHECK_OK(read_bytes(text, strlen(text), &lengths));
    CHECK(lengths.count == 3);
    CHECK(lengths.items[0] == 12 && lengths.items[1] == 512 && lengths.items[2] == 1);
    mpb_lengths_clear(&lengths);
}

static void a_file_holds_a_length_a_line(void)
{
    accepted("12\n512\n1\n");
    accepted("12\n512\n1");
    accepted("12\r\n512\r\n1\r\n");
    accepted("012\n512\n1\n");
}

static void sequences_take_the_lines_in_turn(void)
{
    mpb_lengths lengths = {0};

    CHECK_OK(read_bytes("7\n8\n", 4, &lengths));
    CHECK(mpb_lengths_at(&lengths, 0) == 7 && mpb_lengths_at(&lengths, 1) == 8);
    CHECK(mpb_lengths_at(&lengths, 2) == 7 && mpb_lengths_at(&lengths, 1001) == 8);
    mpb_lengths_clear(&lengths);
    CHECK_OK(mpb_lengths_equal(9, &lengths));
    CHECK(mpb_lengths_at(&lengths, 0) == 9 && mpb_lengths_at(&lengths, 5) == 9);
    mpb_lengths_clear(&lengths);
}

static void everything_else_is_refused_with_file_and_line(void)
{
    const char *expected = "is no length, a whole number from 1 to 512 was expected";

    refused_text("12\n0\n", "'0' is no length", ", line 2");
    refused_text("513\n", "'513' is no length", ", line 1");
    refused_text("12\n\n13\n", "'' is no length", ", line 2");
    refused_text("12\n13\n\n", expected, ", line 3");
    refused_text("-3\n", expected, ", line 1");
    refused_text("+3\n", expected, ", line 1");
    refused_text(" 3\n", expected, ", line 1");
    refused_text("3 4\n", expected, ", line 1");
    refused_text("3.5\n", expected, ", line 1");
    refused_text("length\n3\n", "'length' is no length", ", line 1");
    refused_text("99999999999999999999999\n", expected, ", line 1");
    refused_text("\r\n", expected, ", line 1");
    refused("1\n2\0003\n", 6, "a zero byte was found", ", line 2");
    refused_text("", "the file is empty, lengths were expected", "");
}

static void a_missing_file_is_named(void)
{
    mpb_lengths lengths = {0};

    CHECK_FAILS(mpb_lengths_read("no/such.lengths", LONGEST, &lengths), MPB_ERR_DATA,
                "no/such.lengths");
}

int main(void)
{
    a_file_holds_a_length_a_line();
    sequences_take_the_lines_in_turn();
    everything_else_is_refused_with_file_and_line();
    a_missing_file_is_named();
    return 0;
}
