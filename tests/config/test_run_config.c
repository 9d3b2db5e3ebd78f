/* The configuration against its contract: what a file, an override or an alias means, and the one
 * line that every kind of mistake gets. */

#include <stdlib.h>
#include <unistd.h>

#include "check.h"
#include "mpibert/config/run_config.h"
#include "mpibert/config/run_config_keys.h"
#include "mpibert/io/file.h"
#include "run_config_table.h"
#include "run_config_value.h"

static const mpb_log QUIET = {.command = "test", .leader = false};

/* A file of this process, so that tests can run side by side. */
static const char *scratch_path(void)
{
    static char path[64];

    snprintf(path, sizeof(path), "/tmp/mpibert-test-%ld.yaml", (long)getpid());
    return path;
}

static mpb_status read_text(const char *text, mpb_run_config *config)
{
    mpb_status status;

    CHECK_OK(mpb_file_replace(scratch_path(), text, strlen(text)));
    status = mpb_run_config_read(&QUIET, scratch_path(), NULL, 0, config);
    CHECK_OK(mpb_path_remove(scratch_path()));
    return status;
}

static mpb_status read_override(const char *override, mpb_run_config *config)
{
    return mpb_run_config_read(&QUIET, NULL, &override, 1, config);
}

/* The file is refused with exactly `what` followed by its place. */
static void refused(const char *text, const char *what, int line)
{
    mpb_run_config config = {0};
    char want[512];

    snprintf(want, sizeof(want), "%s (%s, line %d)", what, scratch_path(), line);
    CHECK_STATUS(read_text(text, &config), MPB_ERR_CONFIG);
    CHECK_TEXT(mpb_status_last(), want);
    CHECK(config.model.name == NULL);
}

static void refused_override(const char *override, const char *what)
{
    mpb_run_config config = {0};
    char want[512];

    snprintf(want, sizeof(want), "%s (command line)", what);
    CHECK_STATUS(read_override(override, &config), MPB_ERR_CONFIG);
    CHECK_TEXT(mpb_status_last(), want);
}

static void the_worked_example_is_read_unchanged(void)
{
    mpb_run_config config = {0};

    CHECK_OK(mpb_run_config_read(&QUIET, "configs/bert_finetune_config.yaml", NULL, 0, &config));
    CHECK_TEXT(config.model.name, "bert-base-uncased");
    CHECK(config.model.num_labels == 4 && config.model.max_seq_length == 128);
    CHECK(config.training.epochs == 3 && config.training.batch_size == 16);
    CHECK(config.training.eval_batch_size == 32 && config.training.seed == 42);
    CHECK_NEAR(config.training.learning_rate, 2e-5, 0.0);
    CHECK_NEAR(config.training.weight_decay, 0.01, 0.0);
    CHECK_NEAR(config.data.train_split, 0.8, 0.0);
    CHECK_NEAR(config.data.val_split, 0.2, 0.0);
    CHECK(config.data.stratify && config.data.remove_headers && config.data.remove_footers &&
          config.data.remove_quotes);
    CHECK(config.data.train.count == 0);
    CHECK_TEXT(config.checkpoint.directory, "runs/bert_finetune_config");
    CHECK_TEXT(config.data.cache_directory, "runs/bert_finetune_config/cache");
    mpb_run_config_clear(&config);
}

static void an_empty_file_gives_the_defaults_of_the_contract(void)
{
    mpb_run_config config = {0};

    CHECK_OK(read_text("", &config));
    CHECK_TEXT(config.model.name, "bert-base-uncased");
    CHECK(config.model.task == MPB_TASK_AUTO && config.model.label_names.count == 0);
    CHECK(config.model.num_labels == 0 && config.model.max_seq_length == 0);
    CHECK(config.training.epochs == 3 && config.training.batch_size == 16);
    CHECK(config.training.batch_size_per_rank == 0);
    CHECK(config.training.scheduler == MPB_RUN_LINEAR);
    CHECK(config.training.class_weights.how == MPB_RUN_WEIGHTS_NONE);
    CHECK(config.training.eval_strategy == MPB_RUN_EVAL_EPOCH);
    CHECK_NEAR(config.training.adam_beta2, 0.999, 0.0);
    CHECK(config.data.format == MPB_FORMAT_AUTO && config.data.encoding == MPB_UTF8);
    CHECK_TEXT(config.data.text_column, "text");
    CHECK(config.data.text_column_b == NULL && !config.data.remove_headers);
    CHECK(config.checkpoint.keep == 3);
    CHECK_TEXT(config.checkpoint.resume, "auto");
    CHECK(config.checkpoint.every_steps == 0 && config.checkpoint.every_minutes == 10.0);
    CHECK(config.logging.every_steps == 10 && !config.logging.tensorboard);
    CHECK(config.cluster.threads_per_rank == 0);
    mpb_run_config_clear(&config);
}

