#pragma once

/* One input of a corpus: a file, a folder of texts, or text in memory.
 *
 * An input is cut into ranges that begin and end where records do (cut.h); each range is read on
 * its own, so ranges can be shared out to ranks and read in any order. Local. */

#include <stddef.h>
#include <stdint.h>

#include "mpibert/core/buffer.h"
#include "mpibert/core/status.h"
#include "mpibert/records/folder.h"
#include "mpibert/records/read_options.h"
#include "mpibert/records/readers.h"
#include "mpibert/records/record.h"

enum { MPB_RECORD_LIMIT = 64 << 20 }; /* bytes of the largest record of a file */

typedef struct mpb_input {
    const mpb_read_options *options; /* borrowed */
    mpb_data_format format;          /* neither MPB_FORMAT_AUTO nor MPB_FORMAT_SHARDS */
    char *name;                      /* owned: what people call it */
    char *path;                      /* owned: where the bytes are; NULL: in memory */
    const char *content;             /* borrowed: the bytes in memory; NULL: in a file */
    uint64_t begin;                  /* of the records: behind byte order mark and column names */
    uint64_t size;                   /* bytes; of a folder: files */
    bool cr_lines;                   /* lines end with CR alone; readers see LF */
    mpb_columns columns;             /* of a table, CoNLL, CoNLL-U */
    mpb_folder folder;               /* of a folder */
} mpb_input;

/* A stretch of an input: bytes [begin, end) of a file, files [begin, end) of a folder. */
typedef struct mpb_range {
    size_t input; /* index of the input in the corpus */
    uint64_t begin;
    uint64_t end;
    bool too_long; /* a single record above MPB_RECORD_LIMIT */
} mpb_range;

/* Opens the file or folder `name`, whose bytes are at `path` (the same, or an unpacked copy).
 * `input` is {0} before, and on failure. */
MPB_MUST_CHECK mpb_status mpb_input_open(const char *name, const char *path,
                                         const mpb_read_options *options, mpb_input *input);

/* Text in memory, borrowed; MPB_FORMAT_AUTO means plain text. */
MPB_MUST_CHECK mpb_status mpb_input_open_memory(const char *name, const char *content, size_t size,
                                                const mpb_read_options *options, mpb_input *input);
void mpb_input_close(mpb_input *input);

/* bytes = those of [begin, begin + size), with LF for CR where lines end so. */
MPB_MUST_CHECK mpb_status mpb_input_fetch(const mpb_input *input, uint64_t begin, size_t size,
                                          mpb_buffer *bytes);

/* MPB_ERR_DATA: a record of `bytes` and perhaps more is above MPB_RECORD_LIMIT. */
MPB_MUST_CHECK mpb_status mpb_input_refuse_long(const mpb_input *input, uint64_t bytes,
                                                const mpb_place *place);

/* Memory that reading one range after the other needs. Starts as {0}. */
typedef struct mpb_input_scratch {
    mpb_buffer bytes;
    mpb_buffer decoded;
} mpb_input_scratch;

void mpb_input_scratch_clear(mpb_input_scratch *scratch);

/* Gives the records of a range to the sink. Its bytes stay in scratch->bytes until the next
 * call (of a folder: those of the last file). */
MPB_MUST_CHECK mpb_status mpb_input_read(const mpb_input *input, const mpb_range *range,
                                         mpb_input_scratch *scratch, mpb_sink *sink);
