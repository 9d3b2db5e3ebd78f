#define _GNU_SOURCE /* registers of a signal's context */

#include "tile_emulator.h"

#include <immintrin.h>
#include <math.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <ucontext.h>

#include "check.h"

enum { TILES = 8, ROWS = 16, ROW_BYTES = 64, COLUMNS = ROW_BYTES / 4 };

/* What is beyond its rows and the bytes of its rows is 0. */
typedef struct tile {
    int rows, row_bytes; /* 0: not configured */
    uint32_t values[ROWS][COLUMNS];
} tile;

/* The registers of a processor. */
static _Thread_local tile TILE[TILES];

/* The prefixes of VEX.pp. */
enum { PREFIX_NONE, PREFIX_66, PREFIX_F3, PREFIX_F2 };

/* C4, RXB.00010, W.vvvv.L.pp, opcode, ModRM: W and L are 0 in all of these. */
typedef struct instruction {
    int prefix, opcode;
    bool memory;
    int reg, rm, vvvv;
    intptr_t address, stride; /* base + displacement, index * scale */
    int length;
} instruction;

static intptr_t general_register(const mcontext_t *machine, int number)
{
    static const int places[] = {REG_RAX, REG_RCX, REG_RDX, REG_RBX, REG_RSP, REG_RBP,
                                 REG_RSI, REG_RDI, REG_R8,  REG_R9,  REG_R10, REG_R11,
                                 REG_R12, REG_R13, REG_R14, REG_R15};

    return (intptr_t)machine->gregs[places[number]];
}

static intptr_t displacement(instruction *in, const uint8_t *code, int mod, bool no_base)
{
    int32_t value = 0;

    if (mod == 1) {
        value = (int8_t)code[in->length];
        in->length += 1;
    } else if (mod == 2 || no_base) {
        memcpy(&value, code + in->length, sizeof value);
        in->length += 4;
    }
    return value;
}

/* With ModRM, perhaps SIB and a displacement; index 4 and base 5 with mod 0 mean none, base 5
 * without SIB the instruction that follows. */
static void decode_memory(const mcontext_t *machine, const uint8_t *code, instruction *in)
{
    const int more_base = code[1] & 0x20 ? 0 : 8;
    const int more_index = code[1] & 0x40 ? 0 : 8;
    const int mod = code[4] >> 6;
    const bool has_sib = in->rm == 4;
    const int sib = has_sib ? code[in->length++] : 0;
    const int base = has_sib ? sib & 7 : in->rm;
    const int index = (sib >> 3 & 7) + more_index;
    const bool no_base = mod == 0 && base == 5;

    in->address = displacement(in, code, mod, no_base);
    if (!no_base) {
        in->address += general_register(machine, base + more_base);
    } else if (!has_sib) {
        in->address += (intptr_t)machine->gregs[REG_RIP] + in->length;
    }
    in->stride =
        has_sib && index != 4 ? general_register(machine, index) * ((intptr_t)1 << (sib >> 6)) : 0;
}

/* False unless it may be one of ours; what follows the first byte is read only then. */
static bool decode(const mcontext_t *machine, instruction *in)
{
    const uint8_t *code = (const uint8_t *)machine->gregs[REG_RIP];

    if (code[0] != 0xC4 || (code[1] & 0x1F) != 2 || (code[2] & 0x84) != 0) {
        return false;
    }
    *in = (instruction){.prefix = code[2] & 3,
                        .opcode = code[3],
                        .memory = code[4] >> 6 != 3,
                        .reg = code[4] >> 3 & 7,
                        .rm = code[4] & 7,
                        .vvvv = ~code[2] >> 3 & 15,
                        .length = 5};
    if (in->memory) {
        decode_memory(machine, code, in);
    }
    return true;
}

/* Palette 1, from row 0; 16 numbers of bytes from byte 16 on, as many of rows from byte 48 on. */
static bool load_config(const uint8_t *config)
{
    if (config[0] != 1 || config[1] != 0) {
        return false;
    }
    memset(TILE, 0, sizeof TILE);
    for (int i = 0; i < TILES; i++) {
        TILE[i].row_bytes = config[16 + 2 * i] + 256 * config[17 + 2 * i];
        TILE[i].rows = config[48 + i];
        if (TILE[i].row_bytes > ROW_BYTES || TILE[i].row_bytes % 4 != 0 || TILE[i].rows > ROWS) {
            return false;
        }
    }
    return true;
}

