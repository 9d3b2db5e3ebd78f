#include "mpibert/io/file_set.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "mpibert/core/strings.h"
#include "reading.h"

enum { MOST_OPEN = 256, NONE = -1 };

struct mpb_file_set {
    mpb_strings paths;
    int *descriptors;       /* owned, (paths.capacity): NONE of those that are not open */
    size_t open[MOST_OPEN]; /* files, by the place that each holds */
    size_t num_open;
    size_t next; /* the place that is given up next: the one that was taken first */
};

mpb_status mpb_file_set_create(mpb_file_set **set)
{
    mpb_file_set *made = calloc(1, sizeof(*made));

    MPB_REQUIRE(made != NULL, MPB_ERR_SYSTEM, "no memory for a set of files");
    *set = made;
    return MPB_OK;
}

void mpb_file_set_destroy(mpb_file_set **set)
{
    if (*set == NULL) {
        return;
    }
    for (size_t i = 0; i < (*set)->num_open; i++) {
        close((*set)->descriptors[(*set)->open[i]]);
    }
    mpb_strings_clear(&(*set)->paths);
    free((*set)->descriptors);
    free(*set);
    *set = NULL;
}

mpb_status mpb_file_set_add(mpb_file_set *set, const char *path)
{
    const size_t count = set->paths.count;
    int *larger = realloc(set->descriptors, (count + 1) * sizeof(*larger));

    MPB_REQUIRE(larger != NULL, MPB_ERR_SYSTEM, "no memory for a set of files (%s)", path);
    set->descriptors = larger;
    set->descriptors[count] = NONE;
    return mpb_strings_add(&set->paths, path, strlen(path));
}

const char *mpb_file_set_path(const mpb_file_set *set, size_t file)
{
    return set->paths.items[file];
}

/* A place for one more open file. */
static size_t take_place(mpb_file_set *set)
{
    size_t place = set->next;

    if (set->num_open < MOST_OPEN) {
        return set->num_open++;
    }
    close(set->descriptors[set->open[place]]);
    set->descriptors[set->open[place]] = NONE;
    set->next = (place + 1) % MOST_OPEN;
    return place;
}

static mpb_status open_file(mpb_file_set *set, size_t file)
{
    int descriptor;

    if (set->descriptors[file] != NONE) {
        return MPB_OK;
    }
    MPB_TRY(mpb_reading_open(set->paths.items[file], &descriptor));
    posix_fadvise(descriptor, 0, 0, POSIX_FADV_RANDOM);
    set->open[take_place(set)] = file;
    set->descriptors[file] = descriptor;
    return MPB_OK;
}

mpb_status mpb_file_set_read(mpb_file_set *set, size_t file, uint64_t begin, void *out, size_t size)
{
    MPB_TRY(open_file(set, file));
    return mpb_reading_range(set->descriptors[file], set->paths.items[file], begin, out, size);
}

void mpb_file_set_expect(mpb_file_set *set, size_t file, uint64_t begin, size_t size)
{
    if (open_file(set, file) == MPB_OK) {
        posix_fadvise(set->descriptors[file], (off_t)begin, (off_t)size, POSIX_FADV_WILLNEED);
    }
}
