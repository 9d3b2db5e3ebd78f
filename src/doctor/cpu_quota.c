/* Control groups limit the time on cores without taking cores away: nothing else shows it. */

#include <stdio.h>
#include <string.h>

#include "facts.h"

enum { PATH_SIZE = 2048, LINE_SIZE = 1024 };

/* Version 2: "QUOTA PERIOD" in microseconds, or "max PERIOD". */
static double quota_of_group(const char *group)
{
    char path[PATH_SIZE + 16];
    double quota;
    double period;
    double cores = 0.0;
    FILE *file;

    snprintf(path, sizeof(path), "%s/cpu.max", group);
    file = fopen(path, "r");
    if (file != NULL) {
        if (fscanf(file, "%lf %lf", &quota, &period) == 2 && period > 0.0) {
            cores = quota / period;
        }
        fclose(file);
    }
    return cores;
}

static double read_number(const char *root, const char *name)
{
    char path[PATH_SIZE];
    double number = 0.0;
    FILE *file;

    snprintf(path, sizeof(path), "%.900s/sys/fs/cgroup/cpu/%s", root, name);
    file = fopen(path, "r");
    if (file != NULL) {
        number = fscanf(file, "%lf", &number) == 1 ? number : 0.0;
        fclose(file);
    }
    return number;
}

/* Version 1, as a container sees it: its own group at the mount's root; -1: no limit. */
static double quota_of_version_1(const char *root)
{
    const double quota = read_number(root, "cpu.cfs_quota_us");
    const double period = read_number(root, "cpu.cfs_period_us");

    return quota > 0.0 && period > 0.0 ? quota / period : 0.0;
}

/* The group of this process, "" at the root: the line "0::/PATH". */
static void find_group(const char *root, char group[LINE_SIZE])
{
    char path[PATH_SIZE];
    char line[LINE_SIZE];
    FILE *file;

    group[0] = '\0';
    snprintf(path, sizeof(path), "%.900s/proc/self/cgroup", root);
    file = fopen(path, "r");
    while (file != NULL && fgets(line, sizeof(line), file) != NULL) {
        if (strncmp(line, "0::/", 4) == 0) {
            line[strcspn(line, "\n")] = '\0';
            snprintf(group, LINE_SIZE, "%s", line[4] == '\0' ? "" : line + 3);
        }
    }
    if (file != NULL) {
        fclose(file);
    }
}

double doctor_cpu_quota(const char *root)
{
    double least = quota_of_version_1(root);
    char group[LINE_SIZE];

    find_group(root, group);
    for (;;) {
        char path[PATH_SIZE];
        char *slash = strrchr(group, '/');
        double cores;

        snprintf(path, sizeof(path), "%.900s/sys/fs/cgroup%s", root, group);
        cores = quota_of_group(path);
        least = cores > 0.0 && (least <= 0.0 || cores < least) ? cores : least;
        if (slash == NULL) {
            return least;
        }
        *slash = '\0';
    }
}