static bool clear_tile(tile *to)
{
    memset(to->values, 0, sizeof to->values);
    return to->rows > 0;
}

static bool load_tile(const instruction *in, tile *to)
{
    for (int r = 0; r < to->rows; r++) {
        memcpy(to->values[r], (const void *)(in->address + r * in->stride), (size_t)to->row_bytes);
    }
    return to->rows > 0;
}

static bool store_tile(const instruction *in, const tile *from)
{
    for (int r = 0; r < from->rows; r++) {
        memcpy((void *)(in->address + r * in->stride), from->values[r], (size_t)from->row_bytes);
    }
    return from->rows > 0;
}

static float as_float(uint32_t bits)
{
    float value;

    memcpy(&value, &bits, sizeof value);
    return value;
}

/* A row of C: the sums over first and over second elements of pairs, both added to it. */
static void add_row(uint32_t c[COLUMNS], const uint32_t a[COLUMNS], const tile *b)
{
    const int columns = b->row_bytes / 4;
    float first[COLUMNS] = {0};
    float second[COLUMNS] = {0};

    for (int k = 0; k < b->rows; k++) {
        const float a_first = as_float(a[k] << 16);
        const float a_second = as_float(a[k] & 0xFFFF0000);

        for (int n = 0; n < columns; n++) {
            first[n] = fmaf(a_first, as_float(b->values[k][n] << 16), first[n]);
            second[n] = fmaf(a_second, as_float(b->values[k][n] & 0xFFFF0000), second[n]);
        }
    }
    for (int n = 0; n < columns; n++) {
        const float sum = as_float(c[n]) + (first[n] + second[n]);

        memcpy(&c[n], &sum, sizeof sum);
    }
}

static bool add_product(tile *c, const tile *a, const tile *b)
{
    if (c == a || c == b || a == b || c->rows == 0 || c->rows != a->rows ||
        a->row_bytes != 4 * b->rows || c->row_bytes != b->row_bytes) {
        return false;
    }
    for (int m = 0; m < c->rows; m++) {
        add_row(c->values[m], a->values[m], b);
    }
    return true;
}

/* False where it is none of ours, or the processor would refuse it. */
static bool execute(const instruction *in)
{
    tile *reg = &TILE[in->reg];

    switch (in->opcode << 2 | in->prefix) {
    case 0x49 << 2 | PREFIX_NONE:
        if (in->memory) {
            return load_config((const uint8_t *)(in->address + in->stride));
        }
        memset(TILE, 0, sizeof TILE);
        return in->reg == 0 && in->rm == 0;
    case 0x49 << 2 | PREFIX_F2:
        return !in->memory && clear_tile(reg);
    case 0x4B << 2 | PREFIX_F2:
    case 0x4B << 2 | PREFIX_66:
        return in->memory && load_tile(in, reg);
    case 0x4B << 2 | PREFIX_F3:
        return in->memory && store_tile(in, reg);
    case 0x5C << 2 | PREFIX_F3:
        return !in->memory && in->vvvv < TILES && add_product(reg, &TILE[in->rm], &TILE[in->vvvv]);
    default:
        return false;
    }
}

/* Sums round to even, denormals are 0 in and out, and nothing is signalled, whatever the
 * interrupted code set: it gets its own MXCSR back. One signal does for what follows, too. */
static void on_illegal_instruction(int signal_number, siginfo_t *info, void *context)
{
    mcontext_t *machine = &((ucontext_t *)context)->uc_mcontext;
    instruction in;
    int executed = 0;

    (void)info;
    _mm_setcsr(_MM_MASK_MASK | _MM_FLUSH_ZERO_ON | _MM_DENORMALS_ZERO_ON);
    while (decode(machine, &in) && execute(&in)) {
        machine->gregs[REG_RIP] += in.length;
        executed++;
    }
    if (executed == 0) {
        (void)signal(signal_number, SIG_DFL);
    }
}

void tile_emulator_install(void)
{
    struct sigaction action = {.sa_sigaction = on_illegal_instruction, .sa_flags = SA_SIGINFO};

    CHECK(sigemptyset(&action.sa_mask) == 0);
    CHECK(sigaction(SIGILL, &action, NULL) == 0);
}
