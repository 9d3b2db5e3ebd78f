/* How paths look to the ranks of a host, and that nothing is left in them. */

#include "paths.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "check.h"
#include "mpibert/io/file.h"

static char root[32] = "/tmp/mpibert-paths-XXXXXX";

static const char *below(const char *name)
{
    static char path[MPB_PATH_SIZE];

    snprintf(path, sizeof(path), "%s%s%s", root, name[0] == '\0' ? "" : "/", name);
    return path;
}

/* As the first rank of the host sees it. */
static doctor_path look(const mpb_comm *comm, const char *name, bool written)
{
    const doctor_place place = {below(name), written};
    doctor_path state;

    CHECK_OK(doctor_look_at_paths(comm, mpb_comm_rank(comm) == 0, &place, 1, &state));
    CHECK(state.looked == (mpb_comm_rank(comm) == 0));
    CHECK_OK(mpb_comm_broadcast(comm, &state, sizeof(state)));
    return state;
}

static void files_and_folders_are_read_and_locked(const mpb_comm *comm)
{
    const doctor_path file = look(comm, "data/a.csv", false);
    const doctor_path folder = look(comm, "data", false);
    const doctor_path missing = look(comm, "none", false);

    CHECK(file.exists && file.allowed && file.locks && file.flocks);
    CHECK(folder.exists && folder.allowed && folder.locks && folder.flocks);
    CHECK(!missing.exists);
}

static void a_folder_that_is_missing_is_one_that_can_be_made(const mpb_comm *comm)
{
    const doctor_path folder = look(comm, "data", true);
    const doctor_path missing = look(comm, "data/runs/new", true);

    CHECK(folder.exists && folder.allowed && folder.locks && folder.shared);
    CHECK(folder.free_bytes > 0.0);
    CHECK(!missing.exists && missing.allowed && missing.shared);
}

static void a_file_is_no_place_for_a_run(const mpb_comm *comm)
{
    const doctor_path state = look(comm, "data/a.csv/run", true);

    CHECK(!state.allowed);
    CHECK_TEXT(state.reason, "Not a directory");
}

static void nothing_is_left_behind(const mpb_comm *comm)
{
    if (mpb_comm_rank(comm) == 0) {
        CHECK(unlink(below("data/a.csv")) == 0);
        CHECK(rmdir(below("data")) == 0); /* fails where anything is in it */
    }
}

int main(int argc, char **argv)
{
    mpb_comm *comm = NULL;

    CHECK_OK(mpb_comm_start(&argc, &argv, &comm));
    if (mpb_comm_rank(comm) == 0) {
        CHECK(mkdtemp(root) != NULL);
        CHECK(mkdir(below("data"), 0700) == 0);
        CHECK_OK(mpb_file_replace(below("data/a.csv"), "text\n", 5));
    }
    CHECK_OK(mpb_comm_broadcast(comm, root, sizeof(root)));
    files_and_folders_are_read_and_locked(comm);
    a_folder_that_is_missing_is_one_that_can_be_made(comm);
    a_file_is_no_place_for_a_run(comm);
    nothing_is_left_behind(comm);
    if (mpb_comm_rank(comm) == 0) {
        CHECK(rmdir(root) == 0);
    }
    mpb_comm_stop(&comm);
    return 0;
}