static void overrides_have_the_last_word(void)
{
    static const char *const overrides[] = {
        "training.epochs=5",   "training.epochs=7",           "data.train=[one, two]",
        "data.format=csv",     "training.learning_rate=3e-5", "data.validation=a: b.csv",
        "data.remove_noise=[]"};
    mpb_run_config config = {0};

    CHECK_OK(mpb_run_config_read(&QUIET, "configs/bert_finetune_config.yaml", overrides,
                                 sizeof(overrides) / sizeof(overrides[0]), &config));
    CHECK(config.training.epochs == 7);
    CHECK(config.data.train.count == 2);
    CHECK_TEXT(config.data.train.items[1], "two");
    CHECK_TEXT(config.data.validation.items[0], "a: b.csv");
    CHECK(config.data.format == MPB_FORMAT_CSV && !config.data.remove_quotes);
    CHECK_NEAR(config.training.learning_rate, 3e-5, 0.0);
    mpb_run_config_clear(&config);
}

static void names_of_transformers_are_understood_anywhere(void)
{
    mpb_run_config config = {0};

    CHECK_OK(read_text("model_name_or_path: some/model\n"
                       "train_file: t.csv\n"
                       "num_train_epochs: 4.0\n"
                       "output_dir: out\n"
                       "training:\n"
                       "  per_device_train_batch_size: 8\n"
                       "  per_device_eval_batch_size: 64\n"
                       "  lr_scheduler_type: constant_with_warmup\n"
                       "  warmup_steps: 100\n"
                       "  logging_steps: 50\n"
                       "  eval_strategy: steps\n"
                       "  eval_steps: 25\n"
                       "  save_steps: 500\n"
                       "  save_total_limit: 2\n"
                       "  bf16: true\n"
                       "  metric_for_best_model: eval_f1\n"
                       "  load_best_model_at_end: true\n"
                       "data: {doc_stride: 64, max_eval_samples: 9}\n",
                       &config));
    CHECK_TEXT(config.model.name, "some/model");
    CHECK_TEXT(config.data.train.items[0], "t.csv");
    CHECK(config.training.epochs == 4);
    CHECK(config.training.precision == MPB_RUN_BF16);
    CHECK_TEXT(config.checkpoint.directory, "out");
    CHECK_TEXT(config.data.cache_directory, "out/cache");
    CHECK(config.training.batch_size_per_rank == 8 && config.training.batch_size == 0);
    CHECK(config.training.eval_batch_size == 64);
    CHECK(config.training.scheduler == MPB_RUN_CONSTANT && config.training.warmup_steps == 100);
    CHECK(config.logging.every_steps == 50);
    CHECK(config.training.eval_strategy == MPB_RUN_EVAL_STEPS);
    CHECK(config.training.eval_every_steps == 25);
    CHECK(config.checkpoint.every_steps == 500 && config.checkpoint.keep == 2);
    CHECK_TEXT(config.checkpoint.metric_for_best_model, "eval_f1");
    CHECK(config.checkpoint.load_best_model_at_end);
    CHECK(config.data.stride == 64 && config.data.max_validation_samples == 9);
    mpb_run_config_clear(&config);
}

/* 0 is a stride of its own: chunks that share nothing. */
static void a_stride_of_zero_is_not_the_automatic_one(void)
{
    mpb_run_config config = {0};

    CHECK_OK(read_text("", &config));
    CHECK(config.data.stride == -1);
    mpb_run_config_clear(&config);
    CHECK_OK(read_text("data: {stride: 0}\n", &config));
    CHECK(config.data.stride == 0);
    mpb_run_config_clear(&config);
    CHECK_OK(read_text("data: {stride: auto}\n", &config));
    CHECK(config.data.stride == -1);
    mpb_run_config_clear(&config);
}

static void whole_numbers_may_be_written_with_point_and_exponent(void)
{
    static const char *const overrides[] = {"training.epochs=3.0", "training.seed=0e-400",
                                            "data.max_samples=1.5e3", "data.max_chars=15000e-2"};
    mpb_run_config config = {0};

    CHECK_OK(mpb_run_config_read(&QUIET, NULL, overrides, 4, &config));
    CHECK(config.training.epochs == 3 && config.training.seed == 0);
    CHECK(config.data.max_samples == 1500 && config.data.max_chars == 150);
    mpb_run_config_clear(&config);
}

