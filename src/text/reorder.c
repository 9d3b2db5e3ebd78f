/* Canonical ordering.
 *
 * Decomposition sorts each run of combining characters (those between two that do not combine) by
 * combining class. Marks that accent stripping removes need no order, so runs are skipped over
 * until one is found of which something stays. The reference then gives places by position: in
 * sorted order, each first character of a decomposition takes the next source character of the run,
 * every other one the place of its predecessor.
 */

#include "reorder.h"

#include <string.h>

#include "mpibert/core/utf8.h"
#include "normalised.h"

enum { CLASS_END = 256 }; /* above every combining class */

/* Combining characters that are sorted together: the tail of a decomposed character, and the
 * source characters behind it. */
typedef struct run {
    uint32_t tail[MPB_DECOMPOSED];
    size_t tail_count;
    size_t begin; /* of the source characters, bytes */
    size_t end;
    uint32_t position; /* of text[begin] in code points */
} run;

/* One walk over the source characters of a run. */
typedef struct walk {
    size_t at;
    uint32_t position;              /* of the character that was read last */
    uint32_t next;                  /* of the one at `at` */
    uint32_t parts[MPB_DECOMPOSED]; /* its decomposition */
    size_t count;
} walk;

static walk walk_begin(const run *r)
{
    return (walk){.at = r->begin, .position = r->position - 1, .next = r->position};
}

/* Reads the next source character that cleaning has left; false at the end of the run. */
static bool walk_next(mpb_text_encoder *e, const run *r, walk *w)
{
    while (w->at < r->end) {
        uint32_t c = 0;

        w->at += mpb_utf8_decode(e->text + w->at, r->end - w->at, &c);
        w->position = w->next++;
        if (mpb_characters_action(&e->characters, c).kind != MPB_CHAR_CLEANED) {
            w->count = mpb_characters_decompose(&e->characters.options, c, w->parts);
            return true;
        }
    }
    return false;
}

static int lowest_above(int lowest, int above, const uint32_t *parts, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        int class = mpb_characters_combining_class(parts[i]);

        if (class > above && class < lowest) {
            lowest = class;
        }
    }
    return lowest;
}

/* The lowest combining class of the run above `class`, or CLASS_END. */
static int next_class(mpb_text_encoder *e, const run *r, int class)
{
    int lowest = lowest_above(CLASS_END, class, r->tail, r->tail_count);
    walk w = walk_begin(r);

    while (walk_next(e, r, &w)) {
        lowest = lowest_above(lowest, class, w.parts, w.count);
    }
    return lowest;
}

/* Takes one decomposed character the rest of the way: accents, lower case, splitting. */
static mpb_status add_decomposed(mpb_text_encoder *e, uint32_t part, uint32_t source)
{
    const mpb_tokenizer_options *options = &e->characters.options;
    uint32_t lower[MPB_LOWERED];
    size_t count;

    if (options->strip_accents && mpb_characters_is_accent(part)) {
        return MPB_OK;
    }
    count = mpb_characters_lower(options, part, lower);
    for (size_t i = 0; i < count; i++) {
        MPB_TRY(mpb_add_normalised(e, mpb_characters_split_kind(lower[i]), lower[i], source));
    }
    return MPB_OK;
}

/* Appends what has combining class `class`; `places` walks along and gives source positions. */
static mpb_status add_class(mpb_text_encoder *e, const run *r, int class, walk *places)
{
    walk w = walk_begin(r);

    for (size_t i = 0; i < r->tail_count; i++) {
        if (mpb_characters_combining_class(r->tail[i]) == class) {
            MPB_TRY(add_decomposed(e, r->tail[i], places->position));
        }
    }
    while (walk_next(e, r, &w)) {
        for (size_t i = 0; i < w.count; i++) {
            if (mpb_characters_combining_class(w.parts[i]) != class) {
                continue;
            }
            if (i == 0) {
                walk_next(e, r, places);
            }
            MPB_TRY(add_decomposed(e, w.parts[i], places->position));
        }
    }
    return MPB_OK;
}

/* Appends a run in canonical order. Rather than sort it, which would need memory for runs of any
 * length, each class in turn is picked out of the source. */
static mpb_status add_run(mpb_text_encoder *e, const run *r)
{
    walk places = walk_begin(r);
    int class = next_class(e, r, 0);

    while (class != CLASS_END) {
        MPB_TRY(add_class(e, r, class, &places));
        class = next_class(e, r, class);
    }
    return MPB_OK;
}

static bool joins_run(mpb_char_kind kind)
{
    return kind == MPB_CHAR_MARK || kind == MPB_CHAR_KEPT_MARK || kind == MPB_CHAR_CLEANED;
}

/* Moves over the characters from e->at on that belong to a run. */
static void skip_run(mpb_text_encoder *e)
{
    while (e->at < e->end) {
        uint32_t c = 0;
        size_t length = mpb_utf8_decode(e->text + e->at, e->end - e->at, &c);

        if (length == 0 || !joins_run(mpb_characters_action(&e->characters, c).kind)) {
            return;
        }
        e->at += length;
        e->position++;
    }
}

/* The code point that ends before text[at]. */
static size_t step_back(mpb_text_encoder *e, size_t at, uint32_t *c)
{
    do {
        at--;
    } while (((unsigned char)e->text[at] & 0xC0) == 0x80);
    mpb_utf8_decode(e->text + at, e->end - at, c);
    return at;
}

/* Splits the decomposition of `c` into what does not combine and the combining tail. */
static size_t split_tail(mpb_text_encoder *e, uint32_t c, uint32_t parts[MPB_DECOMPOSED], run *r)
{
    size_t count = mpb_characters_decompose(&e->characters.options, c, parts);
    size_t head = count;

    while (head > 0 && mpb_characters_combining_class(parts[head - 1]) != 0) {
        head--;
    }
    r->tail_count = count - head;
    memcpy(r->tail, parts + head, r->tail_count * sizeof(*parts));
    return head;
}

/* At a mark of which something stays: the run began before it, with marks that were skipped. What
 * the character before those ends in belongs to the run as well, but none of it stays (otherwise
 * mpb_add_several had taken the run) and it takes no place of its own. */
mpb_status mpb_add_kept_mark(mpb_text_encoder *e)
{
    run r = {.begin = e->at, .position = e->position};

    while (r.begin > e->begin) {
        uint32_t c = 0;
        size_t before = step_back(e, r.begin, &c);

        if (!joins_run(mpb_characters_action(&e->characters, c).kind)) {
            break;
        }
        r.begin = before;
        r.position--;
    }
    skip_run(e);
    r.end = e->at;
    return add_run(e, &r);
}

/* At a character that becomes several, its last ones perhaps combining. */
mpb_status mpb_add_several(mpb_text_encoder *e, uint32_t c, size_t length)
{
    uint32_t parts[MPB_DECOMPOSED];
    uint32_t source = e->position;
    run r = {.begin = e->at + length, .position = source + 1};
    size_t head = split_tail(e, c, parts, &r);
    size_t kept = 0;

    for (size_t i = 0; i < head; i++) {
        MPB_TRY(add_decomposed(e, parts[i], source));
    }
    e->at += length;
    e->position++;
    for (size_t i = 0; i < r.tail_count; i++) {
        kept += !mpb_characters_is_accent(r.tail[i]);
    }
    if (kept == 0) {
        return MPB_OK;
    }
    skip_run(e);
    r.end = e->at;
    return add_run(e, &r);
}
