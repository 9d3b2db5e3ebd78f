#include "tag_scheme.h"

#include <string.h>

static bool is_outside(const char *tag)
{
    return strcmp(tag, "O") == 0;
}

static bool is_entity(const char *tag)
{
    return tag[0] != '\0' && strchr("BIES", tag[0]) != NULL && tag[1] == '-' && tag[2] != '\0';
}

/* Whether the entity of `before` goes on with `tag`, an entity's; NULL: nothing is before. */
static bool continues(const char *before, const char *tag)
{
    return before != NULL && is_entity(before) && (before[0] == 'B' || before[0] == 'I') &&
           (tag[0] == 'I' || tag[0] == 'E') && strcmp(before + 1, tag + 1) == 0;
}

void mpb_tag_survey_add(mpb_tag_survey *survey, const char *const *tags, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const char *tag = tags[i];

        if (!is_entity(tag)) {
            survey->plain = survey->plain || !is_outside(tag);
            continue;
        }
        survey->entity = true;
        survey->ends = survey->ends || tag[0] == 'E' || tag[0] == 'S';
        survey->begins_with_i = survey->begins_with_i ||
                                (tag[0] == 'I' && !continues(i == 0 ? NULL : tags[i - 1], tag));
    }
}

mpb_tag_scheme mpb_tag_survey_scheme(const mpb_tag_survey *survey)
{
    if (survey->plain || !survey->entity) {
        return MPB_TAGS_PLAIN;
    }
    if (survey->ends) {
        return MPB_TAGS_IOBES;
    }
    return survey->begins_with_i ? MPB_TAGS_IOB1 : MPB_TAGS_IOB2;
}

mpb_status mpb_tags_to_iob2(mpb_tag_scheme scheme, const char *const *tags, size_t count,
                            mpb_label_list *out)
{
    for (size_t i = 0; i < count; i++) {
        const char *tag = tags[i];

        MPB_TRY(mpb_label_list_add(out, tag, strlen(tag)));
        if (scheme != MPB_TAGS_PLAIN && is_entity(tag)) {
            out->bytes.data[out->begins[out->count - 1]] =
                i > 0 && continues(tags[i - 1], tag) ? 'I' : 'B';
        }
    }
    return MPB_OK;
}