static void sizes_may_have_units(void)
{
    static const char *const overrides[] = {"training.memory_limit=20 GiB",
                                            "gradient_checkpointing=true"};
    mpb_run_config config = {0};

    CHECK_OK(read_text("training:\n  memory_limit: 1.5MB\n", &config));
    CHECK(config.training.memory_limit == 1500000);
    CHECK(config.training.activation_checkpointing == MPB_RUN_CHECKPOINTING_AUTO);
    mpb_run_config_clear(&config);
    CHECK_OK(mpb_run_config_read(&QUIET, NULL, overrides, 2, &config));
    CHECK(config.training.memory_limit == 20ll << 30);
    CHECK(config.training.activation_checkpointing == MPB_RUN_CHECKPOINTING_ALL);
    mpb_run_config_clear(&config);
    CHECK_OK(read_text("training:\n  memory_limit: null\n", &config));
    CHECK(config.training.memory_limit == 0);
    mpb_run_config_clear(&config);
}

static void unknown_keys_get_a_suggestion(void)
{
    refused("training:\n  learning_rat: 1\n",
            "unknown key training.learning_rat, did you mean training.learning_rate?", 2);
    refused("trainin:\n  epochs: 1\n", "unknown key trainin, did you mean training?", 1);
    refused("model:\n  batch_size: 4\n",
            "unknown key model.batch_size, did you mean training.batch_size?", 2);
    refused("loging:\n  every_steps: 4\n", "unknown key loging, did you mean logging?", 1);
    refused("xyzzy: 1\n", "unknown key xyzzy", 1);
    refused("model:\n  architecture:\n    hiden_size: 4\n",
            "unknown key model.architecture.hiden_size, did you mean "
            "model.architecture.hidden_size?",
            3);
    refused_override("trainig.epochs=3",
                     "unknown key trainig.epochs, did you mean training.epochs?");
    refused_override("loging.every_steps=3",
                     "unknown key loging.every_steps, did you mean logging.every_steps?");
    refused_override("training.num_train_epoch=3", "unknown key training.num_train_epoch, did you "
                                                   "mean num_train_epochs?");
    refused_override("epochs", "'epochs' is not of the form section.key=value");
}

static void bad_values_name_the_range_or_the_choices(void)
{
    refused("training:\n\n  epochs: 0\n",
            "training.epochs is '0', a whole number from 1 to 1000000 was expected", 3);
    refused("training:\n  learning_rate: -1\n",
            "training.learning_rate is '-1', a number from 0 to 1 was expected", 2);
    refused("training: {scheduler: linar}\n",
            "training.scheduler is 'linar', allowed are linear, cosine, constant, polynomial", 1);
    refused("data:\n  remove_noise: [headers, feet]\n",
            "data.remove_noise is 'feet', allowed are headers, footers, quotes", 2);
    refused("model:\n  max_seq_length: 3\n",
            "model.max_seq_length is '3', a whole number from 4 to 1000000 or auto was expected",
            2);
    refused_override("cluster.threads_per_rank=0", "cluster.threads_per_rank is '0', a whole "
                                                   "number from 1 to 1024 or auto was expected");
    refused_override("training.activation_checkpointing=some",
                     "training.activation_checkpointing is 'some', allowed are auto, none, all");
    refused_override("training.memory_limit=20G",
                     "training.memory_limit is '20G', a size as in 20GiB, 20 GB or plain bytes "
                     "(units: KB, MB, GB, TB, KiB, MiB, GiB, TiB) was expected");
    refused("training:\n  memory_limit: [1, 2]\n",
            "training.memory_limit is a list, a size as in 20GiB, 20 GB or plain bytes (units: KB, "
            "MB, GB, TB, KiB, MiB, GiB, TiB) was expected",
            2);
    refused_override("training.seed=1e-400",
                     "training.seed is '1e-400', a whole number from 0 to 4294967295 was expected");
    refused_override("training.epochs=3.00000000000000000001",
                     "training.epochs is '3.00000000000000000001', a whole number from 1 to "
                     "1000000 was expected");
    refused_override("training.epochs=1500e-3",
                     "training.epochs is '1500e-3', a whole number from 1 to 1000000 was expected");
    refused_override("training.learning_rate=nan",
                     "training.learning_rate is 'nan', a number from 0 to 1 was expected");
}

