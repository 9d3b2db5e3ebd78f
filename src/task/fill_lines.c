#include "fill_lines.h"

#include "fill_words.h"
#include "mpibert/core/memory.h"
#include "mpibert/model/head.h"

/* A word in the place of a mask, as the pipeline spells it. */
typedef struct spelling {
    const mpb_task_results *results;
    uint32_t *ids;       /* owned, as long as the longest of a document's sequences */
    mpb_buffer token;    /* the word alone */
    mpb_buffer sequence; /* filled in; without special tokens where that is the only mask */
} spelling;

static mpb_status spelling_begin(const mpb_task_results *results, size_t document, spelling *s)
{
    size_t longest = 0;

    for (size_t i = mpb_document_first(results->documents, document);
         i < mpb_document_first(results->documents, document + 1); i++) {
        const size_t length = mpb_dataset_length(results->data, i);

        longest = length > longest ? length : longest;
    }
    *s = (spelling){.results = results};
    return mpb_memory_create(longest, sizeof(*s->ids), "the words of a text", (void **)&s->ids);
}

static void spelling_end(spelling *s)
{
    mpb_memory_destroy(s->ids);
    mpb_buffer_clear(&s->token);
    mpb_buffer_clear(&s->sequence);
}

static mpb_status spell(spelling *s, size_t sequence, uint32_t position, uint32_t word)
{
    const mpb_dataset *data = s->results->data;
    const mpb_tokenizer *tokenizer = s->results->tokenizer;
    const int64_t padding = mpb_tokenizer_id(tokenizer, "[PAD]");
    const bool is_only_mask = fill_kept_of(s->results, sequence)->num_masks == 1;
    const uint32_t *tokens = mpb_dataset_tokens(data, sequence);
    const size_t length = mpb_dataset_length(data, sequence);
    size_t count = 0;

    for (size_t t = 0; t < length; t++) {
        const uint32_t id = t == position ? word : tokens[t];

        if ((int64_t)id != padding) {
            s->ids[count++] = id;
        }
    }
    MPB_TRY(mpb_tokenizer_decode(tokenizer, &word, 1, false, &s->token));
    return mpb_tokenizer_decode(tokenizer, s->ids, count, is_only_mask, &s->sequence);
}

/* Goes through the masks of a document. */
typedef struct mask_walk {
    const mpb_task_results *results;
    size_t sequence;
    size_t end;  /* of the document's sequences */
    size_t next; /* mask of the sequence */
} mask_walk;

static mask_walk walk_begin(const mpb_task_results *results, size_t document)
{
    return (mask_walk){.results = results,
                       .sequence = mpb_document_first(results->documents, document),
                       .end = mpb_document_first(results->documents, document + 1)};
}

/* The next one that is told, of walk->sequence; NULL behind the last. */
static const fill_mask *walk_next(mask_walk *walk)
{
    while (walk->sequence < walk->end) {
        const size_t num_masks = fill_kept_of(walk->results, walk->sequence)->num_masks;

        while (walk->next < num_masks) {
            const fill_mask *mask = fill_mask_of(walk->results, walk->sequence, walk->next++);

            if (mask->count > 0) {
                return mask;
            }
        }
        walk->sequence++;
        walk->next = 0;
    }
    return NULL;
}

static mpb_status append_word(spelling *s, size_t sequence, const fill_mask *mask,
                              const fill_word *word, mpb_json *words)
{
    mpb_json *entry = mpb_json_new_object();

    MPB_TRY(mpb_json_append(words, entry));
    MPB_TRY(spell(s, sequence, mask->position, word->token));
    MPB_TRY(mpb_json_set(entry, "score", mpb_json_new_number((double)word->score)));
    MPB_TRY(mpb_json_set(entry, "token", mpb_json_new_integer((int64_t)word->token)));
    MPB_TRY(mpb_json_set(entry, "token_str", mpb_json_new_text(s->token.data)));
    return mpb_json_set(entry, "sequence", mpb_json_new_text(s->sequence.data));
}

static mpb_status append_masks(spelling *s, size_t document, mpb_json *masks)
{
    mask_walk walk = walk_begin(s->results, document);
    const fill_mask *mask;

    while ((mask = walk_next(&walk)) != NULL) {
        mpb_json *words = mpb_json_new_array();

        MPB_TRY(mpb_json_append(masks, words));
        for (size_t j = 0; j < mask->count; j++) {
            MPB_TRY(append_word(s, walk.sequence, mask, &mask->words[j], words));
        }
    }
    return MPB_OK;
}

