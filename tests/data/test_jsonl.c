/* The reader of JSON lines, record by record. */

#include "cut.h"

#include "check.h"

static mpb_status count_labels(void *context, const mpb_record *record)
{
    *(size_t *)context += record->num_labels;
    return MPB_OK;
}

static size_t labels_in(const char *content)
{
    const mpb_read_options options = {.format = MPB_FORMAT_JSONL,
                                      .task = MPB_TASK_MULTILABEL,
                                      .text_column = "text",
                                      .label_column = "label"};
    const mpb_range all = {.end = strlen(content)};
    size_t labels = 0;
    mpb_sink sink = {.take = count_labels, .context = &labels};
    mpb_input_scratch scratch = {0};
    mpb_input input = {0};

    CHECK_OK(mpb_input_open_memory("DATA", content, strlen(content), &options, &input));
    CHECK_OK(mpb_input_read(&input, &all, &scratch, &sink));
    mpb_input_scratch_clear(&scratch);
    mpb_input_close(&input);
    return labels;
}

/* The first line is read flat, the second one as a tree. */
static void an_empty_text_is_no_label(void)
{
    CHECK(labels_in("{\"text\": \"a\", \"label\": \"\"}\n") == 0);
    CHECK(labels_in("{\"text\": \"a\", \"label\": [\"x\", \"\"]}\n") == 1);
}

int main(void)
{
    an_empty_text_is_no_label();
    return 0;
}