static void wrong_types_are_refused(void)
{
    refused("training:\n  epochs: three\n",
            "training.epochs is 'three', a whole number from 1 to 1000000 was expected", 2);
    refused("training:\n  epochs: 2.5\n",
            "training.epochs is '2.5', a whole number from 1 to 1000000 was expected", 2);
    refused("training:\n  learning_rate: \"2e-5\"\n",
            "training.learning_rate is '2e-5', a number from 0 to 1 was expected", 2);
    refused("training:\n  epochs: [3]\n",
            "training.epochs is a list, a whole number from 1 to 1000000 was expected", 2);
    refused("data:\n  stratify: 1\n", "data.stratify is '1', true or false was expected", 2);
    refused("model:\n  name: {a: b}\n", "model.name is a map, a text was expected", 2);
    refused("model: bert\n", "model is 'bert', a section of keys was expected", 1);
    refused("- model\n", "sections such as 'model:' were expected", 1);
    refused("data:\n  train: [a, [b]]\n",
            "data.train is a list, a path or a list of paths was expected", 2);
    refused("data:\n  train: \"\"\n", "data.train is '', a path or a list of paths was expected",
            2);
}

static void features_that_do_not_exist_yet_are_refused(void)
{
    refused("model:\n  task: ranking\n",
            "model.task is 'ranking', allowed are auto, classification, multilabel, regression, "
            "token, qa, mlm, pretraining, choice, coherence",
            2);
    refused("model:\n  lora: {rank: 0}\n",
            "model.lora.rank is '0', a whole number from 1 to 4096 or null was expected", 2);
    refused_override("model.lora.alpha=8", "model.lora is given without its rank, as in rank: 8");
    refused("model:\n  adapter: {kind: houlsby, size: 0}\n",
            "model.adapter.size is '0', a whole number from 1 to 65536 was expected", 2);
    refused("model:\n  adapter: {kind: prefix}\n",
            "model.adapter.kind is 'prefix', allowed are none, houlsby, pfeiffer", 2);
    refused_override("model.adapter.size=8",
                     "model.adapter is given without its kind, houlsby or pfeiffer");
    refused("model:\n  lora: {rank: 8, r: 8}\n", "unknown key model.lora.r", 2);
    refused("training:\n  optimizer: lars\n",
            "training.optimizer is 'lars', allowed are adamw, lamb", 2);
    refused("training:\n  fp16: true\n",
            "training.fp16 is 'true', this version offers only false; 16-bit training is "
            "training.precision: bf16",
            2);
    refused_override("training.precision=fp16",
                     "training.precision is 'fp16', allowed are fp32, bf16");
    refused_override("model.trainable=top:0",
                     "model.trainable is 'top:0', all, head, bitfit, top:N "
                     "or a list of parts of tensor names was expected");
    refused_override("model.trainable={a: b}", "model.trainable is a map, all, head, bitfit, top:N "
                                               "or a list of parts of tensor names was expected");
    refused_override("model.trainable=[pooler, '']",
                     "model.trainable is '', all, head, bitfit, top:N "
                     "or a list of parts of tensor names was expected");
    refused_override(
        "model.unfreeze_schedule=[all]",
        "model.unfreeze_schedule is a list, a map of epochs to what is trained once they "
        "are done was expected, as in {1: top:2, 2: all}");
    refused_override(
        "model.unfreeze_schedule={1: top}",
        "model.unfreeze_schedule is 'top', a map of epochs to what is trained once they "
        "are done was expected, as in {1: top:2, 2: all}");
    refused_override(
        "model.unfreeze_schedule={one: all}",
        "'one' stands for epochs in model.unfreeze_schedule, a number of epochs that are "
        "done, from 1 to 999999, was expected; what is trained from the start is "
        "model.trainable");
    refused_override("model.unfreeze_schedule={01: top:1, 1: all}",
                     "epoch 1 is given twice in model.unfreeze_schedule");
    refused_override(
        "model.unfreeze_schedule={3: all}",
        "model.unfreeze_schedule unfreezes after epoch 3, training.epochs is 3: less was "
        "expected");
    refused_override("logging.tensorboard=true",
                     "logging.tensorboard is 'true', this version offers only false");
    refused_override("data.long_documents=drop",
                     "data.long_documents is 'drop', allowed are truncate, chunk");
    refused_override("training.class_weights=even",
                     "training.class_weights is 'even', allowed are none, balanced or a list of "
                     "numbers from 1e-06 to 1000000");
    refused_override("training.class_weights=[1, 0]",
                     "training.class_weights is '0', allowed are none, balanced or a list of "
                     "numbers from 1e-06 to 1000000");
    refused_override("training.class_weights=[]",
                     "training.class_weights is a list, allowed are none, balanced or a list of "
                     "numbers from 1e-06 to 1000000");
}

