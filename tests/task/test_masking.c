/* Which tokens are masked, and how: shares as Devlin et al. (2018) have them, draws that depend on
 * nothing but seed, epoch, sequence and position. */

#include "mpibert/task/masking.h"

#include "tiny_vocabulary.h"

enum { LENGTH = 500, SEQUENCES = 400, MASK = 4 };

typedef struct bench {
    mpb_tokenizer *tokenizer;
    mpb_masking *masking;
    uint32_t tokens[LENGTH]; /* [CLS] words [SEP], a third of which "##" continues */
    uint32_t masked[LENGTH]; /* what became of them */
    uint32_t rows[LENGTH];
} bench;

static bench begin(mpb_masking_options options)
{
    bench b = {0};

    tiny_tokenizer(&b.tokenizer);
    CHECK_OK(mpb_masking_create(b.tokenizer, &options, &b.masking));
    for (uint32_t i = 0; i < LENGTH; i++) {
        b.tokens[i] = i % 3 == 2 ? TINY_A : TINY_W0 + i * i % TINY_NUM_WORDS;
    }
    b.tokens[0] = TINY_CLS;
    b.tokens[LENGTH - 1] = TINY_SEP;
    return b;
}

static void end(bench *b)
{
    mpb_masking_destroy(&b->masking);
    mpb_tokenizer_destroy(&b->tokenizer);
}

static size_t mask(bench *b, uint64_t draw, uint64_t sequence)
{
    memcpy(b->masked, b->tokens, sizeof(b->masked));
    return mpb_masking_apply(b->masking, draw, sequence, LENGTH, b->masked, b->rows);
}

/* Within three standard deviations of a binomial distribution. */
static void check_share(double count, double trials, double share)
{
    CHECK_NEAR(count / trials, share, 3.0 * sqrt(share * (1.0 - share) / trials));
}

/* A token that is replaced by any one of the vocabulary is the same one, or [MASK], once in its
 * size. */
static void shares_of_tokens_are_those_of_bert(bool whole_words)
{
    const double chance = 0.1 / TINY_SIZE;
    bench b = begin((mpb_masking_options){0.15, whole_words, 7});
    double chosen = 0.0;
    double masks = 0.0;
    double same = 0.0;

    for (uint64_t s = 0; s < SEQUENCES; s++) {
        const size_t count = mask(&b, 3, s);

        for (size_t r = 0; r < count; r++) {
            masks += b.masked[b.rows[r]] == MASK ? 1.0 : 0.0;
            same += b.masked[b.rows[r]] == b.tokens[b.rows[r]] ? 1.0 : 0.0;
        }
        chosen += (double)count;
    }
    check_share(masks, chosen, 0.8 + chance);
    check_share(same, chosen, 0.1 + chance);
    if (!whole_words) { /* of which a draw decides on two tokens at a time */
        check_share(chosen, (double)SEQUENCES * (LENGTH - 2), 0.15);
    }
    end(&b);
}

static void nothing_else_changes_and_special_tokens_never(void)
{
    bench b = begin((mpb_masking_options){1.0, false, 7});
    size_t count = mask(&b, 0, 0);

    CHECK(count == LENGTH - 2 && b.rows[0] == 1 && b.rows[count - 1] == LENGTH - 2);
    CHECK(b.masked[0] == TINY_CLS && b.masked[LENGTH - 1] == TINY_SEP);
    end(&b);
    b = begin((mpb_masking_options){0.15, false, 7});
    count = mask(&b, 0, 0);
    CHECK(count > 0);
    for (size_t i = 0, r = 0; i < LENGTH; i++) {
        if (r < count && b.rows[r] == i) {
            r++;
        } else {
            CHECK(b.masked[i] == b.tokens[i]);
        }
    }
    end(&b);
}

static void a_word_is_masked_as_a_whole_where_that_is_asked_for(bool whole_words)
{
    bench b = begin((mpb_masking_options){0.15, whole_words, 7});
    bool chosen[LENGTH] = {false};
    const size_t count = mask(&b, 0, 0);
    size_t parted = 0;

    CHECK(count > 0);
    for (size_t r = 0; r < count; r++) {
        chosen[b.rows[r]] = true;
    }
    for (size_t i = 2; i < LENGTH - 1; i++) {
        parted += b.tokens[i] == TINY_A && chosen[i] != chosen[i - 1];
    }
    CHECK((parted == 0) == whole_words);
    end(&b);
}

