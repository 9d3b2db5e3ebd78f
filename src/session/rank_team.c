#include "mpibert/session/rank_team.h"

/* Of the rank that lacks most, on all ranks. */
static mpb_status count_missing(const mpb_comm *comm, int threads, int *missing)
{
    double most = threads - mpb_comm_cores(comm);

    MPB_TRY(mpb_comm_max_double(comm, &most, 1));
    *missing = (int)most;
    return MPB_OK;
}

static void explain(const mpb_log *log, const mpb_comm *comm, int64_t wanted, int missing)
{
    static const char remedy[] = "mpirun --bind-to none gives the ranks all cores of their node";
    const int idle = mpb_comm_idle_cores(comm);

    if (missing > 0) {
        mpb_log_warning(log, "%lld threads are %d more than a rank has cores, they take turns%s%s",
                        (long long)wanted, missing, idle > 0 ? "; " : "", idle > 0 ? remedy : "");
    } else if (wanted == 0 && idle > 0) {
        mpb_log_info(log, "%d core(s) of this node stay idle, no rank was given them; %s", idle,
                     remedy);
    }
}

mpb_status mpb_rank_team_begin(const mpb_log *log, const mpb_comm *comm, int64_t threads,
                               mpb_team *team)
{
    const int cores = mpb_comm_cores(comm);
    const int number = threads > 0 ? (int)threads : cores;
    int missing = 0;

    MPB_TRY(count_missing(comm, number, &missing));
    explain(log, comm, threads, missing);
    return mpb_comm_agree(comm, mpb_team_begin(number, mpb_comm_own_cores(comm), cores, team));
}
