#include "differences.h"

#include <stddef.h>

typedef struct range {
    uint32_t first;
    uint32_t last;
} range;

typedef struct case_range {
    uint32_t first;
    uint32_t last;
    int32_t step; /* from upper to lower case */
} case_range;

/* Format characters (Cf), non-spacing marks (Mn) and punctuation (P*) of Unicode 9 to 18. A range
 * also spans code points of other categories between two of these; none in it was Cf, Mn or P* in
 * Unicode 8. */
static const range plain[] = {
    {0x005C8, 0x005C9}, {0x0061D, 0x0061D}, {0x007FD, 0x007FD}, {0x00890, 0x008E2},
    {0x009FD, 0x009FE}, {0x00A76, 0x00A76}, {0x00AFA, 0x00AFF}, {0x00B53, 0x00B55},
    {0x00C04, 0x00C3C}, {0x00C77, 0x00C77}, {0x00C84, 0x00C84}, {0x00D00, 0x00D00},
    {0x00D3B, 0x00D3C}, {0x00D81, 0x00D81}, {0x00EBA, 0x00EBA}, {0x00ECE, 0x00ECE},
    {0x0180F, 0x01886}, {0x01ABF, 0x01AF0}, {0x01B4E, 0x01B4F}, {0x01B7D, 0x01B7F},
    {0x01DF6, 0x01DFB}, {0x02E43, 0x02E63}, {0x0A82C, 0x0A82C}, {0x0A8C5, 0x0A8C5},
    {0x0A8FF, 0x0A8FF}, {0x0A9BD, 0x0A9BD}, {0x10D24, 0x10F89}, {0x11070, 0x11074},
    {0x110C2, 0x110CD}, {0x111CF, 0x111CF}, {0x1123E, 0x11241}, {0x1133B, 0x1133B},
    {0x113BB, 0x1145E}, {0x11660, 0x1166C}, {0x116B9, 0x116B9}, {0x1182F, 0x11FFF},
    {0x12FF1, 0x1612F}, {0x16D6D, 0x16F4F}, {0x16FE2, 0x16FE4}, {0x1CF00, 0x1D128},
    {0x1D25B, 0x1D25C}, {0x1E000, 0x1E6F5}, {0x1E944, 0x1E95F},
};

/* Code points of Unicode 13 to 18 with a combining class or a canonical decomposition, in ranges
 * that hold no older ones. */
static const range inert[] = {
    {0x005C8, 0x005C9}, {0x007FD, 0x007FD}, {0x00897, 0x008D3}, {0x009FE, 0x009FE},
    {0x00C3C, 0x00C3C}, {0x00D3B, 0x00D3C}, {0x00EBA, 0x00EBA}, {0x01715, 0x01715},
    {0x01ABF, 0x01AF0}, {0x01DF6, 0x01DFA}, {0x0A82C, 0x0A82C}, {0x105C9, 0x105E4},
    {0x10D24, 0x10F85}, {0x11070, 0x11070}, {0x1133B, 0x1133B}, {0x11383, 0x113D0},
    {0x1145E, 0x1145E}, {0x11839, 0x11A99}, {0x11D42, 0x1612F}, {0x16D68, 0x16FF1},
    {0x1D127, 0x1D128}, {0x1D250, 0x1D281}, {0x1E08F, 0x1E6F5},
};

/* Letters, marks and digits of Unicode 15.1 and 16. */
static const range young_words[] = {
    {0x00897, 0x00897}, {0x01C89, 0x01C8A}, {0x0A7CB, 0x0A7CD}, {0x0A7DA, 0x0A7DC},
    {0x105C0, 0x105F3}, {0x10D40, 0x10D65}, {0x10D69, 0x10D6D}, {0x10D6F, 0x10D85},
    {0x10EC2, 0x10EC4}, {0x10EFC, 0x10EFC}, {0x11380, 0x11389}, {0x1138B, 0x1138B},
    {0x1138E, 0x1138E}, {0x11390, 0x113B5}, {0x113B7, 0x113C0}, {0x113C2, 0x113C2},
    {0x113C5, 0x113C5}, {0x113C7, 0x113CA}, {0x113CC, 0x113D3}, {0x113E1, 0x113E2},
    {0x116D0, 0x116E3}, {0x11BC0, 0x11BE0}, {0x11BF0, 0x11BF9}, {0x11F5A, 0x11F5A},
    {0x13460, 0x143FA}, {0x16100, 0x16139}, {0x16D40, 0x16D6C}, {0x16D70, 0x16D79},
    {0x18CFF, 0x18CFF}, {0x1CCF0, 0x1CCF9}, {0x1E5D0, 0x1E5FA}, {0x2EBF0, 0x2EE5D},
};

/* Capital letters of Unicode 16 and 17. */
static const case_range cases[] = {
    {0x01C89, 0x01C89, 1},               /* Cyrillic TJE */
    {0x0A7CB, 0x0A7CB, 0x0264 - 0xA7CB}, /* Latin RAMS HORN */
    {0x0A7CC, 0x0A7CC, 1},               /* Latin S WITH DIAGONAL STROKE */
    {0x0A7CE, 0x0A7CE, 1},               /* Latin PHARYNGEAL VOICED FRICATIVE */
    {0x0A7D2, 0x0A7D2, 1},               /* Latin DOUBLE THORN */
    {0x0A7D4, 0x0A7D4, 1},               /* Latin DOUBLE WYNN */
    {0x0A7DA, 0x0A7DA, 1},               /* Latin LAMBDA */
    {0x0A7DC, 0x0A7DC, 0x019B - 0xA7DC}, /* Latin LAMBDA WITH STROKE */
    {0x10D50, 0x10D65, 0x20},            /* Garay */
    {0x16EA0, 0x16EB8, 0x1B},            /* Beria Erfe */
};

static bool contains(const range *ranges, size_t count, uint32_t c)
{
    size_t low = 0;
    size_t high = count;

    while (low < high) {
        size_t middle = (low + high) / 2;

        if (c > ranges[middle].last) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low < count && c >= ranges[low].first;
}

bool mpb_difference_is_plain(uint32_t c)
{
    return contains(plain, sizeof(plain) / sizeof(plain[0]), c);
}

bool mpb_difference_is_inert(uint32_t c)
{
    return contains(inert, sizeof(inert) / sizeof(inert[0]), c);
}

/* Hanunoo PAMUDPOD and Ahom CONSONANT SIGN MEDIAL RA are spacing marks today. */
bool mpb_difference_is_mark(uint32_t c)
{
    return c == 0x1734 || c == 0x1171E;
}

/* Canadian Syllabics CHI SIGN is a symbol today, Sharada SANDHI MARK a non-spacing mark. */
bool mpb_difference_is_punctuation(uint32_t c)
{
    return c == 0x166D || c == 0x111C9;
}

uint32_t mpb_difference_lower(uint32_t c)
{
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        if (c >= cases[i].first && c <= cases[i].last) {
            return (uint32_t)((int32_t)c + cases[i].step);
        }
    }
    return c;
}

bool mpb_difference_is_word(uint32_t c)
{
    return contains(young_words, sizeof(young_words) / sizeof(*young_words), c);
}
