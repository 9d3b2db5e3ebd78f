/* The limits of control groups on the time on cores, in folders like Linux' own. */

#include "facts.h"

#include <stdlib.h>
#include <sys/stat.h>

#include "check.h"
#include "mpibert/io/file.h"

static char root[] = "/tmp/mpibert-quota-XXXXXX";

static void put(const char *name, const char *text)
{
    char path[MPB_PATH_SIZE];
    char folder[MPB_PATH_SIZE];

    snprintf(path, sizeof(path), "%s/%s", root, name);
    snprintf(folder, sizeof(folder), "%s", path);
    *strrchr(folder, '/') = '\0';
    CHECK_OK(mpb_directory_create(folder));
    CHECK_OK(mpb_file_replace(path, text, strlen(text)));
}

static void nothing_known_is_no_limit(void)
{
    CHECK(doctor_cpu_quota(root) == 0.0);
}

static void version_1_has_minus_one_for_no_limit(void)
{
    put("sys/fs/cgroup/cpu/cpu.cfs_period_us", "100000\n");
    put("sys/fs/cgroup/cpu/cpu.cfs_quota_us", "-1\n");
    CHECK(doctor_cpu_quota(root) == 0.0);
    put("sys/fs/cgroup/cpu/cpu.cfs_quota_us", "150000\n");
    CHECK_NEAR(doctor_cpu_quota(root), 1.5, 0.0);
    put("sys/fs/cgroup/cpu/cpu.cfs_quota_us", "-1\n");
}

static void the_smallest_limit_on_the_way_up_counts(void)
{
    put("proc/self/cgroup", "0::/job/step\n");
    put("sys/fs/cgroup/cpu.max", "800000 100000\n");
    CHECK_NEAR(doctor_cpu_quota(root), 8.0, 0.0);
    put("sys/fs/cgroup/job/cpu.max", "400000 100000\n");
    put("sys/fs/cgroup/job/step/cpu.max", "max 100000\n");
    CHECK_NEAR(doctor_cpu_quota(root), 4.0, 0.0);
    put("sys/fs/cgroup/job/step/cpu.max", "600000 100000\n");
    CHECK_NEAR(doctor_cpu_quota(root), 4.0, 0.0);
}

int main(void)
{
    CHECK(mkdtemp(root) != NULL);
    nothing_known_is_no_limit();
    version_1_has_minus_one_for_no_limit();
    the_smallest_limit_on_the_way_up_counts();
    CHECK_OK(mpb_path_remove(root));
    return 0;
}
