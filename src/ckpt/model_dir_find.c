#include <stdio.h>
#include <string.h>

#include "mpibert/ckpt/model_dir.h"
#include "mpibert/core/buffer.h"
#include "mpibert/io/file.h"

/* Looks in one place after the other, until one is a folder. */
typedef struct search {
    const char *hub_cache; /* borrowed; or NULL */
    mpb_buffer places;     /* where it looked, for the message */
    char found[MPB_PATH_SIZE];
} search;

static bool is_found(const search *s)
{
    return s->found[0] != '\0';
}

static mpb_status note_place(search *s, const char *place)
{
    return mpb_buffer_append_format(&s->places, "%s%s", s->places.size > 0 ? ", " : "", place);
}

/* In `parent`/`name`, or in `name` itself where `parent` is "". */
static mpb_status look_in(search *s, const char *parent, const char *name)
{
    char place[MPB_PATH_SIZE];

    if (is_found(s)) {
        return MPB_OK;
    }
    MPB_TRY(mpb_path_join(parent, name, place, sizeof(place)));
    if (mpb_file_is_directory(place)) {
        memcpy(s->found, place, sizeof(place));
        return MPB_OK;
    }
    return note_place(s, place);
}

static mpb_status look_in_models(search *s, const char *name)
{
    const mpb_architecture *known = mpb_architecture_find(name);
    const char *slash = strrchr(name, '/');

    if (known != NULL) {
        MPB_TRY(look_in(s, "models", known->key));
        MPB_TRY(look_in(s, "models", known->model_id));
        return slash == NULL ? MPB_OK : look_in(s, "models", name);
    }
    MPB_TRY(look_in(s, "models", name));
    return slash == NULL ? MPB_OK : look_in(s, "models", slash + 1);
}

/* `path` holds the name of a folder in snapshots: the commit that "main" was at the download. */
static mpb_status read_main(const char *path, char revision[MPB_PATH_SIZE])
{
    mpb_buffer text = {0};
    mpb_status status = mpb_file_read(path, &text);
    size_t length = 0;

    if (status == MPB_OK && text.size > 0) {
        length = strspn(text.data, "0123456789abcdef");
        length = text.data[length + strspn(text.data + length, " \r\n")] == '\0' ? length : 0;
    }
    if (length > 0 && length < MPB_PATH_SIZE) {
        memcpy(revision, text.data, length);
        revision[length] = '\0';
    }
    mpb_buffer_clear(&text);
    MPB_TRY(status);
    MPB_REQUIRE(length > 0 && length < MPB_PATH_SIZE, MPB_ERR_DATA,
                "the name of a commit was expected (%s)", path);
    return MPB_OK;
}

static mpb_status look_in_repository(search *s, const char *repository)
{
    char main[MPB_PATH_SIZE], snapshots[MPB_PATH_SIZE], revision[MPB_PATH_SIZE];

    if (!mpb_file_is_directory(repository)) {
        return note_place(s, repository);
    }
    MPB_TRY(mpb_path_join(repository, "refs/main", main, sizeof(main)));
    if (!mpb_file_exists(main)) {
        return note_place(s, main);
    }
    MPB_TRY(read_main(main, revision));
    MPB_TRY(mpb_path_join(repository, "snapshots", snapshots, sizeof(snapshots)));
    return look_in(s, snapshots, revision);
}

/* `organisation` is NULL where it stands in the name, or where there is none. */
static mpb_status look_in_cache(search *s, const char *organisation, const char *name)
{
    char folder[MPB_PATH_SIZE], repository[MPB_PATH_SIZE];
    const char *slash = strchr(name, '/');
    int before = slash == NULL ? 0 : (int)(slash - name);
    int length;

    if (is_found(s)) {
        return MPB_OK;
    }
    length = snprintf(folder, sizeof(folder), "models--%s%s%.*s%s%s",
                      organisation == NULL ? "" : organisation, organisation == NULL ? "" : "--",
                      before, name, slash == NULL ? "" : "--", slash == NULL ? name : slash + 1);
    MPB_REQUIRE(length >= 0 && length < MPB_PATH_SIZE, MPB_ERR_DATA, "the name is too long (%s)",
                name);
    MPB_TRY(mpb_path_join(s->hub_cache, folder, repository, sizeof(repository)));
    return look_in_repository(s, repository);
}

/* By every name that the hub has for the model. */
static mpb_status look_in_hub_cache(search *s, const char *name)
{
    const mpb_architecture *known = mpb_architecture_find(name);

    if (known != NULL) {
        MPB_TRY(look_in_cache(s, known->organisation, known->model_id));
        return look_in_cache(s, NULL, known->model_id);
    }
    return look_in_cache(s, NULL, strcmp(name, MPB_MINILM_KEY) == 0 ? MPB_MINILM_ID : name);
}

/* NAME or OWNER/NAME, as the hub has them; a path looks otherwise. */
static bool may_be_fetched(const char *name)
{
    const char *slash = strchr(name, '/');

    return name[0] != '\0' && name[0] != '/' && name[0] != '.' && name[0] != '~' &&
           (slash == NULL || (slash[1] != '\0' && strchr(slash + 1, '/') == NULL));
}

static mpb_status look(search *s, const char *name)
{
    MPB_TRY(look_in(s, "", name));
    MPB_TRY(look_in_models(s, name));
    return s->hub_cache != NULL && may_be_fetched(name) ? look_in_hub_cache(s, name) : MPB_OK;
}

static mpb_status fail_missing(const search *s, const char *name)
{
    MPB_REQUIRE(may_be_fetched(name), MPB_ERR_DATA,
                "model '%s' was not found, a model directory was expected (%s)", name, name);
    return MPB_FAIL(MPB_ERR_DATA,
                    "model '%s' was not found, a model directory or a model got with `mpibert "
                    "fetch %s` was expected (looked in %s)",
                    name, name, s->places.data);
}

static bool has_file(const char *directory, const char *name)
{
    char path[MPB_PATH_SIZE];

    return mpb_path_join(directory, name, path, sizeof(path)) == MPB_OK && mpb_file_exists(path);
}

/* A run's model is its final one. */
static mpb_status enter_run(char directory[MPB_PATH_SIZE])
{
    char final[MPB_PATH_SIZE];

    if (has_file(directory, "config.json") || !has_file(directory, "config.yaml")) {
        return MPB_OK;
    }
    MPB_TRY(mpb_path_join(directory, "final", final, sizeof(final)));
    MPB_REQUIRE(has_file(final, "config.json"), MPB_ERR_DATA,
                "the run has no final model yet, the path of a model directory was expected: "
                "best/ or a folder of checkpoints/, if it has any (%s)",
                directory);
    memcpy(directory, final, sizeof(final));
    return MPB_OK;
}

static mpb_status find(search *s, const char *name, char *path, size_t size)
{
    if (name[0] != '\0') {
        MPB_TRY(look(s, name));
    }
    if (!is_found(s)) {
        return fail_missing(s, name);
    }
    MPB_TRY(enter_run(s->found));
    MPB_REQUIRE(strlen(s->found) < size, MPB_ERR_SYSTEM,
                "path of %zu bytes is too long, at most %zu were expected (%s)", strlen(s->found),
                size - 1, s->found);
    memcpy(path, s->found, strlen(s->found) + 1);
    return MPB_OK;
}

mpb_status mpb_model_dir_find(const char *name, const char *hub_cache, char *path, size_t size)
{
    search s = {.hub_cache = hub_cache};
    mpb_status status = find(&s, name, path, size);

    mpb_buffer_clear(&s.places);
    return status;
}
