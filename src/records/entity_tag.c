#include "mpibert/records/entity_tag.h"

#include <string.h>

const char *mpb_tag_type(const char *tag)
{
    return tag[0] != '\0' && strchr("BIESLU", tag[0]) != NULL && tag[1] == '-' ? tag + 2 : NULL;
}

bool mpb_tag_begins(const char *const *tags, size_t i)
{
    const char *type = mpb_tag_type(tags[i]);
    const char *before = i == 0 ? NULL : mpb_tag_type(tags[i - 1]);

    if (type == NULL) {
        return false;
    }
    return strchr("BSU", tags[i][0]) != NULL || before == NULL || strcmp(type, before) != 0;
}

bool mpb_tag_ends(const char *const *tags, size_t count, size_t i)
{
    return mpb_tag_type(tags[i]) != NULL &&
           (i + 1 == count || mpb_tag_type(tags[i + 1]) == NULL || mpb_tag_begins(tags, i + 1));
}
