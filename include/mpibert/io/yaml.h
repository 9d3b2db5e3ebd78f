#pragma once

/* A YAML document as a tree whose nodes know their line, for messages. Anchors, tags and several
 * documents in one file are refused (MPB_ERR_CONFIG): a configuration is plain data. Duplicate keys
 * are refused with both lines. Local. */

#include <stdbool.h>
#include <stddef.h>

#include "mpibert/core/status.h"

typedef enum mpb_yaml_kind { MPB_YAML_SCALAR, MPB_YAML_LIST, MPB_YAML_MAP } mpb_yaml_kind;

typedef struct mpb_yaml_node {
    mpb_yaml_kind kind;
    int line;                       /* from 1 */
    char *key;                      /* owned; NULL outside a map */
    char *text;                     /* owned; a scalar's value, otherwise NULL */
    bool quoted;                    /* a scalar in quotes is text even if it looks like a number */
    struct mpb_yaml_node *children; /* owned, (num_children), a list's items or a map's members */
    size_t num_children;
} mpb_yaml_node;

/* A missing file is MPB_ERR_CONFIG. `*root` is owned by the caller; an empty file gives an empty
 * map. */
MPB_MUST_CHECK mpb_status mpb_yaml_read(const char *path, mpb_yaml_node **root);
/* Parses text; `where` names it in messages. */
MPB_MUST_CHECK mpb_status mpb_yaml_parse(const char *text, size_t size, const char *where,
                                         mpb_yaml_node **root);
void mpb_yaml_destroy(mpb_yaml_node **root);

/* The member of a map, or NULL. */
const mpb_yaml_node *mpb_yaml_member(const mpb_yaml_node *map, const char *key);
