/* Reads folders of Latin-1 messages, a sub-folder a class, and prints each message without headers,
 * footers and quotes: "ID SIZE", a newline, and SIZE bytes. tests/parity/noise_parity.py compares
 * this with scikit-learn. */

#include <stdio.h>

#include "mpibert/records/cut.h"
#include "mpibert/records/input.h"
#include "mpibert/records/noise.h"

/* The sink; its context is the memory for the cleaned text. */
static mpb_status print_cleaned(void *context, const mpb_record *record)
{
    mpb_buffer *cleaned = context;

    mpb_buffer_reset(cleaned);
    MPB_TRY(mpb_noise_remove((mpb_noise){true, true, true}, record->text, record->size, cleaned));
    printf("%s %zu\n", record->id, cleaned->size);
    fwrite(cleaned->data, 1, cleaned->size, stdout);
    return MPB_OK;
}

static mpb_status read_all(const mpb_input *input, const mpb_ranges *ranges)
{
    mpb_buffer cleaned = {0};
    mpb_input_scratch scratch = {0};
    mpb_sink sink = {.take = print_cleaned, .context = &cleaned};
    mpb_status status = MPB_OK;

    for (size_t i = 0; i < ranges->count && status == MPB_OK; i++) {
        status = mpb_input_read(input, &ranges->items[i], &scratch, &sink);
    }
    mpb_input_scratch_clear(&scratch);
    mpb_buffer_clear(&cleaned);
    return status;
}

static mpb_status print_folder(const char *folder)
{
    const mpb_read_options options = {.format = MPB_FORMAT_FOLDER, .encoding = MPB_LATIN1};
    mpb_input input = {0};
    mpb_ranges ranges = {0};
    mpb_status status;

    MPB_TRY(mpb_input_open(folder, folder, &options, &input));
    status = mpb_input_cut(&input, 0, 1 << 20, &ranges);
    if (status == MPB_OK) {
        status = read_all(&input, &ranges);
    }
    mpb_ranges_clear(&ranges);
    mpb_input_close(&input);
    return status;
}

int main(int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        if (print_folder(argv[i]) != MPB_OK) {
            fprintf(stderr, "%s\n", mpb_status_last());
            return 1;
        }
    }
    return 0;
}
