#include "answer_words.h"

#include <assert.h>
#include <string.h>

#include "mpibert/core/buffer.h"
#include "mpibert/core/utf8.h"
#include "mpibert/text/python_text.h"

/* The word that is being put together. `run` is where letters and numbers at its end begin: an
 * article is such a run with nothing of its kind on either side, and leaves a blank. */
typedef struct splitter {
    mpb_buffer word;
    size_t run;
    mpb_strings *words;
} splitter;

static mpb_status end_word(splitter *s)
{
    mpb_status status = MPB_OK;

    if (s->word.size > 0) {
        status = mpb_strings_add(s->words, s->word.data, s->word.size);
    }
    mpb_buffer_reset(&s->word);
    s->run = 0;
    return status;
}

static bool is_article(const char *run, size_t length)
{
    static const char *const ARTICLES[] = {"a", "an", "the"};

    for (size_t i = 0; i < sizeof(ARTICLES) / sizeof(*ARTICLES); i++) {
        if (strlen(ARTICLES[i]) == length && memcmp(ARTICLES[i], run, length) == 0) {
            return true;
        }
    }
    return false;
}

static mpb_status end_run(splitter *s)
{
    const size_t length = s->word.size - s->run;

    if (length == 0 || !is_article(s->word.data + s->run, length)) {
        return MPB_OK;
    }
    s->word.size = s->run;
    return end_word(s);
}

/* string.punctuation */
static bool is_punctuation(uint32_t c)
{
    return (c >= '!' && c <= '/') || (c >= ':' && c <= '@') || (c >= '[' && c <= '`') ||
           (c >= '{' && c <= '~');
}

static mpb_status add_character(const char *bytes, size_t length, uint32_t c, splitter *s)
{
    if (is_punctuation(c)) {
        return MPB_OK;
    }
    if (mpb_char_is_alphanumeric(c)) {
        return mpb_buffer_append(&s->word, bytes, length);
    }
    MPB_TRY(end_run(s));
    if (mpb_char_is_space(c)) {
        return end_word(s);
    }
    MPB_TRY(mpb_buffer_append(&s->word, bytes, length));
    s->run = s->word.size;
    return MPB_OK;
}

static mpb_status split(const mpb_buffer *lower, splitter *s)
{
    for (size_t at = 0; at < lower->size;) {
        uint32_t c = 0;
        size_t length = mpb_utf8_decode(lower->data + at, lower->size - at, &c);

        assert(length > 0);
        MPB_TRY(add_character(lower->data + at, length, c, s));
        at += length;
    }
    MPB_TRY(end_run(s));
    return end_word(s);
}

mpb_status answer_words(const char *text, mpb_strings *words)
{
    mpb_buffer lower = {0};
    splitter s = {.words = words};
    mpb_status status = mpb_text_lower(text, &lower);

    if (status == MPB_OK) {
        status = split(&lower, &s);
    }
    mpb_buffer_clear(&s.word);
    mpb_buffer_clear(&lower);
    return status;
}