/* Pairs alone have a second text; of chunks the first has its beginning. */
static bool judges_pair(const mpb_task_table *task, const mpb_task_results *results,
                        size_t document, double *is_next)
{
    const mpb_dataset *data = results->data;
    const size_t first = mpb_document_first(results->documents, document);

    *is_next = (double)fill_kept_of(results, first)->is_next;
    return mpb_head_of(task->head)->judges_next &&
           mpb_dataset_segment_b(data, first) < mpb_dataset_length(data, first);
}

mpb_status fill_lines_describe(const mpb_task_table *task, const mpb_task_results *results,
                               size_t document, bool with_outputs, mpb_json *line)
{
    mpb_json *masks;
    double is_next;
    spelling s;
    mpb_status status;

    MPB_REQUIRE(!with_outputs, MPB_ERR_CONFIG,
                "the logits of words are not kept, model.task is %s: leave out --logits (command "
                "line)",
                mpb_task_name(task->task));
    masks = mpb_json_new_array();
    MPB_TRY(mpb_json_set(line, "masks", masks));
    if (judges_pair(task, results, document, &is_next)) {
        MPB_TRY(mpb_json_set(line, "next_sentence", mpb_json_new_number(is_next)));
    }
    MPB_TRY(spelling_begin(results, document, &s));
    status = append_masks(&s, document, masks);
    spelling_end(&s);
    return status;
}

enum { NUM_WORD_COLUMNS = 5 };

mpb_status fill_lines_name_columns(const mpb_task_table *task, const mpb_task_results *results,
                                   mpb_table_rows *rows)
{
    static const char *const names[NUM_WORD_COLUMNS] = {"mask", "score", "token", "token_str",
                                                        "sequence"};

    (void)results;
    for (size_t i = 0; i < NUM_WORD_COLUMNS; i++) {
        MPB_TRY(mpb_table_rows_add(rows, names[i]));
    }
    return mpb_head_of(task->head)->judges_next ? mpb_table_rows_add(rows, "next_sentence")
                                                : MPB_OK;
}

static mpb_status fill_pair(const mpb_task_table *task, const mpb_task_results *results,
                            size_t document, mpb_table_rows *rows)
{
    double is_next;

    if (judges_pair(task, results, document, &is_next)) {
        return mpb_table_rows_add_number(rows, is_next);
    }
    return mpb_head_of(task->head)->judges_next ? mpb_table_rows_add(rows, "") : MPB_OK;
}

static mpb_status fill_word_columns(spelling *s, size_t sequence, size_t number,
                                    const fill_mask *mask, const fill_word *word,
                                    mpb_table_rows *rows)
{
    MPB_TRY(spell(s, sequence, mask->position, word->token));
    MPB_TRY(mpb_table_rows_add_number(rows, (double)number));
    MPB_TRY(mpb_table_rows_add_number(rows, (double)word->score));
    MPB_TRY(mpb_table_rows_add_number(rows, (double)word->token));
    MPB_TRY(mpb_table_rows_add(rows, s->token.data));
    return mpb_table_rows_add(rows, s->sequence.data);
}

/* The first row has the document's id already, and is there without masks, too. */
static mpb_status fill_rows(const mpb_task_table *task, spelling *s, size_t document,
                            mpb_table_rows *rows)
{
    mask_walk walk = walk_begin(s->results, document);
    const fill_mask *mask;
    char id[MPB_DATASET_ID];
    size_t number = 0;

    for (; (mask = walk_next(&walk)) != NULL; number++) {
        for (size_t j = 0; j < mask->count; j++) {
            if (number + j > 0) {
                MPB_TRY(mpb_table_rows_end(rows));
                MPB_TRY(mpb_table_rows_add(
                    rows, mpb_document_id(s->results->data, s->results->documents, document, id)));
            }
            MPB_TRY(fill_word_columns(s, walk.sequence, number, mask, &mask->words[j], rows));
            MPB_TRY(fill_pair(task, s->results, document, rows));
        }
    }
    for (size_t i = 0; number == 0 && i < NUM_WORD_COLUMNS; i++) {
        MPB_TRY(mpb_table_rows_add(rows, ""));
    }
    return number == 0 ? fill_pair(task, s->results, document, rows) : MPB_OK;
}

mpb_status fill_lines_fill_columns(const mpb_task_table *task, const mpb_task_results *results,
                                   size_t document, mpb_table_rows *rows)
{
    spelling s;
    mpb_status status;

    MPB_TRY(spelling_begin(results, document, &s));
    status = fill_rows(task, &s, document, rows);
    spelling_end(&s);
    return status;
}
