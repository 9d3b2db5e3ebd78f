#include "mpibert/core/bytes.h"

#include "check.h"

static void sizes_are_read_in_powers_of_1000_and_1024(void)
{
    static const struct {
        const char *text;
        double bytes;
    } sizes[] = {
        {"1", 1.0},
        {"21474836480", 21474836480.0},
        {"20GiB", 21474836480.0},
        {"20 GiB", 21474836480.0},
        {"20 GB", 20e9},
        {"1.5MiB", 1572864.0},
        {"2e9", 2e9},
        {"512 kB", 512e3},
        {"3KB", 3e3},
        {"3KiB", 3072.0},
        {"7B", 7.0},
        {"2TB", 2e12},
        {".5TiB", 549755813888.0},
    };

    for (size_t i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
        double bytes = 0.0;

        CHECK(mpb_bytes_parse(sizes[i].text, &bytes));
        CHECK_NEAR(bytes, sizes[i].bytes, 0.0);
    }
}

static void anything_else_is_no_size(void)
{
    static const char *const texts[] = {
        "",    " ",    "GiB", "-1",  "+5",   "0", "0.4",  "20 gib", "20G",    "20  GiB", "20GiB ",
        "1 2", "0x10", "inf", "nan", "1e30", ".", "1..5", "9e18TB", "twenty", "20iB",
    };

    for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
        double bytes = 7.0;

        CHECK(!mpb_bytes_parse(texts[i], &bytes));
        CHECK_NEAR(bytes, 7.0, 0.0);
    }
}

static void sizes_are_shown_in_the_unit_that_suits_them(void)
{
    char text[MPB_BYTES_TEXT];

    CHECK_TEXT(mpb_bytes_text(5.0, text), "5 bytes");
    CHECK_TEXT(mpb_bytes_text(1024.0 * 1024.0 * 310.5, text), "310.5 MiB");
    CHECK_TEXT(mpb_bytes_text(1024.0 * 1024.0 * 1024.0, text), "1.0 GiB");
    CHECK_TEXT(mpb_bytes_text(24.3e12, text), "22631.1 GiB");
}

int main(void)
{
    sizes_are_read_in_powers_of_1000_and_1024();
    anything_else_is_no_size();
    sizes_are_shown_in_the_unit_that_suits_them();
    return 0;
}
