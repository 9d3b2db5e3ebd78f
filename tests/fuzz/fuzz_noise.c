/* Noise removal: what stays of a text is UTF-8 and not longer than the text. */

#include "fuzz.h"
#include "mpibert/records/noise.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    size_t kept;
    char *text = fuzz_utf8(data, size, &kept);

    for (unsigned parts = 0; parts < 8; parts++) {
        const mpb_noise noise = {(parts & 1) != 0, (parts & 2) != 0, (parts & 4) != 0};
        mpb_buffer out = {0};

        CHECK_OK(mpb_noise_remove(noise, text, kept, &out));
        CHECK(out.size <= kept && fuzz_is_utf8(out.data, out.size));
        mpb_buffer_clear(&out);
    }
    free(text);
    return 0;
}
