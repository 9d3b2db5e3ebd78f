#pragma once

/* Where the readers of all formats put what they find: cleans and cuts texts, keeps label texts
 * until all are known, and numbers them. */

#include <stdbool.h>
#include <stddef.h>

#include "mpibert/core/buffer.h"
#include "mpibert/core/status.h"
#include "mpibert/core/strings.h"
#include "mpibert/data/examples.h"
#include "record.h"

typedef struct mpb_collector {
    const mpb_read_options *options; /* borrowed */
    const mpb_strings *names;        /* borrowed: given label names; NULL: from the data */
    mpb_sink sink;                   /* that fills the collector */
    size_t first_row;                /* examples that the caller already has: rows count on */
    mpb_examples examples;           /* owned: labels are -1 until mpb_collector_finish */
    mpb_strings labels;              /* owned, (examples.count): label texts, "" for none */
    mpb_strings classes;             /* owned: names of class folders, empty ones too */
    mpb_buffer scratch;              /* owned: the text being cleaned */
} mpb_collector;

/* mpb_sink's take; `context` is the collector. */
MPB_MUST_CHECK mpb_status mpb_collector_take(void *context, const mpb_record *record);

/* Numbers the labels and fills in examples.label_names. */
MPB_MUST_CHECK mpb_status mpb_collector_finish(mpb_collector *collector);
void mpb_collector_clear(mpb_collector *collector);

/* The position in `names` of a label's text, or -1. The number k also names "LABEL_k", which is
 * what model configurations hold where labels never had names. */
int mpb_label_find(const mpb_strings *names, const char *label);

/* `names` = the distinct texts of labels and classes, without "": sorted by value where all of
 * them are whole numbers, otherwise by bytes. */
MPB_MUST_CHECK mpb_status mpb_label_names(const mpb_strings *labels, const mpb_strings *classes,
                                          mpb_strings *names);
