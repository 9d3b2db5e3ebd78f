#include "bottleneck_config.h"

#include <math.h>
#include <string.h>

static const char FACTOR[] = "reduction_factor";
static const char ADAPTERS[] = "adapters";
static const char CONFIGS[] = "config_map";
static const char FUSIONS[] = "fusions";

/* A member that decides what is computed; its values are JSON. BnConfig's defaults are those of houlsby, so
 * these hold where a member is absent that need not be there. */
typedef struct member {
    const char *name;
    const char *houlsby, *pfeiffer;
    bool required;
} member;

static const member MEMBERS[] = {
    {"adapter_residual_before_ln", "false", "false", false},
    {"inv_adapter", "null", "null", false},
    {"is_parallel", "false", "false", false},
    {"leave_out", "[]", "[]", false},
    {"ln_after", "false", "false", false},
    {"ln_before", "false", "false", false},
    {"mh_adapter", "true", "false", true},
    {"non_linearity", "\"swish\"", "\"relu\"", true},
    {"original_ln_after", "true", "true", false},
    {"original_ln_before", "false", "true", false},
    {"output_adapter", "true", "true", true},
    {"phm_layer", "false", "false", false},
    {"residual_before_ln", "true", "true", false},
    {"scaling", "1.0", "1.0", false},
    {"use_gating", "false", "false", false},
};

enum { NUM_MEMBERS = sizeof(MEMBERS) / sizeof(MEMBERS[0]) };

static const char *value_of(const member *of, mpb_bottleneck_kind kind)
{
    return kind == MPB_HOULSBY ? of->houlsby : of->pfeiffer;
}

static mpb_status parse(const char *text, mpb_json **value)
{
    return mpb_json_parse(text, strlen(text), "adapter", value);
}

/* A factor f by which floor(H / f), as AdapterHub computes the size, is `size`, whatever is rounded. */
static mpb_json *factor_of(int64_t size, int hidden_size)
{
    return hidden_size % size == 0
               ? mpb_json_new_integer(hidden_size / size)
               : mpb_json_new_number((double)hidden_size / ((double)size + 0.5));
}

mpb_status bottleneck_config_fill(const mpb_bottleneck *bottleneck, int hidden_size,
                                  mpb_json *object)
{
    for (size_t i = 0; i < NUM_MEMBERS; i++) {
        mpb_json *value = NULL;

        MPB_TRY(parse(value_of(&MEMBERS[i], bottleneck->kind), &value));
        MPB_TRY(mpb_json_set(object, MEMBERS[i].name, value));
    }
    return mpb_json_set(object, FACTOR, factor_of(bottleneck->size, hidden_size));
}

/* Of values as the table has them. */
static bool same(const mpb_json *a, const mpb_json *b)
{
    if (mpb_json_is_boolean(a) && mpb_json_is_boolean(b)) {
        return mpb_json_boolean(a) == mpb_json_boolean(b);
    }
    if (mpb_json_is_number(a) && mpb_json_is_number(b)) {
        return mpb_json_number(a) == mpb_json_number(b);
    }
    if (mpb_json_is_string(a) && mpb_json_is_string(b)) {
        return strcmp(mpb_json_text(a), mpb_json_text(b)) == 0;
    }
    if (mpb_json_is_array(a) && mpb_json_is_array(b)) {
        return mpb_json_count(a) == 0 && mpb_json_count(b) == 0;
    }
    return mpb_json_is_null(a) && mpb_json_is_null(b);
}

static mpb_status check_member(const mpb_json *object, const member *of, mpb_bottleneck_kind kind,
                               const char *where)
{
    const mpb_json *found = mpb_json_member(object, of->name);
    const char *text = value_of(of, kind);
    mpb_json *wanted = NULL;
    bool right;

    if (found == NULL) {
        MPB_REQUIRE(!of->required && strcmp(text, of->houlsby) == 0, MPB_ERR_DATA,
                    "member '%s' is missing, %s was expected of a %s adapter (%s)", of->name, text,
                    mpb_bottleneck_kind_name(kind), where);
        return MPB_OK;
    }
    MPB_TRY(parse(text, &wanted));
    right = same(found, wanted);
    mpb_json_destroy(&wanted);
    MPB_REQUIRE(right, MPB_ERR_DATA,
                "member '%s' asks for what this version does not have, %s was expected of a %s "
                "adapter (%s)",
                of->name, text, mpb_bottleneck_kind_name(kind), where);
    return MPB_OK;
}

