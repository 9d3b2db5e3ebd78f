#include <stdlib.h>
#include <string.h>

#include "mpibert/records/label_names.h"

enum { FIRST_SLOTS = 64 };

/* FNV-1a (Fowler, Noll, Vo). */
uint64_t mpb_hash_text(const char *name)
{
    uint64_t hash = UINT64_C(0xCBF29CE484222325);

    for (; *name != '\0'; name++) {
        hash = (hash ^ (unsigned char)*name) * UINT64_C(0x100000001B3);
    }
    return hash ^ hash >> 32;
}

/* The slot of the name, or the free one where it belongs. */
static size_t locate(const mpb_name_set *set, const char *name)
{
    size_t mask = set->num_slots - 1;
    size_t at = (size_t)mpb_hash_text(name) & mask;

    while (set->slots[at] != 0 && strcmp(set->names.items[set->slots[at] - 1], name) != 0) {
        at = (at + 1) & mask;
    }
    return at;
}

static mpb_status grow(mpb_name_set *set)
{
    size_t num_slots = set->num_slots == 0 ? FIRST_SLOTS : 2 * set->num_slots;
    uint32_t *slots = calloc(num_slots, sizeof(*slots));

    MPB_REQUIRE(slots != NULL, MPB_ERR_SYSTEM, "no memory for %zu names", num_slots);
    free(set->slots);
    set->slots = slots;
    set->num_slots = num_slots;
    for (size_t i = 0; i < set->names.count; i++) {
        set->slots[locate(set, set->names.items[i])] = (uint32_t)i + 1;
    }
    return MPB_OK;
}

mpb_status mpb_name_set_add(mpb_name_set *set, const char *name, size_t *index)
{
    size_t slot;

    if (2 * (set->names.count + 1) > set->num_slots) {
        MPB_TRY(grow(set));
    }
    slot = locate(set, name);
    if (set->slots[slot] == 0) {
        MPB_TRY(mpb_strings_add(&set->names, name, strlen(name)));
        set->slots[slot] = (uint32_t)set->names.count;
    }
    *index = set->slots[slot] - 1;
    return MPB_OK;
}

void mpb_name_set_clear(mpb_name_set *set)
{
    mpb_strings_clear(&set->names);
    free(set->slots);
    *set = (mpb_name_set){0};
}
