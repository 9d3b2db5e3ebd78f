#include "mpibert/budget/memory_grant.h"

#include <unistd.h>

#include "check.h"
#include "mpibert/io/file.h"

/* A tree in place of /proc and /sys. */
static char root[] = "/tmp/mpibert-grant-XXXXXX";

static const double MIB = 1024.0 * 1024.0;

static void put(const char *name, const char *text)
{
    char path[MPB_PATH_SIZE];
    char folder[MPB_PATH_SIZE];

    snprintf(path, sizeof(path), "%s%s", root, name);
    snprintf(folder, sizeof(folder), "%s", path);
    *strrchr(folder, '/') = '\0';
    CHECK_OK(mpb_directory_create(folder));
    CHECK_OK(mpb_file_replace(path, text, strlen(text)));
}

/* After the sixteenth that stays free. */
static void grants(int ranks, const char *slurm_mib, double resident, double bytes,
                   const char *source)
{
    const mpb_memory_sources sources = {
        .root = root, .slurm_mib = slurm_mib, .ranks = ranks, .resident = (size_t)resident};
    mpb_memory_grant grant;

    mpb_memory_grant_find(&sources, &grant);
    CHECK_NEAR((double)grant.bytes, bytes * 15.0 / 16.0, 1.0); /* cut to a whole byte */
    CHECK(strstr(grant.source, source) != NULL);
}

static void available_memory_is_shared_by_the_ranks_of_a_node(void)
{
    put("/proc/meminfo", "MemTotal:  9000000 kB\nMemFree: 10 kB\nMemAvailable:    4194304 kB\n");
    grants(1, NULL, 0.0, 4096.0 * MIB, "MemAvailable of /proc/meminfo, 1 rank on the node");
    grants(4, NULL, 0.0, 1024.0 * MIB, "MemAvailable of /proc/meminfo, 4 ranks on the node");
}

static void what_a_rank_holds_already_comes_on_top(void)
{
    grants(2, NULL, 100.0 * MIB, 2148.0 * MIB, "MemAvailable");
}

static void slurm_counts_from_nothing(void)
{
    grants(2, "2048", 100.0 * MIB, 1024.0 * MIB, "SLURM_MEM_PER_NODE, 2 ranks");
    grants(2, "999999", 0.0, 2048.0 * MIB, "MemAvailable");
    grants(2, "0", 0.0, 2048.0 * MIB, "MemAvailable");
}

static void tightest_group_above_the_process_counts(void)
{
    put("/proc/self/cgroup", "0::/slurm/job_7/step_0\n");
    put("/sys/fs/cgroup/slurm/job_7/step_0/memory.max", "max\n");
    put("/sys/fs/cgroup/slurm/job_7/step_0/memory.current", "5000\n");
    put("/sys/fs/cgroup/slurm/job_7/memory.max", "2147483648\n");
    put("/sys/fs/cgroup/slurm/job_7/memory.current", "1073741824\n");
    put("/sys/fs/cgroup/slurm/memory.max", "3221225472\n");
    put("/sys/fs/cgroup/slurm/memory.current", "1073741824\n");
    grants(1, NULL, 0.0, 1024.0 * MIB, "memory.max of control group /slurm/job_7, 1 rank");
    grants(2, NULL, 10.0 * MIB, 522.0 * MIB, "memory.max of control group /slurm/job_7, 2 ranks");
}

static void pages_of_files_count_as_free(void)
{
    put("/sys/fs/cgroup/slurm/job_7/memory.stat",
        "anon 1000\nfile 536870912\ninactive_file 268435456\nactive_file 104857600\n");
    grants(1, NULL, 0.0, (1024.0 + 256.0 + 100.0) * MIB, "/slurm/job_7");
}

static void full_group_grants_what_the_rank_holds(void)
{
    put("/sys/fs/cgroup/slurm/job_7/memory.stat", "anon 1000\n");
    put("/sys/fs/cgroup/slurm/job_7/memory.current", "3147483648\n");
    grants(1, NULL, 64.0 * MIB, 64.0 * MIB, "/slurm/job_7");
}