static void contradictions_between_keys_are_refused(void)
{
    refused("data:\n  train_split: 0.9\n  val_split: 0.2\n",
            "data.train_split + data.val_split is 1.1, at most 1 was expected", 3);
    refused("training: {eval_strategy: epoch}\ndata:\n  val_split: 0\n",
            "data.val_split is 0 and data.validation names no data, but training.eval_strategy is "
            "not 'no'",
            3);
    refused_override("data.val_split=1", "data.val_split is 1, it leaves nothing to train on");
    refused("training:\n  deterministic: true\n  batch_size_per_rank: 4\n",
            "training.deterministic is true, but training.batch_size_per_rank makes another run of "
            "each number of ranks: give training.batch_size",
            3);
    refused("training:\n  deterministic: true\ncluster:\n  gradient_dtype: bf16\n",
            "training.deterministic is true, but cluster.gradient_dtype is not fp32, as which "
            "such runs send gradients",
            4);
    refused("training:\n  batch_size: 16\n  batch_size_per_rank: 4\n",
            "training.batch_size and training.batch_size_per_rank exclude each other: give one "
            "of them",
            3);
    refused("training:\n  epochs: 3\n  num_train_epochs: 3\n",
            "training.epochs is given twice, under this or another name, first in line 2", 3);
    refused("training:\n  eval_strategy: steps\n",
            "training.eval_strategy is 'steps', then training.eval_every_steps was expected", 2);
    refused("training:\n  eval_strategy: no\n  load_best_model_at_end: true\n",
            "checkpoint.load_best_model_at_end is true, but training.eval_strategy is 'no': "
            "which model is the best takes a validation to tell",
            3);
    refused("save_strategy: steps\n",
            "checkpoint.save_strategy is 'steps', then checkpoint.every_steps was expected", 1);
    refused("data:\n  text_column: body\n  label_column: body\n",
            "data.text_column and data.label_column are both 'body', two columns were expected", 3);
    refused("model:\n  architecture: {hidden_size: 8}\n",
            "model.architecture.hidden_size needs model.initialize: random", 2);
}

static void all_wrong_keys_are_told_at_once(void)
{
    mpb_run_config config = {0};
    char want[1024];

    snprintf(want, sizeof(want),
             "training.epochs is '0', a whole number from 1 to 1000000 was expected (%s, line 2)\n"
             "    unknown key model.nam, did you mean model.name? (%s, line 4)",
             scratch_path(), scratch_path());
    CHECK_STATUS(read_text("training:\n  epochs: 0\nmodel:\n  nam: x\n", &config), MPB_ERR_CONFIG);
    CHECK_TEXT(mpb_status_last(), want);
}

static void contradictions_are_told_at_once_too(void)
{
    mpb_run_config config = {0};
    char want[1024];

    snprintf(want, sizeof(want),
             "training.batch_size and training.batch_size_per_rank exclude each other: give one of "
             "them (%s, line 3)\n"
             "    data.text_column and data.label_column are both 'x', two columns were expected "
             "(%s, line 4)",
             scratch_path(), scratch_path());
    CHECK_STATUS(read_text("training:\n  batch_size: 1\n  batch_size_per_rank: 1\n"
                           "data: {text_column: x, label_column: x}\n",
                           &config),
                 MPB_ERR_CONFIG);
    CHECK_TEXT(mpb_status_last(), want);
}

static void a_message_holds_the_first_of_many_faults_and_counts_the_others(void)
{
    enum { KEYS = 200 };
    mpb_run_config config = {0};
    char text[KEYS * 16] = "";
    size_t size = 0;

    for (int i = 0; i < KEYS; i++) {
        size += (size_t)snprintf(text + size, sizeof(text) - size, "wrong%d: 1\n", i);
    }
    CHECK_STATUS(read_text(text, &config), MPB_ERR_CONFIG);
    CHECK(strncmp(mpb_status_last(), "unknown key wrong0 (", 20) == 0);
    CHECK(strstr(mpb_status_last(), "\n    unknown key wrong1 (") != NULL);
    CHECK(strcmp(strrchr(mpb_status_last(), ' '), " more") == 0);
}

static void an_override_replaces_the_key_that_excludes_it(void)
{
    static const char *const overrides[] = {"training.batch_size_per_rank=4",
                                            "training.eval_every_steps=20"};
    mpb_run_config config = {0};

    CHECK_OK(
        mpb_run_config_read(&QUIET, "configs/bert_finetune_config.yaml", overrides, 2, &config));
    CHECK(config.training.batch_size == 0 && config.training.batch_size_per_rank == 4);
    CHECK(config.training.eval_strategy == MPB_RUN_EVAL_STEPS);
    mpb_run_config_clear(&config);
}

