#include "token_lines.h"

#include "mpibert/core/buffer.h"
#include "token_tags.h"
#include "token_words.h"

/* Words that make an entity, or one word. */
typedef struct stretch {
    const char *tag;   /* of its last word; NULL: there is no stretch */
    const char *label; /* that it is shown with */
    uint32_t start;
    uint32_t end;
    const char *text; /* NULL: not kept */
    const char *text_end;
    double score; /* sum of its words' */
    size_t words;
} stretch;

static stretch stretch_of(const token_word *word, const char *tag, const char *label)
{
    return (stretch){.tag = tag,
                     .label = label,
                     .start = word->start,
                     .end = word->end,
                     .text = word->text,
                     .text_end = word->text == NULL ? NULL : word->text + word->size,
                     .score = (double)word->guess->confidence,
                     .words = 1};
}

static void extend(stretch *s, const token_word *word, const char *tag)
{
    s->tag = tag;
    s->end = word->end;
    s->text_end = word->text == NULL ? NULL : word->text + word->size;
    s->score += (double)word->guess->confidence;
    s->words++;
}

/* Text that was not kept is no member. */
static mpb_status set_text(mpb_json *entry, const stretch *s)
{
    return s->text == NULL
               ? MPB_OK
               : mpb_json_set(entry, "text",
                              mpb_json_new_text_of(s->text, (size_t)(s->text_end - s->text)));
}

static mpb_status append(mpb_json *list, const stretch *s)
{
    mpb_json *entry = mpb_json_new_object();

    MPB_TRY(mpb_json_append(list, entry));
    MPB_TRY(mpb_json_set(entry, "start", mpb_json_new_integer(s->start)));
    MPB_TRY(mpb_json_set(entry, "end", mpb_json_new_integer(s->end)));
    MPB_TRY(set_text(entry, s));
    MPB_TRY(mpb_json_set(entry, "label", mpb_json_new_text(s->label)));
    return mpb_json_set(entry, "score", mpb_json_new_number(s->score / (double)s->words));
}

/* Puts the next word into the entity that is open, or closes that and opens the word's own, if it is
 * of one. */
static mpb_status add_to_entities(mpb_json *entities, stretch *open, const token_word *word,
                                  const char *tag)
{
    if (open->tag != NULL && token_tag_goes_on(open->tag, tag)) {
        extend(open, word, tag);
        return MPB_OK;
    }
    if (open->tag != NULL) {
        MPB_TRY(append(entities, open));
    }
    *open = token_tag_type(tag) == NULL ? (stretch){0} : stretch_of(word, tag, token_tag_type(tag));
    return MPB_OK;
}

mpb_status token_lines_describe(const mpb_task_table *task, const mpb_task_results *results,
                                size_t document, bool with_outputs, mpb_json *line)
{
    const bool has_entities = token_tags_are_entities(results->label_names);
    token_walk walk = token_walk_begin(results, document);
    stretch open = {0};
    mpb_json *entities;
    mpb_json *tokens;
    token_word word;

    MPB_REQUIRE(!with_outputs, MPB_ERR_CONFIG,
                "the logits of words are not kept, model.task is %s: leave out --logits (command "
                "line)",
                mpb_task_name(task->task));
    entities = mpb_json_new_array();
    MPB_TRY(mpb_json_set(line, "entities", entities));
    tokens = mpb_json_new_array();
    MPB_TRY(mpb_json_set(line, "tokens", tokens));
    while (token_walk_next(&walk, &word)) {
        const char *tag = results->label_names->items[word.guess->label];
        const stretch whole = stretch_of(&word, tag, tag);

        MPB_TRY(append(tokens, &whole));
        if (has_entities) {
            MPB_TRY(add_to_entities(entities, &open, &word, tag));
        }
    }
    return open.tag == NULL ? MPB_OK : append(entities, &open);
}

enum { NUM_COLUMNS = 5 };

mpb_status token_lines_name_columns(const mpb_task_table *task, const mpb_task_results *results,
                                    mpb_table_rows *rows)
{
    static const char *const names[NUM_COLUMNS] = {"start", "end", "text", "label", "score"};

    (void)task;
    (void)results;
    for (size_t i = 0; i < NUM_COLUMNS; i++) {
        MPB_TRY(mpb_table_rows_add(rows, names[i]));
    }
    return MPB_OK;
}

static mpb_status fill_row(const mpb_strings *label_names, const token_word *word, mpb_buffer *text,
                           mpb_table_rows *rows)
{
    mpb_buffer_reset(text);
    MPB_TRY(mpb_buffer_append(text, word->text == NULL ? "" : word->text, word->size));
    MPB_TRY(mpb_table_rows_add_number(rows, (double)word->start));
    MPB_TRY(mpb_table_rows_add_number(rows, (double)word->end));
    MPB_TRY(mpb_table_rows_add(rows, text->data));
    MPB_TRY(mpb_table_rows_add(rows, label_names->items[word->guess->label]));
    return mpb_table_rows_add_number(rows, (double)word->guess->confidence);
}

/* The first row has the document's id already. */
static mpb_status fill_rows(const mpb_task_results *results, size_t document, mpb_buffer *text,
                            mpb_table_rows *rows)
{
    token_walk walk = token_walk_begin(results, document);
    char id[MPB_DATASET_ID];
    token_word word;
    size_t count = 0;

    for (; token_walk_next(&walk, &word); count++) {
        if (count > 0) {
            MPB_TRY(mpb_table_rows_end(rows));
            MPB_TRY(mpb_table_rows_add(
                rows, mpb_document_id(results->data, results->documents, document, id)));
        }
        MPB_TRY(fill_row(results->label_names, &word, text, rows));
    }
    for (size_t i = 0; count == 0 && i < NUM_COLUMNS; i++) {
        MPB_TRY(mpb_table_rows_add(rows, ""));
    }
    return MPB_OK;
}

mpb_status token_lines_fill_columns(const mpb_task_table *task, const mpb_task_results *results,
                                    size_t document, mpb_table_rows *rows)
{
    mpb_buffer text = {0};
    mpb_status status = fill_rows(results, document, &text, rows);

    (void)task;
    mpb_buffer_clear(&text);
    return status;
}
