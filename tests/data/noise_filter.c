/* Reads folders of Latin-1 messages, a sub-folder a class, and prints each message without headers,
 * footers and quotes: "ID SIZE", a newline, and SIZE bytes. tests/parity/noise_parity.py compares
 * this with scikit-learn. */

#include <stdio.h>
#include <string.h>

#include "mpibert/core/strings.h"
#include "mpibert/data/examples.h"

static mpb_status print_cleaned(const char *folder)
{
    const mpb_read_options options = {
        .format = MPB_FORMAT_FOLDER,
        .encoding = MPB_LATIN1,
        .remove_headers = true,
        .remove_footers = true,
        .remove_quotes = true,
    };
    mpb_strings paths = {0};
    mpb_examples examples = {0};
    mpb_status status = mpb_strings_add(&paths, folder, strlen(folder));

    if (status == MPB_OK) {
        status = mpb_examples_read(&paths, &options, &examples);
    }
    for (size_t i = 0; i < examples.count; i++) {
        printf("%s %zu\n", examples.items[i].id, examples.items[i].size);
        fwrite(examples.items[i].text, 1, examples.items[i].size, stdout);
    }
    mpb_strings_clear(&paths);
    mpb_examples_clear(&examples);
    return status;
}

int main(int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        if (print_cleaned(argv[i]) != MPB_OK) {
            fprintf(stderr, "%s\n", mpb_status_last());
            return 1;
        }
    }
    return 0;
}