/* As Python's int(H // f), and 1 at least. */
static mpb_status read_size(const mpb_json *object, int64_t hidden_size, const char *where,
                            int64_t *size)
{
    const double H = (double)hidden_size;
    double factor;

    MPB_TRY(mpb_json_get_number(object, FACTOR, where, &factor));
    MPB_REQUIRE(factor >= 1.0 && factor <= 1e6, MPB_ERR_DATA,
                "reduction_factor is %g, a number from 1 on was expected (%s)", factor, where);
    *size = (int64_t)lrint((H - fmod(H, factor)) / factor);
    *size = *size < 1 ? 1 : *size;
    return MPB_OK;
}

mpb_status bottleneck_config_read(const mpb_json *object, int64_t hidden_size, const char *where,
                                  mpb_bottleneck *bottleneck)
{
    const mpb_json *both = mpb_json_member(object, "mh_adapter");
    const bool houlsby = both != NULL && mpb_json_is_boolean(both) && mpb_json_boolean(both);
    mpb_bottleneck made = {.kind = houlsby ? MPB_HOULSBY : MPB_PFEIFFER};

    for (size_t i = 0; i < NUM_MEMBERS; i++) {
        MPB_TRY(check_member(object, &MEMBERS[i], made.kind, where));
    }
    MPB_TRY(read_size(object, hidden_size, where, &made.size));
    *bottleneck = made;
    return MPB_OK;
}

/* An object within another. */
static mpb_status add_object(mpb_json *to, const char *name, mpb_json **made)
{
    *made = mpb_json_new_object();
    return mpb_json_set(to, name, *made);
}

mpb_status bottleneck_config_set(const mpb_bottleneck *bottleneck, int hidden_size, mpb_json *root)
{
    mpb_json *all;
    mpb_json *inner;

    MPB_TRY(add_object(root, ADAPTERS, &all));
    MPB_TRY(add_object(all, ADAPTERS, &inner));
    MPB_TRY(mpb_json_set(inner, MPB_BOTTLENECK_NAME, mpb_json_new_text(MPB_BOTTLENECK_NAME)));
    MPB_TRY(add_object(all, CONFIGS, &inner));
    MPB_TRY(add_object(inner, MPB_BOTTLENECK_NAME, &inner));
    MPB_TRY(bottleneck_config_fill(bottleneck, hidden_size, inner));
    return add_object(all, FUSIONS, &inner);
}

/* The word by which the one adapter's configuration is found. */
static mpb_status read_list(const mpb_json *adapters, const mpb_json *fusions, const char *where,
                            const char **key)
{
    const char *name = NULL;
    const mpb_json *value;

    MPB_REQUIRE(fusions == NULL || mpb_json_count(fusions) == 0, MPB_ERR_DATA,
                "the model fuses adapters, one of them alone was expected (%s)", where);
    MPB_REQUIRE(mpb_json_is_object(adapters) && mpb_json_count(adapters) == 1, MPB_ERR_DATA,
                "the model has %zu adapters, one was expected (%s)", mpb_json_count(adapters),
                where);
    value = mpb_json_member_at(adapters, 0, &name);
    MPB_REQUIRE(strcmp(name, MPB_BOTTLENECK_NAME) == 0, MPB_ERR_DATA,
                "the model's adapter is called '%.100s', " MPB_BOTTLENECK_NAME
                " was expected: one of another name is read from a folder of its own, with "
                "adapter_config.json (%s)",
                name, where);
    *key = mpb_json_is_string(value) ? mpb_json_text(value) : "";
    return MPB_OK;
}

mpb_status bottleneck_config_get(const mpb_json *root, int hidden_size, const char *where,
                                 mpb_bottleneck *bottleneck)
{
    const mpb_json *all = mpb_json_member(root, ADAPTERS);
    const mpb_json *adapters = all == NULL ? NULL : mpb_json_member(all, ADAPTERS);
    const mpb_json *configs = all == NULL ? NULL : mpb_json_member(all, CONFIGS);
    const mpb_json *one;
    const char *key = "";

    if (all == NULL || mpb_json_is_null(all) ||
        (adapters != NULL && mpb_json_count(adapters) == 0)) {
        return MPB_OK;
    }
    MPB_REQUIRE(
        adapters != NULL && configs != NULL, MPB_ERR_DATA,
        "member 'adapters' says not which there are, an object with adapters and config_map "
        "was expected (%s)",
        where);
    MPB_TRY(read_list(adapters, mpb_json_member(all, FUSIONS), where, &key));
    one = mpb_json_member(configs, key);
    MPB_REQUIRE(one != NULL && mpb_json_is_object(one), MPB_ERR_DATA,
                "adapters.config_map lacks an object '%.100s', which says what the adapter is (%s)",
                key, where);
    return bottleneck_config_read(one, hidden_size, where, bottleneck);
}
