#include "mpibert/train/history.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "mpibert/io/json.h"

static const char WHERE[] = "history in the training state";

static mpb_status append_row(mpb_json *rows, const mpb_epoch_row *row)
{
    mpb_json *entry = mpb_json_new_object();

    MPB_TRY(mpb_json_append(rows, entry));
    MPB_TRY(mpb_json_set(entry, "epoch", mpb_json_new_integer((int64_t)row->epoch)));
    MPB_TRY(mpb_json_set(entry, "train_loss", mpb_json_new_number(row->train_loss)));
    MPB_TRY(mpb_json_set(entry, "train_accuracy", mpb_json_new_number(row->train_accuracy)));
    return mpb_json_set(entry, "val_accuracy", mpb_json_new_number(row->val_accuracy));
}

mpb_status mpb_history_add(char **history, const mpb_epoch_row *row)
{
    mpb_json *rows = NULL;
    mpb_buffer text = {0};
    mpb_status status;

    MPB_TRY(mpb_json_parse(*history, strlen(*history), WHERE, &rows));
    status = append_row(rows, row);
    if (status == MPB_OK) {
        status = mpb_json_write(rows, 0, &text);
    }
    mpb_json_destroy(&rows);
    if (status != MPB_OK) {
        mpb_buffer_clear(&text);
        return status;
    }
    free(*history);
    *history = text.data;
    return MPB_OK;
}

/* A missing number (no validation) was written as null. */
static double number_or_nan(const mpb_json *entry, const char *name)
{
    const mpb_json *value = mpb_json_member(entry, name);

    return value != NULL && mpb_json_is_number(value) ? mpb_json_number(value) : (double)NAN;
}

/* Gives each row to `take`, which may be NULL. */
static mpb_status read_rows(const mpb_json *rows, const char *where,
                            void (*take)(const mpb_epoch_row *row))
{
    for (size_t i = 0; i < mpb_json_count(rows); i++) {
        const mpb_json *entry = mpb_json_item(rows, i);
        mpb_epoch_row row = {0};
        int64_t epoch;

        MPB_TRY(mpb_json_get_integer(entry, "epoch", where, &epoch));
        MPB_REQUIRE(epoch > 0, MPB_ERR_DATA,
                    "row %zu of the history is of epoch %lld, 1 or more was expected (%s)", i,
                    (long long)epoch, where);
        row.epoch = (size_t)epoch;
        row.train_loss = number_or_nan(entry, "train_loss");
        row.train_accuracy = number_or_nan(entry, "train_accuracy");
        row.val_accuracy = number_or_nan(entry, "val_accuracy");
        if (take != NULL) {
            take(&row);
        }
    }
    return MPB_OK;
}

static mpb_status read_history(const char *history, const char *where,
                               void (*take)(const mpb_epoch_row *row))
{
    mpb_json *rows = NULL;
    mpb_status status;

    MPB_TRY(mpb_json_parse(history, strlen(history), where, &rows));
    status = read_rows(rows, where, take);
    mpb_json_destroy(&rows);
    return status;
}

mpb_status mpb_history_check(const char *history, const char *where)
{
    return read_history(history, where, NULL);
}

mpb_status mpb_history_print(const char *history)
{
    return read_history(history, WHERE, mpb_table_row);
}
