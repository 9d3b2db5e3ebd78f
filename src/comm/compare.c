#include <string.h>

#include "comm_internal.h"

static mpb_status check_equal(const mpb_comm *comm, const mpb_buffer *first, const void *bytes,
                              size_t size, const char *what, const char *where)
{
    MPB_REQUIRE(first->size == size && memcmp(first->data, bytes, size) == 0, MPB_ERR_DATA,
                "%s must be what rank 0 on %s has read: all hosts have to see the same files (%s)",
                what, comm->hosts[0].name, where);
    return MPB_OK;
}

mpb_status mpb_comm_compare(const mpb_comm *comm, const void *bytes, size_t size, const char *what,
                            const char *where)
{
    uint64_t count = size;
    mpb_buffer first = {0};
    mpb_status status;

    if (comm->size == 1) {
        return MPB_OK;
    }
    MPB_TRY(mpb_comm_broadcast(comm, &count, sizeof(count)));
    status = mpb_comm_agree(comm, comm->rank == 0 ? mpb_buffer_append(&first, bytes, size)
                                                  : mpb_buffer_reserve(&first, (size_t)count));
    if (status == MPB_OK) {
        first.size = (size_t)count;
        status = mpb_comm_broadcast(comm, first.data, first.size);
    }
    if (status == MPB_OK) {
        status = mpb_comm_agree(comm, check_equal(comm, &first, bytes, size, what, where));
    }
    mpb_buffer_clear(&first);
    return status;
}
