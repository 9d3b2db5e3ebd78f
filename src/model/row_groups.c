#include <assert.h>
#include <string.h>

#include "model_internal.h"

/* A counting sort, which keeps the order of equal keys. */
void row_groups_make(row_groups *groups, const uint32_t *keys, size_t num_rows, size_t num_keys)
{
    uint32_t *next = groups->next;
    uint32_t before = 0;

    memset(next, 0, num_keys * sizeof(*next));
    for (size_t t = 0; t < num_rows; t++) {
        assert(keys[t] < num_keys);
        next[keys[t]]++;
    }
    groups->count = 0;
    for (size_t key = 0; key < num_keys; key++) {
        const uint32_t count = next[key];

        if (count > 0) {
            groups->keys[groups->count] = (uint32_t)key;
            groups->begins[groups->count] = before;
            groups->count++;
        }
        next[key] = before;
        before += count;
    }
    groups->begins[groups->count] = before;
    for (size_t t = 0; t < num_rows; t++) {
        groups->order[next[keys[t]]++] = (uint32_t)t;
    }
}
