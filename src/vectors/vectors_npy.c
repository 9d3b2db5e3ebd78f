#include <stdio.h>
#include <string.h>

#include "mpibert/core/buffer.h"
#include "mpibert/io/file.h"
#include "mpibert/vectors/vector_files.h"

/* Magic, version and length, then a dictionary that ends with a line break where the numbers, which
 * begin at a multiple of 64 bytes, are next. */
enum { PREFIX = 10, HEADER = 128 };

static void make_header(const mpb_vector_set *set, char header[HEADER])
{
    const size_t length = HEADER - PREFIX;
    int used;

    memset(header, ' ', HEADER);
    memcpy(header, "\x93NUMPY\x01\x00", 8);
    header[8] = (char)(length & 0xFF);
    header[9] = (char)(length >> 8);
    used = snprintf(header + PREFIX, length,
                    "{'descr': '<f4', 'fortran_order': False, 'shape': (%zu, %zu), }", set->count,
                    set->width);
    header[PREFIX + used] = ' '; /* in place of the NUL */
    header[HEADER - 1] = '\n';
}

/* The bytes of this machine's floats are those of the format: x86-64 is little-endian. */
mpb_status mpb_vectors_write_npy(const char *path, const mpb_vector_set *set)
{
    char header[HEADER];
    mpb_buffer content = {0};
    mpb_status status;

    make_header(set, header);
    status = mpb_buffer_append(&content, header, sizeof(header));
    if (status == MPB_OK) {
        status = mpb_buffer_append(&content, set->values,
                                   set->count * set->width * sizeof(*set->values));
    }
    if (status == MPB_OK) {
        status = mpb_file_replace(path, content.data, content.size);
    }
    mpb_buffer_clear(&content);
    return status;
}
