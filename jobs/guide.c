#include "guide.h"

#include <stdio.h>

typedef struct beginning {
    const char *data;
    const char *config; /* below configs/ */
    const char *outcome;
} beginning;

/* README.md has the same table. */
static const beginning beginnings[] = {
    {"texts in folders, one a class", "newsposts.yaml", "a label and its score"},
    {"a table of texts with a label each", "labels.yaml", "a label and its score"},
    {"pairs of texts with a label each", "pairs.yaml", "a label and its score"},
    {"texts or pairs with a number each", "scores.yaml", "a number"},
    {"questions about texts", "questions.yaml", "the answer, a part of the text"},
    {"texts with any number of labels", "topics.yaml", "the labels, and the score of each"},
    {"words with tags of entities", "entities.yaml", "its entities, and each word's tag"},
    {"words with parts of speech", "tags.yaml", "each word's tag"},
    {"questions with several endings", "choices.yaml",
     "the likeliest ending, and the score of each"},
    {"plain text of my field", "text.yaml", "nothing; other tasks start from its model"},
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