static void one_share_of_the_split_implies_the_other(void)
{
    mpb_run_config config = {0};

    CHECK_OK(read_override("data.train_split=0.9", &config));
    CHECK(config.data.val_split == 0.1);
    mpb_run_config_clear(&config);
    CHECK_OK(read_override("data.val_split=0", &config));
    CHECK(config.data.train_split == 1.0);
    CHECK(config.training.eval_strategy == MPB_RUN_EVAL_NO);
    mpb_run_config_clear(&config);
}

static void a_missing_file_is_a_configuration_error(void)
{
    mpb_run_config config = {0};

    CHECK_FAILS(mpb_run_config_read(&QUIET, "no/such.yaml", NULL, 0, &config), MPB_ERR_CONFIG,
                "no/such.yaml");
}

/* What reading with one override says on standard error. */
static void says(const char *override, const char *want)
{
    const mpb_log loud = {.command = "test", .leader = true};
    mpb_run_config config = {0};
    mpb_buffer said = {0};
    int kept = dup(STDERR_FILENO);

    CHECK(kept >= 0 && freopen(scratch_path(), "w", stderr) != NULL);
    CHECK_OK(mpb_run_config_read(&loud, NULL, &override, 1, &config));
    fflush(stderr);
    CHECK(dup2(kept, STDERR_FILENO) >= 0);
    close(kept);
    CHECK_OK(mpb_file_read(scratch_path(), &said));
    CHECK_OK(mpb_path_remove(scratch_path()));
    CHECK_TEXT(said.data == NULL ? "" : said.data, want);
    mpb_buffer_clear(&said);
    mpb_run_config_clear(&config);
}

static void settings_without_effect_are_said_and_defaults_are_not(void)
{
    says("inference.device=auto", "");
    says("inference.device=cuda", "mpibert: test: inference.device means nothing on this system, "
                                  "it is ignored (command line)\n");
    says("inference.max_new_tokens=20",
         "mpibert: test: inference.max_new_tokens means nothing on this system, it is ignored "
         "(command line)\n");
    says("inference.max_new_tokens=null", "");
    says("data.stride=64", "mpibert: test: data.stride has no effect where data.long_documents is "
                           "truncate (command line)\n");
}

static void unusual_learning_rates_are_warned_of(void)
{
    says("training.learning_rate=5e-5", "");
    says("training.learning_rate=1e-5", "");
    says("training.learning_rate=1e-3",
         "mpibert: test: warning: training.learning_rate is 0.001, outside 1e-5 .. 5e-5: a higher "
         "rate can make the model forget what it learned in pretraining; watch the validation loss "
         "(command line)\n");
    says("training.learning_rate=1e-6",
         "mpibert: test: warning: training.learning_rate is 1e-06, outside 1e-5 .. 5e-5: a lower "
         "rate can stall convergence; watch the validation loss (command line)\n");
}

static void a_batch_size_per_rank_survives_writing(void)
{
    mpb_run_config config = {0};
    mpb_run_config again = {0};
    mpb_buffer text = {0};

    CHECK_OK(read_override("training.batch_size_per_rank=4", &config));
    CHECK_OK(mpb_run_config_write(&config, &text));
    CHECK_OK(read_text(text.data, &again));
    CHECK(again.training.batch_size == 0 && again.training.batch_size_per_rank == 4);
    mpb_buffer_clear(&text);
    mpb_run_config_clear(&config);
    mpb_run_config_clear(&again);
}

