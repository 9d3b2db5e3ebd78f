#pragma once

/* The labels of the record that is being read, as texts. Starts as {0}, reused between records. */

#include <stdbool.h>
#include <stddef.h>

#include "mpibert/core/buffer.h"
#include "mpibert/core/status.h"
#include "mpibert/records/record.h"

enum { MPB_MAX_RECORD_LABELS = 65536 }; /* of an example that is no sentence */

typedef struct mpb_label_list {
    mpb_buffer bytes;   /* owned: the texts, each ended by a NUL */
    size_t *begins;     /* owned, (count): where each begins in `bytes` */
    const char **items; /* owned, (count); valid after mpb_label_list_finish */
    size_t count;
    size_t capacity;
} mpb_label_list;

void mpb_label_list_reset(mpb_label_list *list);

/* Where a label in text[0, *size) begins without the blanks around it; *size = its length. */
const char *mpb_label_trim(const char *text, size_t *size);

/* Whether a text is a whole number without leading zeros, perhaps with a fraction of zeros. */
bool mpb_is_whole_number(const char *text, size_t size);

/* Adds a label, a whole number without its fraction of zeros: "1.0" is what pandas makes of 1 as
 * soon as a column lacks a value. So a label has one text in every format. */
MPB_MUST_CHECK mpb_status mpb_label_list_add(mpb_label_list *list, const char *text, size_t size);

/* Adds the parts of a text that commas separate, without blanks around them; none for a blank text,
 * and of too many no more than one above MPB_MAX_RECORD_LABELS. Each passes mpb_name_check. */
MPB_MUST_CHECK mpb_status mpb_label_list_split(mpb_label_list *list, const char *text, size_t size,
                                               const mpb_place *place);

/* The texts, (list->count). */
const char *const *mpb_label_list_finish(mpb_label_list *list);
void mpb_label_list_clear(mpb_label_list *list);
