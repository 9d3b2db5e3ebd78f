#include "mpibert/core/suggest.h"

#include <string.h>

enum { LONGEST = 63 };

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Row i of the table of distances between the first i letters of a and the first j of b, from the
 * two rows before it. */
static void fill_row(const char *a, const char *b, size_t i, const size_t *older,
                     const size_t *previous, size_t *row)
{
    size_t length = strlen(b);

    row[0] = i;
    for (size_t j = 1; j <= length; j++) {
        size_t replaced = previous[j - 1] + (a[i - 1] != b[j - 1]);

        row[j] = smaller(replaced, smaller(previous[j], row[j - 1]) + 1);
        if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
            row[j] = smaller(row[j], older[j - 2] + 1);
        }
    }
}

size_t mpb_edit_distance(const char *a, const char *b)
{
    size_t rows[3][LONGEST + 1];
    size_t length_a = strlen(a);
    size_t length_b = strlen(b);

    if (length_a > LONGEST || length_b > LONGEST) {
        return length_a > length_b ? length_a : length_b;
    }
    for (size_t j = 0; j <= length_b; j++) {
        rows[0][j] = j;
    }
    for (size_t i = 1; i <= length_a; i++) {
        fill_row(a, b, i, rows[(i + 1) % 3], rows[(i - 1) % 3], rows[i % 3]);
    }
    return rows[length_a % 3][length_b];
}

size_t mpb_suggest_limit(const char *word)
{
    size_t third = strlen(word) / 3;

    return third > 1 ? third : 1;
}

const char *mpb_suggest(const char *word, const char *const *words, size_t count)
{
    size_t nearest = mpb_suggest_limit(word) + 1;
    const char *found = NULL;

    for (size_t i = 0; i < count; i++) {
        size_t distance = words[i] == NULL ? nearest : mpb_edit_distance(word, words[i]);

        if (distance < nearest) {
            nearest = distance;
            found = words[i];
        }
    }
    return found;
}