/* Every kind of value, some of them far from their defaults. */
static void what_is_written_reads_as_the_same(void)
{
    static const char *const overrides[] = {"data.train=[a b, 'c\"d\\e']",
                                            "training.learning_rate=0.1",
                                            "data.remove_noise=[quotes]",
                                            "training.scheduler=cosine",
                                            "model.initialize=random",
                                            "model.architecture={hidden_size: 64}",
                                            "data.text_column=null",
                                            "checkpoint.every_minutes=0.30000000000000004",
                                            "cluster.threads_per_rank=2",
                                            "model.name=null?",
                                            "model.trainable=[pooler, 'a\"b']",
                                            "model.unfreeze_schedule={2: all, 1: top:2}",
                                            "data.delimiter=|"};
    const size_t count = sizeof(overrides) / sizeof(overrides[0]);
    mpb_run_config config = {0};
    mpb_run_config again = {0};
    mpb_buffer texts[2] = {{0}, {0}};

    CHECK_OK(mpb_run_config_read(&QUIET, NULL, overrides, count, &config));
    CHECK_OK(mpb_run_config_write(&config, &texts[0]));
    CHECK_OK(read_text(texts[0].data, &again));
    CHECK_OK(mpb_run_config_write(&again, &texts[1]));
    CHECK_TEXT(texts[1].data, texts[0].data);
    CHECK(mpb_strings_equal(&config.data.train, &again.data.train));
    CHECK_TEXT(again.data.train.items[1], "c\"d\\e");
    CHECK(again.checkpoint.every_minutes == config.checkpoint.every_minutes);
    CHECK(again.data.remove_quotes && !again.data.remove_headers);
    CHECK(again.training.scheduler == MPB_RUN_COSINE);
    CHECK(again.data.delimiter == MPB_RUN_BAR);
    CHECK(again.model.architecture.hidden_size == 64);
    CHECK(again.model.trainable.kind == MPB_TRAIN_NAMED);
    CHECK_TEXT(again.model.trainable.names.items[1], "a\"b");
    CHECK(again.model.unfreeze_schedule.count == 2);
    CHECK(again.model.unfreeze_schedule.items[0].epochs == 1);
    CHECK(again.model.unfreeze_schedule.items[0].what.top_layers == 2);
    mpb_buffer_clear(&texts[0]);
    mpb_buffer_clear(&texts[1]);
    mpb_run_config_clear(&config);
    mpb_run_config_clear(&again);
}

/* YAML refuses some of these characters as they stand, and folds others to a blank. */
static void odd_characters_survive_writing(void)
{
    static const char *const odd[] = {
        "\xC2\x80",     "\xC2\x85",     "\xE2\x80\xA8", "\xE2\x80\xA9",
        "\xEF\xBB\xBF", "\xEF\xBF\xBE", "a\tb",         "\xC3\xA9\xF0\x9F\x99\x82"};

    for (size_t i = 0; i < sizeof(odd) / sizeof(odd[0]); i++) {
        mpb_run_config config = {0};
        mpb_run_config again = {0};
        mpb_buffer text = {0};
        char override[64];

        snprintf(override, sizeof(override), "data.train=%s", odd[i]);
        CHECK_OK(read_override(override, &config));
        CHECK_OK(mpb_run_config_write(&config, &text));
        CHECK_OK(read_text(text.data, &again));
        CHECK_TEXT(again.data.train.items[0], odd[i]);
        mpb_buffer_clear(&text);
        mpb_run_config_clear(&config);
        mpb_run_config_clear(&again);
    }
}

/* It could pass for another line of a message or a manifest. */
static void a_path_or_name_of_two_lines_is_refused(void)
{
    refused_override("data.train=a\nb", "data.train is 'a?b', a text without line breaks and other "
                                        "control characters was expected");
    refused_override("checkpoint.directory=a\x7F",
                     "checkpoint.directory is 'a?', a text without line breaks and other control "
                     "characters was expected");
}

/* config.yaml could not hold it. */
static void what_is_no_utf8_is_refused(void)
{
    mpb_run_config config = {0};
    const char *path = "/tmp/mpibert-test-caf\xE9.yaml";

    refused_override("data.train=caf\xE9",
                     "'data.train=caf...' goes on with a byte that is no UTF-8");
    CHECK_OK(mpb_file_replace(path, "", 0));
    CHECK_FAILS(mpb_run_config_read(&QUIET, path, NULL, 0, &config), MPB_ERR_CONFIG,
                "set checkpoint.directory");
    CHECK_OK(mpb_path_remove(path));
}

/* `test_config_run_config reference` prints the text for the file. */
static void the_reference_file_is_what_the_table_says(void)
{
    mpb_run_config config = {0};
    mpb_buffer file = {0};
    mpb_buffer text = {0};

    CHECK_OK(mpb_file_read("configs/reference.yaml", &file));
    CHECK_OK(mpb_run_config_write_reference(&text));
    CHECK_TEXT(file.data, text.data);
    CHECK_OK(mpb_run_config_read(&QUIET, "configs/reference.yaml", NULL, 0, &config));
    mpb_buffer_clear(&file);
    mpb_buffer_clear(&text);
    mpb_run_config_clear(&config);
}

/* The project's own data; models are fetched, and that of the worked example is not here. */
static void check_paths(const mpb_strings *paths)
{
    for (size_t i = 0; i < paths->count; i++) {
        if (strncmp(paths->items[i], "datasets/", 9) == 0) {
            CHECK(mpb_file_exists(paths->items[i]));
        }
    }
}

