/* Cutting an input into ranges: the same records come out of ranges of any size. */

#include "cut.h"

#include "check.h"

enum { WHOLE = 1 << 20 };

static mpb_status add_text(void *context, const mpb_record *record)
{
    MPB_TRY(mpb_buffer_append(context, record->text, record->size));
    return mpb_buffer_append_text(context, ";");
}

/* texts = the texts of all records, each followed by ';', and the number of wrong ones. */
static void read_cut(const mpb_input *input, uint64_t target, mpb_buffer *texts)
{
    mpb_sink sink = {.take = add_text, .context = texts, .skip_bad = true};
    mpb_input_scratch scratch = {0};
    mpb_ranges ranges = {0};

    CHECK_OK(mpb_input_cut(input, 0, target, &ranges));
    for (size_t i = 0; i < ranges.count; i++) {
        CHECK_OK(mpb_input_read(input, &ranges.items[i], &scratch, &sink));
    }
    CHECK_OK(mpb_buffer_append_format(texts, "%d", (int)sink.num_bad));
    mpb_ranges_clear(&ranges);
    mpb_input_scratch_clear(&scratch);
}

static void check_csv(const char *content, const char *want)
{
    static const uint64_t targets[] = {1, 8, WHOLE};
    const mpb_read_options options = {.format = MPB_FORMAT_CSV,
                                      .task = MPB_TASK_CLASSIFICATION,
                                      .text_column = "text",
                                      .skip_bad = true};
    mpb_input input = {0};

    CHECK_OK(mpb_input_open_memory("DATA", content, strlen(content), &options, &input));
    for (size_t i = 0; i < sizeof(targets) / sizeof(targets[0]); i++) {
        mpb_buffer texts = {0};

        read_cut(&input, targets[i], &texts);
        CHECK_TEXT(texts.data, want);
        mpb_buffer_clear(&texts);
    }
    mpb_input_close(&input);
}

static void a_record_is_never_cut(void)
{
    check_csv("text,b\na,1\n\n\"b\n\"\"c\",\"\n2\"\r\nd,3", "a;b\n\"c;d;0");
    check_csv("text,b\n\"a\",\"1\"\r\n\"b\",\"2\"", "a;b;0");
}

static void a_wrong_record_ends_with_its_first_line_in_ranges_of_any_size(void)
{
    check_csv("text,b\n\"a\n\"b,\"x\nc,1\n\"\nd\",2\n", "c;\nd;2");
    check_csv("text,b\n\"a\n\"\rb,\"1\"\nc,2\n", "c;2");
    check_csv("text,b\n\"a\n\"\r", "2");
}

int main(void)
{
    a_record_is_never_cut();
    a_wrong_record_ends_with_its_first_line_in_ranges_of_any_size();
    return 0;
}
