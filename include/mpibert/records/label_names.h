#pragma once

/* The names of labels, and the numbers that they stand for. Local. */

#include "mpibert/core/status.h"
#include "mpibert/core/strings.h"
#include "mpibert/records/read_options.h"
#include "mpibert/records/record.h"

/* The whole number that a label writes, also as 1.0; -1 for anything else, leading zeros and more
 * than nine digits too. */
int mpb_label_number(const char *label);

/* The position in `names` of a label, or -1: by its text, as a whole number with or without a
 * fraction of zeros, or as the number k of "LABEL_k" at position k, which is what model
 * configurations hold where labels never had names. */
int mpb_label_find(const mpb_strings *names, const char *label);

/* Sorts the names of a data set into label order: by value where all of them are whole numbers,
 * otherwise by bytes. */
void mpb_label_names_sort(mpb_strings *names);

/* *first, *second = two names that differ only by blanks or the case of ASCII letters, borrowed;
 * NULL where there are none. */
MPB_MUST_CHECK mpb_status mpb_label_names_look_alike(const mpb_strings *names, const char **first,
                                                     const char **second);

/* Whether a record has what its task needs: as many labels as it wants, names among `names` where
 * these are given (NULL otherwise), numbers where scores are wanted, the right one of its choices
 * (see mpb_choices_check); and a second text where none may be missing. MPB_ERR_DATA otherwise. */
MPB_MUST_CHECK mpb_status mpb_record_check(const mpb_record *record,
                                           const mpb_read_options *options,
                                           const mpb_strings *names);

/* A hash of 64 bits. */
uint64_t mpb_hash_text(const char *text);

/* Different names, found by hashing. Starts as {0}. */
typedef struct mpb_name_set {
    mpb_strings names; /* in the order of their first occurrence */
    uint32_t *slots;   /* owned, (num_slots): 1 + position in names; 0: free */
    size_t num_slots;  /* a power of 2, at least twice names.count; 0 before the first name */
} mpb_name_set;

/* *index = the position of the name, which is added where it is new. */
MPB_MUST_CHECK mpb_status mpb_name_set_add(mpb_name_set *set, const char *name, size_t *index);
void mpb_name_set_clear(mpb_name_set *set);
