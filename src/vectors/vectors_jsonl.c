#include "mpibert/io/json.h"
#include "mpibert/vectors/vector_files.h"

static mpb_status append_text(const char *text, mpb_buffer *out)
{
    mpb_json *value = mpb_json_new_text(text);
    mpb_status status = value == NULL ? MPB_FAIL(MPB_ERR_SYSTEM, "no memory for a line of vectors")
                                      : mpb_json_write(value, 0, out);

    mpb_json_destroy(&value);
    return status;
}

/* Nine digits give the same float again. */
static mpb_status append_row(const mpb_vector_set *set, size_t row, mpb_buffer *out)
{
    const float *values = set->values + row * set->width;

    for (size_t j = 0; j < set->width; j++) {
        MPB_TRY(mpb_buffer_append_format(out, "%s%.9g", j == 0 ? "[" : ", ", (double)values[j]));
    }
    return mpb_buffer_append_text(out, "]");
}

/* Appends something of a row. */
typedef mpb_status append_fn(const mpb_vector_set *set, const mpb_tokenizer *tokenizer, size_t row,
                             mpb_buffer *out);

static mpb_status append_token(const mpb_vector_set *set, const mpb_tokenizer *tokenizer,
                               size_t row, mpb_buffer *out)
{
    return append_text(mpb_tokenizer_token(tokenizer, set->tokens[row]), out);
}

static mpb_status append_place(const mpb_vector_set *set, const mpb_tokenizer *tokenizer,
                               size_t row, mpb_buffer *out)
{
    (void)tokenizer;
    return mpb_buffer_append_format(out, "[%u, %u]", set->char_start[row], set->char_end[row]);
}

static mpb_status append_vector(const mpb_vector_set *set, const mpb_tokenizer *tokenizer,
                                size_t row, mpb_buffer *out)
{
    (void)tokenizer;
    return append_row(set, row, out);
}

static mpb_status append_member(const char *name, append_fn *append, const mpb_vector_set *set,
                                const mpb_tokenizer *tokenizer, size_t text, mpb_buffer *out)
{
    const size_t first = (size_t)set->offsets[text];

    MPB_TRY(mpb_buffer_append_format(out, ", \"%s\": [", name));
    for (size_t row = first; row < (size_t)set->offsets[text + 1]; row++) {
        MPB_TRY(mpb_buffer_append_text(out, row == first ? "" : ", "));
        MPB_TRY(append(set, tokenizer, row, out));
    }
    return mpb_buffer_append_text(out, "]");
}

static mpb_status append_tokens(const mpb_vector_set *set, const mpb_tokenizer *tokenizer,
                                size_t text, mpb_buffer *out)
{
    MPB_TRY(append_member("tokens", append_token, set, tokenizer, text, out));
    if (set->char_start != NULL) {
        MPB_TRY(append_member("offsets", append_place, set, tokenizer, text, out));
    }
    return append_member("embeddings", append_vector, set, tokenizer, text, out);
}

mpb_status mpb_vectors_append_jsonl(const mpb_vector_set *set, const mpb_tokenizer *tokenizer,
                                    mpb_buffer *out)
{
    for (size_t i = 0; i < set->count; i++) {
        MPB_TRY(mpb_buffer_append_text(out, "{\"id\": "));
        MPB_TRY(append_text(set->ids.items[i], out));
        if (set->offsets != NULL) {
            MPB_TRY(append_tokens(set, tokenizer, i, out));
        } else {
            MPB_TRY(mpb_buffer_append_text(out, ", \"embedding\": "));
            MPB_TRY(append_row(set, i, out));
        }
        MPB_TRY(mpb_buffer_append_text(out, "}\n"));
    }
    return MPB_OK;
}
