#include "mpibert/budget/memory_grant.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "mpibert/io/file.h"

enum { LINE_SIZE = 4096, RESERVED_PART = 16 };

static const double KIBIBYTE = 1024.0;
static const double MEBIBYTE = 1024.0 * 1024.0;

/* The number behind `name` and blanks in a file of such lines, times `unit`. */
static bool find_number(const char *path, const char *name, double unit, double *number)
{
    FILE *file = fopen(path, "r");
    char line[LINE_SIZE];
    const size_t length = strlen(name);
    bool found = false;

    while (file != NULL && !found && fgets(line, sizeof(line), file) != NULL) {
        char *end = line;

        if (strncmp(line, name, length) == 0) {
            *number = strtod(line + length, &end) * unit;
        }
        found = end > line + length;
    }
    if (file != NULL) {
        fclose(file);
    }
    return found;
}

/* Where each version of control groups keeps its numbers. */
typedef struct cgroup_version {
    const char *mount; /* below the root */
    const char *limit, *usage;
    const char *cache[2]; /* lines of memory.stat: files' pages, which the kernel takes back */
} cgroup_version;

static const cgroup_version VERSION_1 = {
    "/sys/fs/cgroup/memory",
    "memory.limit_in_bytes",
    "memory.usage_in_bytes",
    {"total_inactive_file ", "total_active_file "},
};
static const cgroup_version VERSION_2 = {
    "/sys/fs/cgroup",
    "memory.max",
    "memory.current",
    {"inactive_file ", "active_file "},
};

/* Bytes that fit in one group yet; false where it has no limit ("max") or is not to be seen. */
static bool room_in_group(const cgroup_version *version, const char *group, double *room)
{
    char path[MPB_PATH_SIZE + LINE_SIZE];
    double limit;
    double usage;
    double cache = 0.0;

    snprintf(path, sizeof(path), "%s/%s", group, version->limit);
    if (!find_number(path, "", 1.0, &limit)) {
        return false;
    }
    snprintf(path, sizeof(path), "%s/%s", group, version->usage);
    if (!find_number(path, "", 1.0, &usage)) {
        return false;
    }
    snprintf(path, sizeof(path), "%s/memory.stat", group);
    for (int i = 0; i < 2; i++) {
        double pages = 0.0;

        cache += find_number(path, version->cache[i], 1.0, &pages) ? pages : 0.0;
    }
    *room = limit - usage + cache;
    return true;
}

/* What all ranks of the node may take together, from now on. */
typedef struct room {
    double bytes;
    char source[MPB_GRANT_TEXT];
} room;

static void take_smaller(double bytes, const char *source, room *smallest)
{
    if (bytes < smallest->bytes) {
        smallest->bytes = bytes > 0.0 ? bytes : 0.0;
        snprintf(smallest->source, sizeof(smallest->source), "%s", source);
    }
}

/* From the group of this process up to the root of what is mounted. In a container the path may
 * begin above that root, so groups that are not there are passed over. */
static void walk_up(const cgroup_version *version, const char *root, char *path, room *smallest)
{
    for (;;) {
        char group[LINE_SIZE];
        char source[MPB_GRANT_TEXT];
        char *slash = strrchr(path, '/');
        double bytes;

        snprintf(group, sizeof(group), "%s%s%s", root, version->mount, path);
        if (room_in_group(version, group, &bytes)) {
            snprintf(source, sizeof(source), "%s of control group %s", version->limit,
                     path[0] == '\0' ? "/" : path);
            take_smaller(bytes, source, smallest);
        }
        if (slash == NULL) {
            return;
        }
        *slash = '\0';
    }
}

/* Whether the comma-separated controllers name memory. */
static bool has_memory(const char *controllers, size_t length)
{
    for (size_t at = 0; at < length; at += strcspn(controllers + at, ",:") + 1) {
        if (strncmp(controllers + at, "memory", 6) == 0 && strcspn(controllers + at, ",:") == 6) {
            return true;
        }
    }
    return false;
}

/* A line of /proc/self/cgroup is NUMBER:CONTROLLERS:PATH; version 2 has no controllers. */
static void read_group(const char *root, char *line, room *smallest)
{
    char *controllers = strchr(line, ':');
    char *path = controllers == NULL ? NULL : strchr(controllers + 1, ':');
    size_t length;

    if (path == NULL) {
        return;
    }
    controllers++;
    length = (size_t)(path - controllers);
    path++;
    path[strcspn(path, "\n")] = '\0';
    if (strcmp(path, "/") == 0) {
        path[0] = '\0';
    }
    if (length == 0) {
        walk_up(&VERSION_2, root, path, smallest);
    } else if (has_memory(controllers, length)) {
        walk_up(&VERSION_1, root, path, smallest);
    }
}

