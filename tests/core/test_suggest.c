#include "mpibert/core/suggest.h"

#include "check.h"

static void distance_counts_single_edits(void)
{
    CHECK(mpb_edit_distance("", "") == 0);
    CHECK(mpb_edit_distance("train", "train") == 0);
    CHECK(mpb_edit_distance("", "abc") == 3);
    CHECK(mpb_edit_distance("trian", "train") == 1);
    CHECK(mpb_edit_distance("rain", "train") == 1);
    CHECK(mpb_edit_distance("traain", "train") == 1);
    CHECK(mpb_edit_distance("tray", "train") == 2);
    CHECK(mpb_edit_distance("kitten", "sitting") == 3);
}

static void very_long_words_are_far_from_everything(void)
{
    char word[100];

    memset(word, 'a', sizeof(word) - 1);
    word[sizeof(word) - 1] = '\0';
    CHECK(mpb_edit_distance(word, "a") == 99);
    CHECK(mpb_edit_distance("a", word) == 99);
}

static void the_nearest_word_is_suggested(void)
{
    static const char *const words[] = {"train", "predict", NULL, "inspect"};

    CHECK_TEXT(mpb_suggest("trian", words, 4), "train");
    CHECK_TEXT(mpb_suggest("inspct", words, 4), "inspect");
    CHECK(mpb_suggest("banana", words, 4) == NULL);
    CHECK(mpb_suggest("", words, 4) == NULL);
}

int main(void)
{
    distance_counts_single_edits();
    very_long_words_are_far_from_everything();
    the_nearest_word_is_suggested();
    return EXIT_SUCCESS;
}
