#include "mpibert/config/sweep_file.h"

#include <stdlib.h>
#include <string.h>

#include "run_config_table.h"
#include "sweep_values.h"
#include "sweep_ways.h"

enum { KEY_SIZE = 256 };

void mpb_sweep_file_clear(mpb_sweep_file *sweep)
{
    for (size_t i = 0; i < sweep->count; i++) {
        mpb_run_config_clear(&sweep->settings[i].config);
    }
    free(sweep->settings);
    free(sweep->seeds);
    free(sweep->halving.after_epochs);
    *sweep = (mpb_sweep_file){0};
}

static mpb_status read_halving(const char *path, const mpb_yaml_node *node, mpb_halving *halving)
{
    static const char *const members[] = {"keep", "after_epochs"};
    const mpb_yaml_node *keep;
    const mpb_yaml_node *epochs;

    MPB_REQUIRE(node->kind == MPB_YAML_MAP, MPB_ERR_CONFIG,
                "halving is no map, keep and after_epochs were expected, as in {keep: 0.5, "
                "after_epochs: [1, 2]} (%s, line %d)",
                path, node->line);
    MPB_TRY(sweep_check_members(path, node, members, 2));
    keep = mpb_yaml_member(node, "keep");
    epochs = mpb_yaml_member(node, "after_epochs");
    MPB_REQUIRE(keep != NULL && epochs != NULL, MPB_ERR_CONFIG,
                "halving has no %s, both keep and after_epochs were expected (%s, line %d)",
                keep == NULL ? "keep" : "after_epochs", path, node->line);
    MPB_TRY(sweep_read_keep(path, keep, &halving->keep));
    return sweep_read_numbers(path, &SWEEP_AFTER_EPOCHS, epochs, &halving->after_epochs,
                              &halving->count);
}

/* Whether all comparisons come before the end of the setting's runs, and have something to compare. */
static mpb_status check_halving(const char *path, const mpb_halving *halving,
                                const mpb_sweep_setting *setting)
{
    const mpb_run_training *training = &setting->config.training;
    const int64_t last = halving->count == 0 ? 0 : halving->after_epochs[halving->count - 1];

    if (halving->count == 0) {
        return MPB_OK;
    }
    MPB_REQUIRE(training->max_steps == 0, MPB_ERR_CONFIG,
                "halving counts epochs, but training.max_steps of %s is %lld: null was expected "
                "(%s)",
                setting->name, (long long)training->max_steps, path);
    MPB_REQUIRE(last < training->epochs, MPB_ERR_CONFIG,
                "halving.after_epochs has %lld, but training.epochs of %s is %lld: less was "
                "expected (%s)",
                (long long)last, setting->name, (long long)training->epochs, path);
    MPB_REQUIRE(training->eval_strategy != MPB_RUN_EVAL_NO, MPB_ERR_CONFIG,
                "halving compares validations, but training.eval_strategy of %s is 'no' (%s)",
                setting->name, path);
    return MPB_OK;
}

static mpb_status check_resume(const mpb_sweep_setting *setting)
{
    const char *resume = setting->config.checkpoint.resume;

    MPB_REQUIRE(strcmp(resume, "auto") == 0 || strcmp(resume, "never") == 0, MPB_ERR_CONFIG,
                "checkpoint.resume is %s, but runs of a sweep go on from checkpoints of their own: "
                "auto or never was expected",
                resume);
    return MPB_OK;
}

/* The first setting whose text is that of `at`; often that one itself. */
static size_t first_with_text_of(const mpb_buffer *texts, size_t at)
{
    size_t i = 0;

    while (strcmp(texts[i].data, texts[at].data) != 0) {
        i++;
    }
    return i;
}

static mpb_status compare_settings(const char *path, const mpb_sweep_file *sweep, mpb_buffer *texts)
{
    for (size_t i = 0; i < sweep->count; i++) {
        size_t same;

        MPB_TRY(mpb_run_config_write(&sweep->settings[i].config, &texts[i]));
        same = first_with_text_of(texts, i);
        MPB_REQUIRE(same == i, MPB_ERR_CONFIG,
                    "%s and %s are the same settings, different ones were expected (%s)",
                    sweep->settings[same].name, sweep->settings[i].name, path);
    }
    return MPB_OK;
}