static void every_configuration_of_the_project_is_valid_and_its_data_are_there(void)
{
    mpb_strings names = {0};

    CHECK_OK(mpb_directory_list("configs", &names));
    for (size_t i = 0; i < names.count; i++) {
        mpb_run_config config = {0};
        char path[256];

        snprintf(path, sizeof(path), "configs/%s", names.items[i]);
        if (mpb_file_is_directory(path)) { /* of sweeps, which are read over a configuration */
            continue;
        }
        CHECK_OK(mpb_run_config_read(&QUIET, path, NULL, 0, &config));
        check_paths(&config.data.train);
        check_paths(&config.data.validation);
        check_paths(&config.data.test);
        mpb_run_config_clear(&config);
    }
    mpb_strings_clear(&names);
}

/* The value of the key's word `text`. */
static int value_of(const char *name, const char *text)
{
    const run_word *word = run_word_find(&run_keys[run_key_find(name)], text);

    CHECK(word != NULL);
    return word->value;
}

static mpb_key_resume resume_of(const char *name)
{
    const int key = run_key_find(name);

    CHECK(key != KEY_NONE);
    return mpb_run_config_key_resume((size_t)key);
}

/* Nothing of them shows where runs are compared. */
static void where_a_run_lies_and_how_it_is_watched_stands_aside(void)
{
    static const char *const aside[] = {"checkpoint.directory", "checkpoint.keep",
                                        "logging.every_steps", "logging.progress",
                                        "data.cache_directory"};

    for (size_t i = 0; i < sizeof(aside) / sizeof(*aside); i++) {
        CHECK(resume_of(aside[i]) == MPB_KEY_ASIDE);
    }
    CHECK(resume_of("model.name") == MPB_KEY_FREE);
    CHECK(resume_of("training.batch_size") == MPB_KEY_FREE);
    CHECK(resume_of("training.learning_rate") == MPB_KEY_KEPT);
    CHECK(resume_of("training.epochs") == MPB_KEY_LENGTH);
}

static void names_of_tasks_and_formats_are_the_words_of_their_keys(void)
{
    for (int task = MPB_TASK_AUTO; task < MPB_NUM_TASKS; task++) {
        CHECK(value_of("model.task", mpb_task_name((mpb_task)task)) == task);
    }
    for (int format = MPB_FORMAT_AUTO; format <= MPB_FORMAT_SHARDS; format++) {
        CHECK(value_of("data.format", mpb_data_format_name((mpb_data_format)format)) == format);
    }
}

static void print_reference(void)
{
    mpb_buffer text = {0};

    CHECK_OK(mpb_run_config_write_reference(&text));
    fputs(text.data, stdout);
    mpb_buffer_clear(&text);
}

int main(int argc, char **argv)
{
    if (argc > 1 && strcmp(argv[1], "reference") == 0) {
        print_reference();
        return EXIT_SUCCESS;
    }
    the_worked_example_is_read_unchanged();
    an_empty_file_gives_the_defaults_of_the_contract();
    overrides_have_the_last_word();
    names_of_transformers_are_understood_anywhere();
    a_stride_of_zero_is_not_the_automatic_one();
    whole_numbers_may_be_written_with_point_and_exponent();
    sizes_may_have_units();
    unknown_keys_get_a_suggestion();
    bad_values_name_the_range_or_the_choices();
    wrong_types_are_refused();
    features_that_do_not_exist_yet_are_refused();
    contradictions_between_keys_are_refused();
    all_wrong_keys_are_told_at_once();
    contradictions_are_told_at_once_too();
    a_message_holds_the_first_of_many_faults_and_counts_the_others();
    an_override_replaces_the_key_that_excludes_it();
    one_share_of_the_split_implies_the_other();
    a_missing_file_is_a_configuration_error();
    settings_without_effect_are_said_and_defaults_are_not();
    unusual_learning_rates_are_warned_of();
    what_is_written_reads_as_the_same();
    odd_characters_survive_writing();
    a_path_or_name_of_two_lines_is_refused();
    what_is_no_utf8_is_refused();
    a_batch_size_per_rank_survives_writing();
    the_reference_file_is_what_the_table_says();
    every_configuration_of_the_project_is_valid_and_its_data_are_there();
    where_a_run_lies_and_how_it_is_watched_stands_aside();
    names_of_tasks_and_formats_are_the_words_of_their_keys();
    return EXIT_SUCCESS;
}
