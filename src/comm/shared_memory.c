#include "shared_memory.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "comm_internal.h"

enum { NAME_SIZE = 64 };

/* Of this process and moment: an earlier job may have died and left its name behind. */
static void invent_name(char name[NAME_SIZE])
{
    struct timespec now;

    clock_gettime(CLOCK_REALTIME, &now);
    snprintf(name, NAME_SIZE, "/mpibert-%ld-%lld-%ld", (long)getpid(), (long long)now.tv_sec,
             now.tv_nsec);
}

/* Maps the file. Reserves the part at `offset`, so that a full file system shows here and not when
 * the memory is used. */
static void *map(int file, size_t bytes, size_t offset, size_t part_bytes)
{
    void *base;

    if (posix_fallocate(file, (off_t)offset, (off_t)part_bytes) != 0) {
        return NULL;
    }
    base = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    return base == MAP_FAILED ? NULL : base;
}

/* Everyone passes through the same collectives, whatever fails. */
mpb_status shared_memory_create(MPI_Comm node, size_t part_bytes, shared_memory *memory)
{
    char name[NAME_SIZE] = "";
    int file = -1;
    int rank;
    int size;

    *memory = (shared_memory){0};
    MPB_TRY_MPI(MPI_Comm_rank(node, &rank));
    MPB_TRY_MPI(MPI_Comm_size(node, &size));
    if (rank == 0) {
        invent_name(name);
        file = shm_open(name, O_RDWR | O_CREAT | O_EXCL, 0600);
    }
    MPB_TRY_MPI(MPI_Bcast(name, NAME_SIZE, MPI_CHAR, 0, node));
    if (rank > 0) {
        file = shm_open(name, O_RDWR, 0600);
    }
    if (file >= 0) {
        memory->bytes = part_bytes * (size_t)size;
        memory->base = map(file, memory->bytes, part_bytes * (size_t)rank, part_bytes);
        close(file);
    }
    MPB_TRY_MPI(MPI_Barrier(node)); /* all have opened it */
    if (rank == 0) {
        shm_unlink(name);
    }
    return MPB_OK;
}

void shared_memory_destroy(shared_memory *memory)
{
    if (memory->base != NULL) {
        munmap(memory->base, memory->bytes);
    }
    *memory = (shared_memory){0};
}
