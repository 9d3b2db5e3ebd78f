/* Tiles as Intel describes them, by the emulator or by the processor itself. */

#include <immintrin.h>
#include <signal.h>
#include <stdint.h>
#include <sys/wait.h>
#include <unistd.h>

#include "gemm_test.h"

enum { COLUMNS = 16 };

#define USES_TILES __attribute__((target("amx-tile,amx-bf16"), noinline))

typedef struct tile_shapes {
    uint8_t palette, start_row, reserved[14];
    uint16_t row_bytes[16];
    uint8_t rows[16];
} tile_shapes;

/* GCC's intrinsics do not say which memory they read. */
static void settle_memory(void)
{
    __asm__ volatile("" ::: "memory");
}

/* c (rows, 16) += a (rows, steps) times b (steps, 16) over pairs, of which `columns` count */
USES_TILES static void multiply(int rows, int steps, int columns, const uint32_t *a,
                                const uint32_t *b, float *c)
{
    tile_shapes shapes = {.palette = 1};

    shapes.rows[0] = shapes.rows[3] = (uint8_t)rows;
    shapes.rows[7] = (uint8_t)steps;
    shapes.row_bytes[0] = shapes.row_bytes[7] = (uint16_t)(4 * columns);
    shapes.row_bytes[3] = (uint16_t)(4 * steps);
    settle_memory();
    _tile_loadconfig(&shapes);
    _tile_loadd(0, c, COLUMNS * 4);
    _tile_loadd(3, a, steps * 4);
    _tile_loadd(7, b, COLUMNS * 4);
    _tile_dpbf16ps(0, 3, 7);
    _tile_stored(0, c, COLUMNS * 4);
    _tile_release();
}

static uint32_t pair(float first, float second)
{
    return (uint32_t)mpb_bf16_round(first) | (uint32_t)mpb_bf16_round(second) << 16;
}

/*                      1  0  2
 *   1 2 3 4     times  0  1  3   is   2 12  0
 *   5 6 7 8           -1  2  0        6 28 12
 *                      1  1 -2 */
static void small_product_is_that_of_a_hand(void)
{
    const uint32_t a[] = {pair(1, 2), pair(3, 4), pair(5, 6), pair(7, 8)};
    const uint32_t b[2 * COLUMNS] = {pair(1, 0), pair(0, 1), pair(2, 3), [COLUMNS] = pair(-1, 1),
                                     pair(2, 1), pair(0, -2)};
    float c[2 * COLUMNS] = {100, 200, 300, 7, [COLUMNS] = 400, 500, 600, 8};
    const float want[2 * COLUMNS] = {102, 212, 300, 7, [COLUMNS] = 406, 528, 612, 8};

    multiply(2, 2, 3, a, b, c);
    CHECK(memcmp(c, want, sizeof want) == 0);
}

/* Small whole numbers: every sum is exact. */
static void whole_tiles_are_those_of_a_plain_loop(void)
{
    enum { ROWS = 16, STEPS = 16 };
    uint32_t a[ROWS * STEPS];
    uint32_t b[STEPS * COLUMNS];
    float c[ROWS * COLUMNS] = {0};

    for (int i = 0; i < 256; i++) {
        a[i] = pair((float)(i % 23), (float)(i % 7 - 3));
        b[i] = pair((float)(i % 13 - 6), (float)(i % 19));
    }
    multiply(ROWS, STEPS, COLUMNS, a, b, c);
    for (int m = 0; m < ROWS; m++) {
        for (int n = 0; n < COLUMNS; n++) {
            int sum = 0;

            for (int k = 0; k < STEPS; k++) {
                int i = m * STEPS + k;
                int j = k * COLUMNS + n;

                sum += i % 23 * (j % 13 - 6) + (i % 7 - 3) * (j % 19);
            }
            CHECK(c[m * COLUMNS + n] == (float)sum);
        }
    }
}

static float add_one_product(float c, uint32_t a, uint32_t b)
{
    float sums[COLUMNS] = {c};
    const uint32_t row[COLUMNS] = {b};

    multiply(1, 1, 1, &a, row, sums);
    return sums[0];
}

