/* What a sweep file means, and the one line that every kind of mistake gets. */

#include "mpibert/config/sweep_file.h"

#include "check.h"
#include "scratch.h"

static const mpb_log QUIET = {.command = "test", .leader = false};

/* The folder with the files of a test. */
typedef struct files {
    char folder[MPB_PATH_SIZE];
    char config[MPB_PATH_SIZE];
    char sweep[MPB_PATH_SIZE];
} files;

static mpb_status read_with(files *f, const char *sweep, const char *const *overrides, size_t count,
                            mpb_sweep_file *made)
{
    scratch_text(f->folder, "sweep.yaml", sweep, f->sweep);
    return mpb_sweep_file_read(&QUIET, f->sweep, f->config, overrides, count, made);
}

/* The file is refused with a line that holds `text` and, unless 0, its line. */
static void refused(files *f, const char *sweep, const char *text, int line)
{
    mpb_sweep_file made = {0};
    char where[MPB_PATH_SIZE + 32];

    CHECK_FAILS(read_with(f, sweep, NULL, 0, &made), MPB_ERR_CONFIG, text);
    snprintf(where, sizeof(where), "(%s, line %d)", f->sweep, line);
    CHECK(line == 0 || strstr(mpb_status_last(), where) != NULL);
    CHECK(made.settings == NULL && made.seeds == NULL && made.halving.after_epochs == NULL);
}

static void every_combination_of_a_way_is_a_setting(files *f)
{
    mpb_sweep_file sweep = {0};

    CHECK_OK(
        read_with(f,
                  "ways:\n"
                  "  full: {training.learning_rate: [2.0e-5, 5e-5], weight_decay: [0, 0.1]}\n"
                  "  lora: {model.lora: [{rank: 4}, {rank: 8, alpha: 32}], learning_rate: 1e-3}\n"
                  "  as-it-is:\n"
                  "seeds: [3, 1]\n"
                  "halving: {keep: 0.25, after_epochs: [1, 3]}\n",
                  NULL, 0, &sweep));
    CHECK(sweep.count == 7);
    CHECK_TEXT(sweep.settings[0].name, "full-learning_rate-2.0e-5-weight_decay-0");
    CHECK_TEXT(sweep.settings[1].name, "full-learning_rate-2.0e-5-weight_decay-0.1");
    CHECK_TEXT(sweep.settings[2].name, "full-learning_rate-5e-5-weight_decay-0");
    CHECK_TEXT(sweep.settings[4].name, "lora-lora-1");
    CHECK_TEXT(sweep.settings[5].name, "lora-lora-2");
    CHECK_TEXT(sweep.settings[6].name, "as-it-is");
    CHECK_NEAR(sweep.settings[1].config.training.learning_rate, 2e-5, 0.0);
    CHECK_NEAR(sweep.settings[1].config.training.weight_decay, 0.1, 0.0);
    CHECK_NEAR(sweep.settings[5].config.training.learning_rate, 1e-3, 0.0);
    CHECK(sweep.settings[5].config.model.lora.rank == 8);
    CHECK_NEAR(sweep.settings[5].config.model.lora.alpha, 32.0, 0.0);
    CHECK(sweep.settings[6].config.model.lora.rank == 0);
    CHECK_TEXT(sweep.settings[6].config.checkpoint.directory, "runs/sweep-test");
    CHECK(sweep.num_seeds == 2 && sweep.seeds[0] == 3 && sweep.seeds[1] == 1);
    CHECK_NEAR(sweep.halving.keep, 0.25, 0.0);
    CHECK(sweep.halving.count == 2 && sweep.halving.after_epochs[1] == 3);
    mpb_sweep_file_clear(&sweep);
}

static void a_way_has_the_last_word_over_the_configuration(files *f)
{
    const char *const overrides[] = {"training.batch_size=4", "training.seed=9"};
    mpb_sweep_file sweep = {0};

    CHECK_OK(read_with(f, "ways: {a: {training.epochs: 7, training.eval_every_steps: 5}}\n",
                       overrides, 2, &sweep));
    CHECK(sweep.count == 1 && sweep.halving.count == 0);
    CHECK(sweep.settings[0].config.training.epochs == 7); /* 4 in the configuration */
    CHECK(sweep.settings[0].config.training.batch_size == 4);
    CHECK(sweep.settings[0].config.training.eval_strategy == MPB_RUN_EVAL_STEPS);
    CHECK(sweep.num_seeds == 1 && sweep.seeds[0] == 9);
    mpb_sweep_file_clear(&sweep);
}

