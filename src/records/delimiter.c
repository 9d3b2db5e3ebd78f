#include "delimiter.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "mpibert/records/columns.h"
#include "mpibert/records/table.h"

enum { NUM_CANDIDATES = 4, ROWS = 20, NAME_SIZE = 8 };

static const char candidates[NUM_CANDIDATES] = {',', ';', '\t', '|'};

/* The beginning of a table, cut at one of the candidates. */
typedef struct trial {
    char delimiter;
    size_t cells; /* of the first row */
    bool named;   /* the row holds the columns that the options name */
    bool even;    /* the rows have equally many cells */
} trial;

static void describe(char delimiter, char name[NAME_SIZE])
{
    if (delimiter == '\t') {
        snprintf(name, NAME_SIZE, "tab");
    } else {
        snprintf(name, NAME_SIZE, "'%c'", delimiter);
    }
}

/* Reads the first row, then others; what cannot be read as a table is not even. */
static mpb_status try_rows(mpb_table *table, bool whole, const mpb_read_options *options,
                           mpb_row *row, trial *t)
{
    bool found = true;

    for (int i = 0; i < ROWS; i++) {
        mpb_status status = mpb_table_next(table, row, &found);
        bool complete = whole || table->at < table->size;

        if (status == MPB_ERR_DATA) {
            t->even = t->even && i > 0 && !whole; /* of a row that is cut nothing is known */
            return MPB_OK;
        }
        MPB_TRY(status);
        if (!found || (!complete && i > 0)) {
            break;
        }
        if (i == 0) {
            t->cells = row->count;
            t->named = mpb_columns_are_named(row, options);
        }
        t->even = t->even && row->count == t->cells;
    }
    return MPB_OK;
}

static mpb_status try_candidate(const char *head, size_t size, bool whole,
                                const mpb_read_options *options, const char *where, trial *t)
{
    const mpb_place place = {.name = where, .line = 1};
    mpb_table table = mpb_table_begin(head, size, &place, t->delimiter, true);
    mpb_row row = {0};
    mpb_status status = try_rows(&table, whole, options, &row, t);

    mpb_row_clear(&row);
    return status;
}

static bool is_by_name(const trial *t)
{
    return t->named && t->cells > 1;
}

static bool is_by_rows(const trial *t)
{
    return t->even && t->cells > 1;
}

/* *chosen = the only trial for which `fits` holds; NULL: there is none. Two are an error. */
static mpb_status choose(const trial *trials, bool (*fits)(const trial *), const char *where,
                         const trial **chosen)
{
    *chosen = NULL;
    for (size_t i = 0; i < NUM_CANDIDATES; i++) {
        char names[2][NAME_SIZE];

        if (!fits(&trials[i])) {
            continue;
        }
        if (*chosen != NULL) {
            describe((*chosen)->delimiter, names[0]);
            describe(trials[i].delimiter, names[1]);
            return MPB_FAIL(MPB_ERR_DATA,
                            "the rows have %zu cells between %s and %zu between %s: say which it "
                            "is, set data.delimiter (%s)",
                            (*chosen)->cells, names[0], trials[i].cells, names[1], where);
        }
        *chosen = &trials[i];
    }
    return MPB_OK;
}

static mpb_status find(const char *head, size_t size, bool whole, const mpb_read_options *options,
                       const char *where, char *delimiter)
{
    trial trials[NUM_CANDIDATES];
    const trial *chosen;

    for (size_t i = 0; i < NUM_CANDIDATES; i++) {
        trials[i] = (trial){.delimiter = candidates[i], .even = true};
        MPB_TRY(try_candidate(head, size, whole, options, where, &trials[i]));
    }
    MPB_TRY(choose(trials, is_by_name, where, &chosen));
    if (chosen == NULL && !trials[0].named) {
        MPB_TRY(choose(trials, is_by_rows, where, &chosen));
    }
    *delimiter = chosen == NULL ? ',' : chosen->delimiter;
    return MPB_OK;
}

/* Length of a first line "sep=X" with its end, or 0; *delimiter = X. */
static size_t read_sep_line(const char *head, size_t size, char *delimiter)
{
    static const char begin[] = "sep=";
    size_t length = sizeof(begin) - 1;
    const char *end = memchr(head, '\n', size);
    const char *at = head;

    if (end == NULL) {
        return 0;
    }
    size = (size_t)(end - head);
    size -= size > 0 && head[size - 1] == '\r';
    if (size == length + 3 && head[0] == '"' && head[size - 1] == '"') {
        at++;
        size -= 2;
    }
    if (size != length + 1 || strncasecmp(at, begin, length) != 0) {
        return 0;
    }
    *delimiter = at[length];
    return (size_t)(end - head) + 1;
}

static mpb_status check_sep_line(char said, char asked, const char *where)
{
    char name[NAME_SIZE];

    describe(said, name);
    MPB_REQUIRE(memchr(candidates, said, NUM_CANDIDATES) != NULL, MPB_ERR_DATA,
                "the first line says sep=%c; , ; tab or | was expected (%s)", said, where);
    MPB_REQUIRE(asked == '\0' || asked == said, MPB_ERR_DATA,
                "the first line says that %s stands between cells, data.delimiter says another "
                "(%s)",
                name, where);
    return MPB_OK;
}

mpb_status mpb_delimiter_find(const char *head, size_t size, bool whole,
                              const mpb_read_options *options, const char *where, char *delimiter,
                              size_t *skip)
{
    *delimiter = options->delimiter;
    *skip = read_sep_line(head, size, delimiter);
    if (*skip > 0) {
        return check_sep_line(*delimiter, options->delimiter, where);
    }
    return *delimiter == '\0' ? find(head, size, whole, options, where, delimiter) : MPB_OK;
}