static void sums_round_to_even_and_denormals_are_zero(void)
{
    const uint32_t denormal = 0x0040;

    CHECK(add_one_product(1.0f, pair(0x1p-12f, 0), pair(0x1p-12f, 0)) == 1.0f);
    CHECK(add_one_product(0x1.000002p0f, pair(0x1p-12f, 0), pair(0x1p-12f, 0)) == 0x1.000004p0f);
    CHECK(add_one_product(0.0f, denormal, pair(0x1p100f, 0)) == 0.0f);
    CHECK(add_one_product(0.0f, pair(0x1p-100f, 0), pair(0x1p-40f, 0)) == 0.0f);
    CHECK(add_one_product(0x1p-130f, 0, 0) == 0.0f);
}

/* Rows from base + displacement on, index * scale apart. */
USES_TILES static void copy_by_other_addresses(const char *from, char *to)
{
    static const tile_shapes shapes = {.palette = 1, .row_bytes = {8}, .rows = {2}};
    register const char *base __asm__("r13") = from;
    register long index __asm__("r12") = 16;

    _tile_loadconfig(&shapes);
    __asm__ volatile("tileloadd 8(%0,%1,4), %%tmm0\n\t"
                     "tilestored %%tmm0, (%2,%1,1)\n\t"
                     "tileloaddt1 (%0), %%tmm0\n\t"
                     "tilestored %%tmm0, 1000(%2,%1,2)\n\t"
                     "tilerelease"
                     :
                     : "r"(base), "r"(index), "r"(to)
                     : "memory");
}

static void addresses_have_all_their_parts(void)
{
    char from[128];
    char to[1100] = {0};

    for (int i = 0; i < (int)sizeof from; i++) {
        from[i] = (char)(i + 1);
    }
    copy_by_other_addresses(from, to);
    CHECK(memcmp(to, from + 8, 8) == 0 && to[8] == 0);
    CHECK(memcmp(to + 16, from + 72, 8) == 0 && to[24] == 0);
    CHECK(memcmp(to + 1000, from, 8) == 0 && to[1008] == 0);
    CHECK(memcmp(to + 1032, from, 8) == 0 && to[1040] == 0);
}

USES_TILES static void use_tiles_without_shapes(void)
{
    _tile_zero(0);
}

static void run_illegal_instruction(void)
{
    __builtin_trap();
}

/* Small enough for the calling thread alone. */
static void multiply_by_product(void)
{
    const mpb_team team = {.threads = 1};
    const mpb_gemm_context kind = {
        .kernel = MPB_GEMM_TILES, .isa = MPB_ISA_AVX512, .precision = MPB_GEMM_BF16};
    mpb_gemm_context context = context_make(&kind, &team);
    product p = product_make(0, 5, 6, 7);

    mpb_gemm(&context, &p.args);
    product_clear(&p);
    mpb_memory_destroy(context.scratch);
}

static void use_tiles_after_a_product(void)
{
    multiply_by_product();
    use_tiles_without_shapes();
}

static void process_ends_by_sigill(void (*action)(void))
{
    int status = 0;
    pid_t child = fork();

    CHECK(child >= 0);
    if (child == 0) {
        action();
        _exit(EXIT_SUCCESS);
    }
    CHECK(waitpid(child, &status, 0) == child);
    CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGILL);
}

static void product_releases_its_tiles(void)
{
    multiply_by_product();
    process_ends_by_sigill(use_tiles_after_a_product);
}

int main(void)
{
    if (!mpb_isa_has_bf16_dots(mpb_isa_best())) {
        check_skip("the CPU has no dot products of bf16");
    }
    if (!mpb_isa_has_bf16_tiles(mpb_isa_best())) {
        tile_emulator_install();
    }
    small_product_is_that_of_a_hand();
    whole_tiles_are_those_of_a_plain_loop();
    sums_round_to_even_and_denormals_are_zero();
    addresses_have_all_their_parts();
    process_ends_by_sigill(use_tiles_without_shapes);
    process_ends_by_sigill(run_illegal_instruction);
    product_releases_its_tiles();
    return EXIT_SUCCESS;
}