static void a_list_holds_alternatives_of_lists_too(files *f)
{
    mpb_sweep_file sweep = {0};

    CHECK_OK(
        read_with(f, "ways: {a: {model.trainable: [[pooler], head, top:2]}}\n", NULL, 0, &sweep));
    CHECK(sweep.count == 3);
    CHECK_TEXT(sweep.settings[0].name, "a-trainable-1");
    CHECK(sweep.settings[0].config.model.trainable.kind == MPB_TRAIN_NAMED);
    CHECK_TEXT(sweep.settings[1].name, "a-trainable-head");
    CHECK_TEXT(sweep.settings[2].name, "a-trainable-top_2");
    CHECK(sweep.settings[2].config.model.trainable.top_layers == 2);
    mpb_sweep_file_clear(&sweep);
}

static void mistakes_in_ways_are_refused(files *f)
{
    refused(f, "", "there are no ways", 0);
    refused(f, "ways: {}\n", "there are no ways", 0);
    refused(f, "ways: [a]\n", "there are no ways", 0);
    refused(f, "[a]\n", "ways, seeds and halving were expected", 1);
    refused(f, "ways:\n  a:\nseed: [1]\n", "unknown key 'seed', did you mean seeds?", 3);
    refused(f, "ways:\n  a: {training.learning_rat: 1}\n",
            "a: unknown key training.learning_rat, did you mean training.learning_rate?", 2);
    refused(f, "ways:\n  a:\n    training.learning_rate: []\n",
            "training.learning_rate of way a is an empty list", 3);
    refused(f, "ways:\n  a:\n    training.learning_rate: [1e-5, x]\n",
            "training.learning_rate is 'x', a number", 3);
    refused(f, "ways:\n  a: 3\n", "way a is no map", 2);
    refused(f, "ways:\n  a/b: {}\n", "a way is called 'a/b'", 2);
    refused(f, "ways:\n  -a: {}\n", "a way is called '-a'", 2);
    refused(f, "ways:\n  a: {}\n  a: {}\n", "a", 0);
    refused(f, "ways:\n  a: {training.epochs: [5, 5]}\n", "two settings have the name a-epochs-5",
            2);
    refused(f, "ways:\n  a: {training.epochs: [5, 6]}\n  a-epochs-5: {}\n",
            "two settings have the name a-epochs-5", 3);
    refused(f, "ways:\n  a: {training.learning_rate: [1e-5, 1.0e-5]}\n",
            "a-learning_rate-1e-5 and a-learning_rate-1.0e-5 are the same settings", 0);
    refused(f, "ways:\n  a:\n    learning_rate: 1e-5\n    training.learning_rate: 2e-5\n",
            "training.learning_rate is given twice", 4);
}

/* What all runs share, or what is given elsewhere. */
static void keys_that_no_way_may_have_are_refused(files *f)
{
    const char *const rate[] = {"learning_rate=3e-5"};
    const char *const seed[] = {"seed=3"};
    mpb_sweep_file made = {0};

    refused(f, "ways:\n  a: {training.seed: [1, 2]}\n", "whose seeds are a list of their own", 2);
    refused(f, "ways:\n  a: {checkpoint.directory: x}\n", "is the same in all ways of a sweep", 2);
    refused(f, "ways:\n  a: {metric_for_best_model: loss}\n", "is the same in all ways of a sweep",
            2);
    CHECK_FAILS(
        read_with(f, "ways:\n  a: {training.learning_rate: [1e-5, 2e-5]}\n", rate, 1, &made),
        MPB_ERR_CONFIG, "training.learning_rate is given here and on the command line");
    CHECK_FAILS(read_with(f, "ways:\n  a:\nseeds: [1]\n", seed, 1, &made), MPB_ERR_CONFIG,
                "seed=3 is given beside the seeds of");
}

static void mistakes_in_seeds_are_refused(files *f)
{
    refused(f, "ways: {a: }\nseeds: []\n", "seeds is an empty list", 2);
    refused(f, "ways: {a: }\nseeds: 3\n", "seeds is no list", 2);
    refused(f, "ways: {a: }\nseeds: [1, 2, 1]\n", "seeds has '1'", 2);
    refused(f, "ways: {a: }\nseeds: [-1]\n", "seeds has '-1'", 2);
    refused(f, "ways: {a: }\nseeds: [1.5]\n", "seeds has '1.5'", 2);
    refused(f, "ways: {a: }\nseeds: [4294967296]\n", "seeds has '4294967296'", 2);
    refused(f, "ways: {a: }\nseeds: [[1]]\n", "seeds has 'a list'", 2);
}

