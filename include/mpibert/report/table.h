#pragma once

/* The table of epochs on standard output, in the worked example's form. */

#include <stddef.h>

typedef struct mpb_epoch_row {
    size_t epoch;          /* from 1 */
    double train_loss;     /* mean over the epoch's steps */
    double train_accuracy; /* of the training examples as they were met, in [0, 1] */
    double val_accuracy;   /* in [0, 1]; NaN: no validation set, shown as "-" */
} mpb_epoch_row;

void mpb_table_head(void);
void mpb_table_row(const mpb_epoch_row *row);
