#include "guide.h"

#include <stdio.h>

typedef struct beginning {
    const char *data;
    const char *config; /* below configs/ */
    const char *outcome;
} beginning;

/* The table is README.md's. */
static const beginning beginnings[] = {
#include "beginnings.inc"
};

void mpb_guide_print(void)
{
    printf("\nI have ...                            begin with                a text then gets\n");
    for (size_t i = 0; i < sizeof(beginnings) / sizeof(beginnings[0]); i++) {
        printf("  %-35s configs/%-17s %s\n", beginnings[i].data, beginnings[i].config,
               beginnings[i].outcome);
    }
    printf("\nmpibert train --config configs/FILE runs as it is; data.train=PATH and the names of "
           "columns\n"
           "(data.text_column=NAME, data.label_column=NAME) put your own data in its place.\n");
}