static void mistakes_in_halving_are_refused(files *f)
{
    static const char *const keeps[] = {"0", "1", "-0.5", "1.5", "nan", "x", "''", "[0.5]"};

    for (size_t i = 0; i < sizeof(keeps) / sizeof(keeps[0]); i++) {
        char text[128];

        snprintf(text, sizeof(text), "ways: {a: }\nhalving: {keep: %s, after_epochs: [1]}\n",
                 keeps[i]);
        refused(f, text, "a number above 0 and below 1 was expected", 2);
    }
    refused(f, "ways: {a: }\nhalving: 0.5\n", "halving is no map", 2);
    refused(f, "ways: {a: }\nhalving: {keep: 0.5}\n", "halving has no after_epochs", 2);
    refused(f, "ways: {a: }\nhalving: {keeps: 0.5, after_epochs: [1]}\n", "did you mean keep?", 2);
    refused(f, "ways: {a: }\nhalving: {keep: 0.5, after_epochs: []}\n",
            "halving.after_epochs is an empty list", 2);
    refused(f, "ways: {a: }\nhalving: {keep: 0.5, after_epochs: [0]}\n",
            "halving.after_epochs has '0'", 2);
    refused(f, "ways: {a: }\nhalving: {keep: 0.5, after_epochs: [2, 2]}\n",
            "halving.after_epochs has '2'", 2);
    refused(f, "ways: {a: }\nhalving: {keep: 0.5, after_epochs: [1, 4]}\n",
            "halving.after_epochs has 4, but training.epochs of a is 4", 0);
    refused(f, "ways: {a: , b: {training.epochs: 2}}\nhalving: {keep: 0.5, after_epochs: [1, 2]}\n",
            "halving.after_epochs has 2, but training.epochs of b is 2", 0);
    refused(f, "ways: {a: {training.max_steps: 9}}\nhalving: {keep: 0.5, after_epochs: [1]}\n",
            "training.max_steps of a is 9", 0);
    refused(f, "ways: {a: {training.eval_strategy: no}}\nhalving: {keep: 0.5, after_epochs: [1]}\n",
            "halving compares validations", 0);
}

static void too_many_settings_are_refused(files *f)
{
    refused(f,
            "ways:\n  a: {training.batch_size: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11],\n"
            "      training.epochs: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10],\n"
            "      training.warmup_steps: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]}\n",
            "way a has more than 1000 combinations", 2);
}

static void no_checkpoint_is_that_of_all_runs(files *f)
{
    const char *const resume[] = {"checkpoint.resume=runs/x"};
    mpb_sweep_file made = {0};

    CHECK_FAILS(read_with(f, "ways: {a: }\n", resume, 1, &made), MPB_ERR_CONFIG,
                "checkpoint.resume is runs/x");
}

static void the_sweep_of_the_project_is_valid(void)
{
    mpb_sweep_file sweep = {0};

    CHECK_OK(mpb_sweep_file_read(&QUIET, "configs/sweeps/ways.yaml", "configs/sweep.yaml", NULL, 0,
                                 &sweep));
    CHECK_TEXT(sweep.settings[0].config.checkpoint.directory, "runs/sweep");
    mpb_sweep_file_clear(&sweep);
}

int main(void)
{
    files f;

    scratch_make(f.folder);
    scratch_text(f.folder, "sweep-test.yaml", "training: {epochs: 4, batch_size: 8}\n", f.config);
    every_combination_of_a_way_is_a_setting(&f);
    a_way_has_the_last_word_over_the_configuration(&f);
    a_list_holds_alternatives_of_lists_too(&f);
    mistakes_in_ways_are_refused(&f);
    keys_that_no_way_may_have_are_refused(&f);
    mistakes_in_seeds_are_refused(&f);
    mistakes_in_halving_are_refused(&f);
    too_many_settings_are_refused(&f);
    no_checkpoint_is_that_of_all_runs(&f);
    the_sweep_of_the_project_is_valid();
    CHECK_OK(mpb_path_remove(f.folder));
    return EXIT_SUCCESS;
}
