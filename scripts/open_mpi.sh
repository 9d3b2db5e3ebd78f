# Settings under which Open MPI runs as root, as in most containers, and on a machine with fewer
# cores than ranks; without them mpirun refuses both. To be sourced before mpirun:
#
#     . scripts/open_mpi.sh
#
# Open MPI 4 reads the names of the first two lines, Open MPI 5 those of the next two; the last one
# keeps a container's lack of /sys from being told by every rank.
# shellcheck shell=bash
export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
export OMPI_MCA_rmaps_base_oversubscribe=1
export PRTE_ALLOW_RUN_AS_ROOT=1 PRTE_ALLOW_RUN_AS_ROOT_CONFIRM=1
export PRTE_MCA_rmaps_default_mapping_policy=:oversubscribe
export HWLOC_HIDE_ERRORS=2