static void read_groups(const char *root, room *smallest)
{
    char path[MPB_PATH_SIZE];
    char line[LINE_SIZE / 2];
    FILE *file;

    snprintf(path, sizeof(path), "%s/proc/self/cgroup", root);
    file = fopen(path, "r");
    while (file != NULL && fgets(line, sizeof(line), file) != NULL) {
        read_group(root, line, smallest);
    }
    if (file != NULL) {
        fclose(file);
    }
}

static void read_available(const char *root, room *smallest)
{
    char path[MPB_PATH_SIZE];
    double bytes;

    snprintf(path, sizeof(path), "%s/proc/meminfo", root);
    if (find_number(path, "MemAvailable:", KIBIBYTE, &bytes)) {
        take_smaller(bytes, "MemAvailable of /proc/meminfo", smallest);
    }
}

/* The job's allocation, which counts from nothing; 0 is Slurm's word for the whole node. */
static double slurm_share(const mpb_memory_sources *sources)
{
    const double mebibytes = sources->slurm_mib == NULL ? 0.0 : strtod(sources->slurm_mib, NULL);

    return mebibytes > 0.0 ? mebibytes * MEBIBYTE / sources->ranks : (double)SIZE_MAX;
}

/* What a limit of this process leaves; `line` of /proc/self/status says what it uses of it. */
static void read_limit(const mpb_memory_sources *sources, size_t limit, const char *line,
                       const char *source, room *smallest)
{
    char path[MPB_PATH_SIZE];
    double used = 0.0;

    if (limit == 0) {
        return;
    }
    snprintf(path, sizeof(path), "%s/proc/self/status", sources->root);
    find_number(path, line, KIBIBYTE, &used);
    take_smaller((double)limit - used + (double)sources->resident, source, smallest);
}

/* Of one rank: what cannot be had at any price. */
static room find_walls(const mpb_memory_sources *sources)
{
    room walls = {.bytes = (double)SIZE_MAX};

    read_groups(sources->root, &walls);
    walls.bytes = walls.bytes / sources->ranks + (double)sources->resident;
    read_limit(sources, sources->address_space, "VmSize:", "ulimit -v", &walls);
    read_limit(sources, sources->data_size, "VmData:", "ulimit -d", &walls);
    return walls;
}

/* Of one rank: what the node and the job are thought to give. */
static void take_estimates(const mpb_memory_sources *sources, room *smallest)
{
    room available = {.bytes = (double)SIZE_MAX};

    read_available(sources->root, &available);
    take_smaller(available.bytes / sources->ranks + (double)sources->resident, available.source,
                 smallest);
    take_smaller(slurm_share(sources), "SLURM_MEM_PER_NODE", smallest);
}

void mpb_memory_grant_find(const mpb_memory_sources *sources, mpb_memory_grant *grant)
{
    room smallest = find_walls(sources);
    double share;

    if (sources->limit == 0) {
        take_estimates(sources, &smallest);
    }
    share = smallest.bytes - smallest.bytes / RESERVED_PART;
    if (sources->limit > 0 && (double)sources->limit <= share) {
        grant->bytes = sources->limit;
        snprintf(grant->source, sizeof(grant->source), "%s", sources->limit_name);
        return;
    }
    grant->bytes = share < (double)SIZE_MAX / 2 ? (size_t)share : SIZE_MAX;
    snprintf(grant->source, sizeof(grant->source), "%.150s, %d rank%s on the node%s%s",
             smallest.source[0] == '\0' ? "no limit is known" : smallest.source, sources->ranks,
             sources->ranks == 1 ? "" : "s", sources->limit > 0 ? "; less than " : "",
             sources->limit > 0 ? sources->limit_name : "");
}

static size_t limit_of(int resource)
{
    struct rlimit limit;

    return getrlimit(resource, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY
               ? (size_t)limit.rlim_cur
               : 0;
}

mpb_status mpb_memory_grant_get(const mpb_comm *comm, size_t limit, const char *limit_name,
                                mpb_memory_grant *grant)
{
    const mpb_memory_sources sources = {
        .root = "",
        .slurm_mib = getenv("SLURM_MEM_PER_NODE"),
        .ranks = mpb_comm_node_size(comm),
        .resident = mpb_memory_resident(),
        .address_space = limit_of(RLIMIT_AS),
        .data_size = limit_of(RLIMIT_DATA),
        .limit = limit,
        .limit_name = limit_name,
    };

    MPB_TRY(mpb_comm_barrier(comm));
    mpb_memory_grant_find(&sources, grant);
    return mpb_comm_barrier(comm);
}

size_t mpb_memory_resident(void)
{
    double bytes = 0.0;

    return find_number("/proc/self/status", "VmRSS:", KIBIBYTE, &bytes) ? (size_t)bytes : 0;
}
