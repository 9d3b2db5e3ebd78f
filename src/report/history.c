#include "mpibert/report/history.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mpibert/core/memory.h"

enum { NAME_SIZE = 64 };

static const char TRAIN[] = "train_";
static const char VAL[] = "val_";

/* entry->train_accuracy = the number */
static mpb_status set_figure(mpb_json *entry, const char *before, const char *name, double number)
{
    char member[NAME_SIZE];

    snprintf(member, sizeof(member), "%s%s", before, name);
    return mpb_json_set(entry, member, mpb_json_new_number(number));
}

static mpb_status append_row(mpb_json *rows, const char *figure, const mpb_epoch_row *row)
{
    mpb_json *entry = mpb_json_new_object();

    MPB_TRY(mpb_json_append(rows, entry));
    MPB_TRY(mpb_json_set(entry, "epoch", mpb_json_new_integer((int64_t)row->epoch)));
    MPB_TRY(mpb_json_set(entry, "train_loss", mpb_json_new_number(row->train_loss)));
    MPB_TRY(set_figure(entry, TRAIN, figure, row->train_figure));
    return set_figure(entry, VAL, figure, row->val_figure);
}

static mpb_status add(char **history, const char *figure, const mpb_epoch_row *row)
{
    mpb_json *rows = NULL;
    mpb_buffer text = {0};
    mpb_status status;

    MPB_TRY(mpb_json_parse(*history, strlen(*history), "history in the training state", &rows));
    status = append_row(rows, figure, row);
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

mpb_status mpb_history_take(void *context, const mpb_event *event)
{
    return event->kind == MPB_EVENT_EPOCH ? add(context, event->figure->name, &event->row) : MPB_OK;
}

/* A missing number (no validation) was written as null. */
static double number_or_nan(const mpb_json *value)
{
    return value != NULL && mpb_json_is_number(value) ? mpb_json_number(value) : (double)NAN;
}

/* The member of a row that begins so and is no loss; *name = what follows. NULL: there is none. */
static const mpb_json *find_figure(const mpb_json *entry, const char *before, const char **name)
{
    for (size_t i = 0; i < mpb_json_count(entry); i++) {
        const mpb_json *value = mpb_json_member_at(entry, i, name);

        if (strncmp(*name, before, strlen(before)) == 0 && strcmp(*name, "train_loss") != 0) {
            *name += strlen(before);
            return value;
        }
    }
    return NULL;
}

const char *mpb_history_figure(const mpb_json *rows)
{
    const char *name = NULL;

    return mpb_json_count(rows) > 0 && find_figure(mpb_json_item(rows, 0), VAL, &name) != NULL
               ? name
               : NULL;
}

static mpb_status read_rows(const mpb_json *entries, const char *where, mpb_epoch_row *rows)
{
    for (size_t i = 0; i < mpb_json_count(entries); i++) {
        const mpb_json *entry = mpb_json_item(entries, i);
        const char *name;
        int64_t epoch;

        MPB_TRY(mpb_json_get_integer(entry, "epoch", where, &epoch));
        MPB_REQUIRE(epoch > 0, MPB_ERR_DATA,
                    "row %zu of the history is of epoch %lld, 1 or more was expected (%s)", i,
                    (long long)epoch, where);
        rows[i] = (mpb_epoch_row){
            .epoch = (size_t)epoch,
            .train_loss = number_or_nan(mpb_json_member(entry, "train_loss")),
            .train_figure = number_or_nan(find_figure(entry, TRAIN, &name)),
            .val_figure = number_or_nan(find_figure(entry, VAL, &name)),
        };
    }
    return MPB_OK;
}

mpb_status mpb_history_read(const char *history, const char *where, mpb_epoch_row **rows,
                            size_t *num_rows)
{
    mpb_json *entries = NULL;
    mpb_epoch_row *made = NULL;
    mpb_status status;

    MPB_TRY(mpb_json_parse(history, strlen(history), where, &entries));
    status = mpb_memory_create(mpb_json_count(entries), sizeof(*made), "the rows of epochs",
                               (void **)&made);
    if (status == MPB_OK) {
        status = read_rows(entries, where, made);
    }
    if (status == MPB_OK) {
        *rows = made;
        *num_rows = mpb_json_count(entries);
    } else {
        mpb_memory_destroy(made);
    }
    mpb_json_destroy(&entries);
    return status;
}
