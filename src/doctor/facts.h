#pragma once

/* What one rank finds out about itself and its host. Ranks send it as it is: no pointers. */

#include <stdbool.h>

#include "mpibert/doctor/doctor.h"

enum {
    DOCTOR_NAME = 72,
    DOCTOR_TEXT = 160,
    DOCTOR_MAX_PATHS = 12,
    DOCTOR_MAX_ADDRESSES = 8,
};

typedef struct doctor_cores {
    int own;         /* of the rank alone */
    int idle;        /* that the launcher gave to no rank of the host */
    int granted;     /* of the host, to the job */
    int ranks;       /* of the host */
    int threads;     /* of the rank's team */
    double quota;    /* cores' worth of time that control groups allow; 0: no limit */
    int omp_threads; /* OMP_NUM_THREADS; 0: not set */
} doctor_cores;

typedef struct doctor_software {
    char cpu[DOCTOR_NAME];
    char instruction_set[DOCTOR_NAME];
    char blas[DOCTOR_TEXT];
    char better_coretype[DOCTOR_NAME]; /* "": BLAS computes with kernels that suit the CPU */
    char program[DOCTOR_TEXT];
    char mpi[DOCTOR_TEXT];
} doctor_software;

typedef struct doctor_memory {
    double granted; /* bytes of the rank */
    char source[DOCTOR_TEXT];
    double shared_size; /* bytes of /dev/shm; 0: there is none */
    double shared_free;
    bool lacks_shared;            /* ranks of the host could not share memory */
    char huge_pages[DOCTOR_NAME]; /* always, madvise or never; "": the system does not say */
    bool single_copy_refused;     /* a process may not read another's memory */
} doctor_memory;

/* Limits of the process, each 0 where there is none. */
typedef struct doctor_limits {
    double files;
    double processes;
    double file_bytes;
    double cpu_seconds;
    double locked_bytes;
} doctor_limits;

typedef struct doctor_address {
    char device[DOCTOR_NAME];
    char text[DOCTOR_NAME]; /* of IPv4 */
} doctor_address;

typedef struct doctor_network {
    double clock_ahead; /* seconds, of rank 0's */
    double best_link;   /* bytes a second with the best partner of its host; 0: not measured */
    bool fast;          /* InfiniBand or the like has an active port */
    int num_addresses;
    doctor_address addresses[DOCTOR_MAX_ADDRESSES]; /* of devices that are up, without loopback */
    char tcp_flags[DOCTOR_NAME];                    /* OMPI_MCA_btl_tcp_flags, "": not set */
    char forced_tcp[DOCTOR_TEXT]; /* the setting that keeps MPI to TCP, "": none does */
} doctor_network;

typedef struct doctor_path {
    bool looked; /* the first rank of each host does */
    bool exists;
    bool folder;
    bool allowed; /* to read it, or to write in it (where it is missing: to make it) */
    bool locks;   /* fcntl's locks, which tell runs of each other */
    bool flocks;  /* flock's, which HDF5 takes unless told otherwise */
    bool shared;  /* what rank 0 wrote is seen here */
    double free_bytes;
    char reason[DOCTOR_TEXT]; /* why it is not allowed */
} doctor_path;

typedef struct doctor_facts {
    char host[DOCTOR_NAME];
    int rank;
    bool leads;      /* the first rank of its host */
    int host_number; /* in the order of their first ranks; filled in when all facts are there */
    doctor_cores cores;
    doctor_software software;
    doctor_memory memory;
    doctor_limits limits;
    doctor_network network;
    bool hdf5_locks; /* HDF5_USE_FILE_LOCKING says that it takes them */
    doctor_path paths[DOCTOR_MAX_PATHS];
} doctor_facts;

/* Each fills in its part. Local. */
void doctor_find_cores(const mpb_comm *comm, int64_t threads, doctor_cores *cores);
void doctor_find_software(const char *program, doctor_software *software);
void doctor_find_limits(doctor_limits *limits);
void doctor_find_network(doctor_network *network);

/* Collective, for what the grant is shared out by. */
MPB_MUST_CHECK mpb_status doctor_find_memory(const mpb_comm *comm, doctor_memory *memory);

/* Cores' worth of time by the control groups below `root` ("" but in tests); 0: no limit. */
double doctor_cpu_quota(const char *root);
