#pragma once

/* The choices of the question that is being read. Starts as {0}, reused between records. */

#include <stddef.h>

#include "mpibert/core/buffer.h"
#include "mpibert/core/status.h"
#include "mpibert/io/json_value.h"
#include "mpibert/records/record.h"

typedef struct mpb_choice_list {
    mpb_buffer bytes; /* owned */
    size_t ends[MPB_MAX_CHOICES];
    mpb_text items[MPB_MAX_CHOICES];
    size_t count;
} mpb_choice_list;

void mpb_choice_list_reset(mpb_choice_list *list);

/* Adds a copy. More than MPB_MAX_CHOICES are MPB_ERR_DATA. */
MPB_MUST_CHECK mpb_status mpb_choice_list_add(mpb_choice_list *list, const char *text, size_t size,
                                              const mpb_place *place);

/* Adds the texts of a JSON array; anything else is MPB_ERR_DATA. */
MPB_MUST_CHECK mpb_status mpb_choice_list_add_json(mpb_choice_list *list, const mpb_value *array,
                                                   const char *name, const mpb_place *place);

/* Sets the choices of the record, borrowed from the list. */
void mpb_choice_list_fill(mpb_choice_list *list, mpb_record *record);
void mpb_choice_list_clear(mpb_choice_list *list);