/* Packing cuts texts where a sequence is full, also within a word. */
static void the_rest_of_a_word_that_was_cut_is_a_word(void)
{
    bench b = begin((mpb_masking_options){0.15, true, 7});
    size_t first = 0;
    size_t parted = 0;

    b.tokens[1] = TINY_A;
    b.tokens[2] = TINY_A;
    for (uint64_t s = 0; s < 8 * SEQUENCES; s++) {
        const size_t count = mask(&b, 0, s);
        const size_t begins = count > 0 && b.rows[0] == 1;

        first += begins;
        parted += begins != (size_t)(count > begins && b.rows[begins] == 2);
    }
    check_share((double)first, 8.0 * SEQUENCES, 0.15);
    CHECK(parted == 0);
    end(&b);
}

static void counting_gives_what_masking_does(bool whole_words)
{
    bench b = begin((mpb_masking_options){0.15, whole_words, 7});

    for (uint64_t s = 0; s < SEQUENCES; s++) {
        CHECK(mpb_masking_count(b.masking, s % 5, s, LENGTH, b.tokens) == mask(&b, s % 5, s));
    }
    end(&b);
}

/* Whether two maskings choose the same tokens of a sequence, and put the same in their place. */
static bool mask_alike(mpb_masking_options a, mpb_masking_options b, uint64_t draw_a,
                       uint64_t draw_b, uint64_t sequence_a, uint64_t sequence_b)
{
    bench one = begin(a);
    bench other = begin(b);
    bool alike;

    mask(&one, draw_a, sequence_a);
    mask(&other, draw_b, sequence_b);
    alike = memcmp(one.masked, other.masked, sizeof(one.masked)) == 0;
    end(&one);
    end(&other);
    return alike;
}

static void draws_depend_on_seed_epoch_and_sequence(void)
{
    const mpb_masking_options a = {0.15, false, 7};
    const mpb_masking_options b = {0.15, false, 8};

    CHECK(mask_alike(a, a, 2, 2, 9, 9));
    CHECK(!mask_alike(a, b, 2, 2, 9, 9));
    CHECK(!mask_alike(a, a, 2, 3, 9, 9));
    CHECK(!mask_alike(a, a, 2, 2, 9, 10));
}

static void evaluation_sees_the_same_masks_whatever_the_seed(void)
{
    const mpb_masking_options a = {0.15, false, 7};
    const mpb_masking_options b = {0.15, false, 8};

    CHECK(mask_alike(a, b, MPB_EVALUATION_DRAW, MPB_EVALUATION_DRAW, 9, 9));
    CHECK(!mask_alike(a, a, 0, MPB_EVALUATION_DRAW, 9, 9));
}

static void a_vocabulary_without_the_mask_is_refused(void)
{
    static const char *const tokens[] = {"[PAD]", "[UNK]", "[CLS]", "[SEP]", "w0"};
    const mpb_tokenizer_options settings = {.lowercase = true,
                                            .strip_accents = true,
                                            .split_chinese = true,
                                            .clean_text = true,
                                            .max_word_characters = 100};
    const mpb_masking_options options = {0.15, false, 7};
    mpb_strings vocabulary = {0};
    mpb_tokenizer *tokenizer = NULL;
    mpb_masking *masking = NULL;

    for (size_t i = 0; i < sizeof(tokens) / sizeof(tokens[0]); i++) {
        CHECK_OK(mpb_strings_add(&vocabulary, tokens[i], strlen(tokens[i])));
    }
    CHECK_OK(mpb_tokenizer_create(&vocabulary, &settings, "test", &tokenizer));
    CHECK_FAILS(mpb_masking_create(tokenizer, &options, &masking), MPB_ERR_CONFIG,
                "the vocabulary has no [MASK]");
    CHECK(masking == NULL);
    mpb_tokenizer_destroy(&tokenizer);
    mpb_strings_clear(&vocabulary);
}

int main(void)
{
    for (int whole_words = 0; whole_words < 2; whole_words++) {
        shares_of_tokens_are_those_of_bert(whole_words == 1);
        counting_gives_what_masking_does(whole_words == 1);
        a_word_is_masked_as_a_whole_where_that_is_asked_for(whole_words == 1);
    }
    nothing_else_changes_and_special_tokens_never();
    the_rest_of_a_word_that_was_cut_is_a_word();
    draws_depend_on_seed_epoch_and_sequence();
    evaluation_sees_the_same_masks_whatever_the_seed();
    a_vocabulary_without_the_mask_is_refused();
    return 0;
}