static void groups_of_version_1_are_found_by_their_controller(void)
{
    put("/proc/self/cgroup",
        "9:name=systemd:/\n5:cpuset:/memory\n4:cpu,memory:/docker/abc\n0::/nowhere\n");
    put("/sys/fs/cgroup/memory/memory.limit_in_bytes", "1073741824\n");
    put("/sys/fs/cgroup/memory/memory.usage_in_bytes", "268435456\n");
    put("/sys/fs/cgroup/memory/memory.stat",
        "inactive_file 7\ntotal_inactive_file 1048576\ntotal_active_file 1048576\n");
    grants(1, NULL, 0.0, 770.0 * MIB, "memory.limit_in_bytes of control group /, 1 rank");
}

static void unlimited_group_leaves_the_rest_to_decide(void)
{
    put("/sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n");
    grants(1, NULL, 0.0, 4096.0 * MIB, "MemAvailable");
}

static void named(size_t limit, double bytes, const char *source)
{
    const mpb_memory_sources sources = {
        .root = root, .ranks = 2, .limit = limit, .limit_name = "training.memory_limit"};
    mpb_memory_grant grant;

    mpb_memory_grant_find(&sources, &grant);
    CHECK_NEAR((double)grant.bytes, bytes, 1.0);
    CHECK_TEXT(grant.source, source);
}

/* Estimates give way to who knows better; a control group kills. */
static void a_named_limit_counts_up_to_that_of_the_control_group(void)
{
    put("/proc/self/cgroup", "0::/job\n");
    put("/sys/fs/cgroup/job/memory.max", "8589934592\n");
    put("/sys/fs/cgroup/job/memory.current", "0\n");
    named((size_t)(3000.0 * MIB), 3000.0 * MIB, "training.memory_limit");
    named((size_t)(5000.0 * MIB), 4096.0 * MIB * 15.0 / 16.0,
          "memory.max of control group /job, 2 ranks on the node; less than training.memory_limit");
}

static void limits_of_the_process_count_whole_for_each_rank(void)
{
    mpb_memory_sources sources = {.root = root,
                                  .ranks = 4,
                                  .resident = (size_t)(100.0 * MIB),
                                  .address_space = (size_t)(1000.0 * MIB)};
    mpb_memory_grant grant;

    put("/proc/self/status", "VmSize:\t  409600 kB\nVmData:\t  204800 kB\n");
    mpb_memory_grant_find(&sources, &grant);
    CHECK_NEAR((double)grant.bytes, 700.0 * MIB * 15.0 / 16.0, 1.0);
    CHECK(strstr(grant.source, "ulimit -v, 4 ranks") != NULL);
    sources.data_size = (size_t)(600.0 * MIB);
    mpb_memory_grant_find(&sources, &grant);
    CHECK_NEAR((double)grant.bytes, 500.0 * MIB * 15.0 / 16.0, 1.0);
    CHECK(strstr(grant.source, "ulimit -d, 4 ranks") != NULL);
}

/* What was touched since, but for what the kernel has not counted yet: up to 64 pages a thread. */
static void memory_that_was_touched_is_resident(void)
{
    const size_t size = 16 << 20;
    const size_t before = mpb_memory_resident();
    volatile char *block = malloc(size);

    CHECK(before > 0 && block != NULL);
    for (size_t at = 0; at < size; at += 1024) {
        block[at] = 1;
    }
    CHECK(mpb_memory_resident() > before + size - (1 << 20));
    free((char *)block);
}

int main(void)
{
    CHECK(mkdtemp(root) != NULL);
    available_memory_is_shared_by_the_ranks_of_a_node();
    what_a_rank_holds_already_comes_on_top();
    slurm_counts_from_nothing();
    tightest_group_above_the_process_counts();
    pages_of_files_count_as_free();
    full_group_grants_what_the_rank_holds();
    groups_of_version_1_are_found_by_their_controller();
    unlimited_group_leaves_the_rest_to_decide();
    a_named_limit_counts_up_to_that_of_the_control_group();
    limits_of_the_process_count_whole_for_each_rank();
    memory_that_was_touched_is_resident();
    CHECK_OK(mpb_path_remove(root));
    return 0;
}
