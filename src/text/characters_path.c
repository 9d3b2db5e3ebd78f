#include "mpibert/core/utf8.h"
#include "normalised.h"
#include "reorder.h"
#include "text_encoder.h"

static mpb_status add_character(mpb_text_encoder *e, uint32_t c, size_t length)
{
    mpb_char_action action = mpb_characters_action(&e->characters, c);

    switch (action.kind) {
    case MPB_CHAR_LETTER:
    case MPB_CHAR_SPACE:
    case MPB_CHAR_PUNCTUATION:
    case MPB_CHAR_CHINESE:
        MPB_TRY(mpb_add_normalised(e, action.kind, action.code, e->position));
        break;
    case MPB_CHAR_KEPT_MARK:
        return mpb_add_kept_mark(e);
    case MPB_CHAR_SEVERAL:
        return mpb_add_several(e, c, length);
    case MPB_CHAR_UNSEEN:
    case MPB_CHAR_CLEANED:
    case MPB_CHAR_SILENT:
    case MPB_CHAR_MARK:
        break;
    }
    e->at += length;
    e->position++;
    return MPB_OK;
}

mpb_status mpb_encode_characters(mpb_text_encoder *e)
{
    do {
        uint32_t c = 0;
        size_t length = mpb_utf8_decode(e->text + e->at, e->end - e->at, &c);

        MPB_REQUIRE(length > 0, MPB_ERR_DATA, "the text is no UTF-8 from byte %zu on", e->at);
        MPB_TRY(add_character(e, c, length));
    } while (e->at < e->end && (e->word.count > 0 || (unsigned char)e->text[e->at] >= 0x80));
    return MPB_OK;
}
