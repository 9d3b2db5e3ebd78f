#include "mpibert/records/readers.h"

#include "choice_list.h"
#include "encoding.h"
#include "label_list.h"

/* What reading one row after the other needs. */
typedef struct table_reader {
    const mpb_read_options *options; /* borrowed, like the next two */
    const mpb_columns *columns;
    mpb_sink *sink;
    mpb_row row;
    mpb_label_list labels;
    mpb_choice_list choices;
} table_reader;

/* The cell that becomes an id. */
static mpb_status get_id(const mpb_row *row, int column, const mpb_place *place, const char **id)
{
    size_t size;

    *id = mpb_row_cell(row, (size_t)column, &size);
    return mpb_name_check(*id, size, place);
}

/* An empty cell holds no label. */
static mpb_status add_label(table_reader *reader, int column, const mpb_place *place)
{
    size_t size;
    const char *cell = mpb_row_cell(&reader->row, (size_t)column, &size);

    cell = mpb_label_trim(cell, &size);
    MPB_TRY(mpb_name_check(cell, size, place));
    return size == 0 ? MPB_OK : mpb_label_list_add(&reader->labels, cell, size);
}

/* One label, several between commas, or a score of each column. */
static mpb_status add_labels(table_reader *reader, const mpb_place *place)
{
    const mpb_columns *c = reader->columns;
    size_t size;
    const char *cell;

    if (c->num_scores > 0) {
        for (int i = 0; i < c->num_scores; i++) {
            MPB_TRY(add_label(reader, c->scores[i], place));
        }
        return MPB_OK;
    }
    if (mpb_task_data_of(reader->options->task)->labels == MPB_LABELS_NAMES) {
        cell = mpb_row_cell(&reader->row, (size_t)c->label, &size);
        return mpb_label_list_split(&reader->labels, cell, size, place);
    }
    return add_label(reader, c->label, place);
}

/* What is no label is none where nobody needs one. */
static mpb_status read_labels(table_reader *reader, mpb_record *record)
{
    mpb_status status;

    mpb_label_list_reset(&reader->labels);
    if (reader->columns->label == MPB_NO_COLUMN && reader->columns->num_scores == 0) {
        return MPB_OK;
    }
    status = add_labels(reader, &record->place);
    if (status != MPB_OK) {
        return status == MPB_ERR_DATA && !reader->options->need_labels ? MPB_OK : status;
    }
    record->labels = mpb_label_list_finish(&reader->labels);
    record->num_labels = reader->labels.count;
    return MPB_OK;
}

static mpb_status read_choices(table_reader *reader, mpb_record *record)
{
    const mpb_columns *c = reader->columns;

    mpb_choice_list_reset(&reader->choices);
    for (int i = 0; i < c->num_choices; i++) {
        size_t size;
        const char *cell = mpb_row_cell(&reader->row, (size_t)c->choices[i], &size);

        MPB_TRY(mpb_choice_list_add(&reader->choices, cell, size, &record->place));
    }
    mpb_choice_list_fill(&reader->choices, record);
    return MPB_OK;
}

static mpb_status check_width(const table_reader *reader, const mpb_place *place)
{
    char where[MPB_PLACE_SIZE];

    if (reader->row.count == reader->columns->count) {
        return MPB_OK;
    }
    mpb_place_describe(place, where);
    return MPB_FAIL(MPB_ERR_DATA,
                    "the row has %zu cells, %zu were expected as in the first row (%s)",
                    reader->row.count, reader->columns->count, where);
}

static mpb_status take_row(table_reader *reader, const mpb_place *place)
{
    const mpb_columns *c = reader->columns;
    mpb_record record = {.place = *place};

    MPB_TRY(check_width(reader, place));
    record.text = mpb_row_cell(&reader->row, (size_t)c->text, &record.size);
    if (c->text_b != MPB_NO_COLUMN) {
        record.text_b = mpb_row_cell(&reader->row, (size_t)c->text_b, &record.size_b);
    }
    if (c->id != MPB_NO_COLUMN) {
        MPB_TRY(get_id(&reader->row, c->id, place, &record.id));
    }
    MPB_TRY(read_choices(reader, &record));
    MPB_TRY(read_labels(reader, &record));
    return mpb_sink_take(reader->sink, &record);
}

static mpb_status next_row(table_reader *reader, mpb_table *table, bool *found)
{
    mpb_place place = table->place;

    MPB_TRY(mpb_table_next(table, &reader->row, found));
    if (!*found) {
        return MPB_OK;
    }
    place.line = reader->row.line;
    return take_row(reader, &place);
}

static mpb_status read_rows(table_reader *reader, mpb_table *table)
{
    bool found = true;

    while (found) {
        MPB_TRY(mpb_sink_settle(reader->sink, next_row(reader, table, &found)));
    }
    return MPB_OK;
}

mpb_status mpb_read_table(const mpb_stretch *stretch, const mpb_read_options *options,
                          const mpb_columns *columns, mpb_sink *sink)
{
    mpb_table table = mpb_table_begin(stretch->content, stretch->size, &stretch->place,
                                      columns->delimiter, columns->quotes);
    table_reader reader = {.options = options, .columns = columns, .sink = sink};
    mpb_status status = read_rows(&reader, &table);

    mpb_row_clear(&reader.row);
    mpb_label_list_clear(&reader.labels);
    mpb_choice_list_clear(&reader.choices);
    return status;
}
