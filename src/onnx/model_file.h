#pragma once

/* ModelProto of a finished graph as the pieces of its file, and of the one beside it that holds
 * its weights where they lie apart. Weights stay where they are. */

#include "graph.h"
#include "mpibert/io/file.h"

typedef struct model_file {
    const graph *graph;     /* borrowed */
    const char *data_name;  /* borrowed: of the file of the weights; NULL: there is none */
    mpb_buffer begin;       /* owned: all that comes before the tensors */
    mpb_buffer *heads;      /* owned, (num_tensors): all of a tensor but values that follow it */
    mpb_file_piece *pieces; /* owned, (count) */
    mpb_file_piece *data;   /* owned, (data_count) */
    size_t count, data_count;
    uint64_t bytes; /* of the file */
} model_file;

/* A field that is a StringStringEntryProto. */
MPB_MUST_CHECK mpb_status model_file_entry(mpb_buffer *to, int field, const char *key,
                                           const char *value);

/* `settings` are fields of ModelProto that come before the graph. `file` starts as {0} and is the
 * caller's to clear, also after a failure. */
MPB_MUST_CHECK mpb_status model_file_make(const graph *from, const mpb_buffer *settings,
                                          const char *data_name, model_file *file);
void model_file_clear(model_file *file);
