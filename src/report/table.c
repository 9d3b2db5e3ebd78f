#include "mpibert/report/table.h"

#include <math.h>
#include <stdio.h>

enum { RULE_WIDTH = 45 };

void mpb_table_head(void)
{
    printf("%5s | %10s | %10s | %8s\n", "Epoch", "Train Loss", "Train Acc", "Val Acc");
    for (int i = 0; i < RULE_WIDTH; i++) {
        putchar('-');
    }
    putchar('\n');
    fflush(stdout);
}

void mpb_table_row(const mpb_epoch_row *row)
{
    printf("%5zu | %10.4f | %9.2f%% | ", row->epoch, row->train_loss, 100.0 * row->train_accuracy);
    if (isnan(row->val_accuracy)) {
        printf("%8s\n", "-");
    } else {
        printf("%7.2f%%\n", 100.0 * row->val_accuracy);
    }
    fflush(stdout);
}
