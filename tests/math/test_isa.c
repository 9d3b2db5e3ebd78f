#include "mpibert/math/isa.h"

#include <stdbool.h>

#include "check.h"

/* Whether the list of flags that the kernel of the operating system shows holds `flag`. */
static bool cpu_shows(const char *flags, const char *flag)
{
    char padded[32];

    (void)snprintf(padded, sizeof padded, " %s ", flag);
    return strstr(flags, padded) != NULL;
}

static void best_is_what_the_operating_system_shows(void)
{
    char line[8192] = "";
    FILE *file = fopen("/proc/cpuinfo", "r");
    bool avx2;
    bool avx512;

    if (file == NULL) {
        check_skip("there is no /proc/cpuinfo to compare with");
    }
    while (strncmp(line, "flags", 5) != 0 && fgets(line, sizeof line, file) != NULL) {
    }
    (void)fclose(file);
    line[strcspn(line, "\n")] = ' ';

    avx2 = cpu_shows(line, "avx2") && cpu_shows(line, "fma") && cpu_shows(line, "bmi1") &&
           cpu_shows(line, "bmi2");
    avx512 = avx2 && cpu_shows(line, "avx512f") && cpu_shows(line, "avx512bw") &&
             cpu_shows(line, "avx512cd") && cpu_shows(line, "avx512dq") &&
             cpu_shows(line, "avx512vl");
    CHECK((mpb_isa_best() >= MPB_ISA_AVX2) == avx2);
    CHECK((mpb_isa_best() == MPB_ISA_AVX512) == avx512);
    CHECK(mpb_isa_has_bf16_dots(mpb_isa_best()) == (avx512 && cpu_shows(line, "avx512_bf16")));
    CHECK(!mpb_isa_has_bf16_tiles(mpb_isa_best()) ||
          (cpu_shows(line, "amx_tile") && cpu_shows(line, "amx_bf16")));
    CHECK(!mpb_isa_has_bf16_tiles(MPB_ISA_AVX2));
}

static void every_set_has_a_label(void)
{
    CHECK_TEXT(mpb_isa_label(MPB_ISA_PLAIN), "SSE2");
    CHECK_TEXT(mpb_isa_label(MPB_ISA_AVX2), "AVX2");
    CHECK_TEXT(mpb_isa_label(MPB_ISA_AVX512), "AVX-512");
}

int main(void)
{
    every_set_has_a_label();
    best_is_what_the_operating_system_shows();
    return EXIT_SUCCESS;
}
