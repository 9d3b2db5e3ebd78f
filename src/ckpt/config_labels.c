#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config_internal.h"

static bool is_default_label(const char *name, size_t id)
{
    char expected[32];

    snprintf(expected, sizeof(expected), "LABEL_%zu", id);
    return strcmp(name, expected) == 0;
}

/* The id of a member of id2label, or -1: its name is a number as Python's int() reads it. */
static int64_t id_of(const char *key, size_t count)
{
    const size_t digits = strspn(key, "0123456789");
    const long long id = strtoll(key, NULL, 10);

    return digits > 0 && key[digits] == '\0' && id >= 0 && (size_t)id < count ? id : -1;
}

/* places[id] = the place of id among the members of id2label, in whatever order these are. */
static mpb_status find_places(const mpb_json *labels, const char *where, size_t *places)
{
    const size_t count = mpb_json_count(labels);

    for (size_t id = 0; id < count; id++) {
        places[id] = count;
    }
    for (size_t i = 0; i < count; i++) {
        const char *key;
        int64_t id;

        mpb_json_member_at(labels, i, &key);
        id = id_of(key, count);
        MPB_REQUIRE(id >= 0 && places[id] == count, MPB_ERR_DATA,
                    "id2label has a member '%s', each number from 0 to %zu once was expected (%s)",
                    key, count - 1, where);
        places[id] = i;
    }
    return MPB_OK;
}

/* A number or true is a name too: as its JSON text. */
static mpb_status add_name(const mpb_json *name, size_t id, const char *where, mpb_strings *names)
{
    mpb_buffer text = {0};
    mpb_status status;

    if (mpb_json_is_string(name)) {
        return mpb_strings_add(names, mpb_json_text(name), strlen(mpb_json_text(name)));
    }
    MPB_REQUIRE(mpb_json_is_number(name) || mpb_json_is_boolean(name), MPB_ERR_DATA,
                "member '%zu' of id2label is neither text nor number, a label's name was expected "
                "(%s)",
                id, where);
    status = mpb_json_write(name, 0, &text);
    if (status == MPB_OK) {
        status = mpb_strings_add(names, text.data, text.size);
    }
    mpb_buffer_clear(&text);
    return status;
}

/* Adds the names in id order, or none where all are LABEL_n. */
static mpb_status add_names(const mpb_json *labels, const char *where, const size_t *places,
                            mpb_strings *names)
{
    const size_t count = mpb_json_count(labels);
    bool real = false;

    for (size_t id = 0; id < count; id++) {
        const char *key;

        MPB_TRY(add_name(mpb_json_member_at(labels, places[id], &key), id, where, names));
        real = real || !is_default_label(names->items[id], id);
    }
    if (!real) {
        mpb_strings_clear(names);
    }
    return MPB_OK;
}

mpb_status config_read_names(const mpb_json *root, const char *where, mpb_strings *names)
{
    const mpb_json *labels = config_given(root, "id2label");
    size_t *places;
    mpb_status status;

    if (labels == NULL) {
        return MPB_OK;
    }
    places = calloc(mpb_json_count(labels), sizeof(*places));
    MPB_REQUIRE(places != NULL, MPB_ERR_SYSTEM, "no memory for %zu labels", mpb_json_count(labels));
    status = find_places(labels, where, places);
    if (status == MPB_OK) {
        status = add_names(labels, where, places, names);
    }
    free(places);
    return status;
}

mpb_status config_read_num_labels(const mpb_json *root, const char *where, mpb_model_config *config)
{
    const mpb_json *labels = config_given(root, "id2label");
    int asked;

    MPB_REQUIRE(labels == NULL || (mpb_json_is_object(labels) && mpb_json_count(labels) <= INT_MAX),
                MPB_ERR_DATA, "id2label is no object, {\"0\": \"name\", ...} was expected (%s)",
                where);
    config->num_labels = labels == NULL ? 2 : (int)mpb_json_count(labels);
    if (config_given(root, "num_labels") == NULL) {
        return MPB_OK;
    }
    MPB_TRY(config_get_size(root, "num_labels", where, &asked));
    MPB_REQUIRE(labels == NULL || asked == config->num_labels, MPB_ERR_DATA,
                "num_labels is %d, id2label names %d labels (%s)", asked, config->num_labels,
                where);
    config->num_labels = asked;
    return MPB_OK;
}