static mpb_status check_different(const char *path, const mpb_sweep_file *sweep)
{
    mpb_buffer *texts = calloc(sweep->count, sizeof(*texts));
    mpb_status status;

    MPB_REQUIRE(texts != NULL, MPB_ERR_SYSTEM, "no memory to compare %zu settings", sweep->count);
    status = compare_settings(path, sweep, texts);
    for (size_t i = 0; i < sweep->count; i++) {
        mpb_buffer_clear(&texts[i]);
    }
    free(texts);
    return status;
}

static mpb_status check_settings(const char *path, const mpb_sweep_file *sweep)
{
    for (size_t i = 0; i < sweep->count; i++) {
        MPB_TRY(check_halving(path, &sweep->halving, &sweep->settings[i]));
    }
    MPB_TRY(check_resume(&sweep->settings[0]));
    return check_different(path, sweep);
}

/* A seed beside those of the file would go unheard. */
static mpb_status refuse_seed(const char *path, const run_origin *origin)
{
    for (size_t i = 0; i < origin->count; i++) {
        const size_t length = strcspn(origin->overrides[i], "=");
        char key[KEY_SIZE];
        int found;

        if (length >= sizeof(key)) {
            continue;
        }
        memcpy(key, origin->overrides[i], length);
        key[length] = '\0';
        found = run_key_find(key);
        MPB_REQUIRE(found == KEY_NONE || strcmp(run_keys[found].name, "training.seed") != 0,
                    MPB_ERR_CONFIG,
                    "%.100s is given beside the seeds of %s, one of both was expected (command "
                    "line)",
                    origin->overrides[i], path);
    }
    return MPB_OK;
}

static mpb_status read_seeds(const sweep_source *source, const mpb_yaml_node *node,
                             mpb_sweep_file *sweep)
{
    if (node != NULL) {
        MPB_TRY(refuse_seed(source->path, source->origin));
        return sweep_read_numbers(source->path, &SWEEP_SEEDS, node, &sweep->seeds,
                                  &sweep->num_seeds);
    }
    sweep->seeds = calloc(1, sizeof(*sweep->seeds));
    MPB_REQUIRE(sweep->seeds != NULL, MPB_ERR_SYSTEM, "no memory for a seed");
    sweep->seeds[sweep->num_seeds++] = sweep->settings[0].config.training.seed;
    return MPB_OK;
}

static mpb_status read_root(const sweep_source *source, const mpb_yaml_node *root,
                            mpb_sweep_file *sweep)
{
    static const char *const members[] = {"ways", "seeds", "halving"};
    const mpb_yaml_node *ways;
    const mpb_yaml_node *halving;

    MPB_REQUIRE(root->kind == MPB_YAML_MAP, MPB_ERR_CONFIG,
                "ways, seeds and halving were expected (%s, line %d)", source->path, root->line);
    MPB_TRY(sweep_check_members(source->path, root, members, 3));
    ways = mpb_yaml_member(root, "ways");
    MPB_REQUIRE(ways != NULL && ways->kind == MPB_YAML_MAP && ways->num_children > 0,
                MPB_ERR_CONFIG,
                "there are no ways, at least one was expected, as in ways: {full: "
                "{training.learning_rate: [2.0e-5, 5.0e-5]}} (%s)",
                source->path);
    MPB_TRY(sweep_ways_read(source, ways, sweep));
    MPB_TRY(read_seeds(source, mpb_yaml_member(root, "seeds"), sweep));
    halving = mpb_yaml_member(root, "halving");
    if (halving != NULL) {
        MPB_TRY(read_halving(source->path, halving, &sweep->halving));
    }
    return check_settings(source->path, sweep);
}

mpb_status mpb_sweep_file_read(const mpb_log *log, const char *path, const char *config_path,
                               const char *const *overrides, size_t count, mpb_sweep_file *sweep)
{
    const run_origin origin = {.path = config_path, .overrides = overrides, .count = count};
    const sweep_source source = {.log = log, .path = path, .origin = &origin};
    mpb_sweep_file made = {0};
    mpb_yaml_node *root = NULL;
    mpb_status status;

    MPB_TRY(mpb_yaml_read(path, &root));
    status = read_root(&source, root, &made);
    mpb_yaml_destroy(&root);
    if (status != MPB_OK) {
        mpb_sweep_file_clear(&made);
        return status;
    }
    *sweep = made;
    return MPB_OK;
}
