#pragma once

/* The typed configuration of a run: every key of the seven sections, resolved and checked.
 *
 * One table (src/config/run_config_table.c) describes all keys: name, type, default, allowed values
 * and help. It drives reading, `section.key=value` overrides, the names that users of transformers
 * know, the resolved config.yaml and configs/reference.yaml. Everything wrong is MPB_ERR_CONFIG
 * and names key, value, what is allowed, and file and line or "command line"; all that is wrong is
 * said at once, a line each. Local: every rank
 * reads the same files and gets the same struct.
 *
 * Strings and lists are owned by the struct. "0: ..." says what the number for "not given" means.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "mpibert/core/buffer.h"
#include "mpibert/core/log.h"
#include "mpibert/core/status.h"
#include "mpibert/core/strings.h"
#include "mpibert/eval/answer_settings.h"
#include "mpibert/eval/pooling.h"
#include "mpibert/model/bottleneck.h"
#include "mpibert/model/kept_layers.h"
#include "mpibert/model/lora.h"
#include "mpibert/model/trainable.h"
#include "mpibert/records/read_options.h"

typedef enum mpb_run_initialize { MPB_RUN_PRETRAINED, MPB_RUN_RANDOM } mpb_run_initialize;

typedef enum mpb_run_optimizer { MPB_RUN_ADAMW, MPB_RUN_LAMB } mpb_run_optimizer;

typedef enum mpb_run_scheduler {
    MPB_RUN_LINEAR,
    MPB_RUN_COSINE,
    MPB_RUN_CONSTANT,
    MPB_RUN_POLYNOMIAL,
} mpb_run_scheduler;

typedef enum mpb_run_precision { MPB_RUN_FP32, MPB_RUN_BF16 } mpb_run_precision;

typedef enum mpb_run_class_weights {
    MPB_RUN_WEIGHTS_NONE,
    MPB_RUN_WEIGHTS_BALANCED,
    MPB_RUN_WEIGHTS_LIST,
} mpb_run_class_weights;

typedef struct mpb_run_weights {
    mpb_run_class_weights how;
    double *items; /* owned, (count), of MPB_RUN_WEIGHTS_LIST */
    size_t count;
} mpb_run_weights;

typedef enum mpb_run_long_documents { MPB_RUN_TRUNCATE, MPB_RUN_CHUNK } mpb_run_long_documents;

typedef enum mpb_run_stride_mode { MPB_RUN_OVERLAP, MPB_RUN_STEP } mpb_run_stride_mode;

typedef enum mpb_run_delimiter {
    MPB_RUN_DELIMITER_AUTO,
    MPB_RUN_COMMA,
    MPB_RUN_SEMICOLON,
    MPB_RUN_TAB,
    MPB_RUN_BAR,
} mpb_run_delimiter;

typedef enum mpb_run_on_error { MPB_RUN_ON_ERROR_STOP, MPB_RUN_ON_ERROR_SKIP } mpb_run_on_error;

typedef enum mpb_run_eval_strategy {
    MPB_RUN_EVAL_EPOCH,
    MPB_RUN_EVAL_STEPS,
    MPB_RUN_EVAL_NO,
} mpb_run_eval_strategy;

typedef enum mpb_run_greater {
    MPB_RUN_GREATER_AUTO,
    MPB_RUN_GREATER_TRUE,
    MPB_RUN_GREATER_FALSE,
} mpb_run_greater;

typedef enum mpb_run_checkpointing {
    MPB_RUN_CHECKPOINTING_AUTO,
    MPB_RUN_CHECKPOINTING_NONE,
    MPB_RUN_CHECKPOINTING_ALL,
} mpb_run_checkpointing;

typedef enum mpb_run_streaming {
    MPB_RUN_STREAMING_AUTO,
    MPB_RUN_STREAMING_TRUE,
    MPB_RUN_STREAMING_FALSE,
} mpb_run_streaming;

typedef enum mpb_run_sharding {
    MPB_RUN_SHARDING_AUTO,
    MPB_RUN_SHARDING_TRUE,
    MPB_RUN_SHARDING_FALSE,
} mpb_run_sharding;

/* Sizes for model.initialize: random; each 0: as the configuration of model.name says. */
typedef struct mpb_run_architecture {
    int64_t hidden_size;
    int64_t num_hidden_layers;
    int64_t num_attention_heads;
    int64_t intermediate_size;
} mpb_run_architecture;

/* How a student learns from model.teacher, see task/distil.h. */
typedef struct mpb_run_distillation {
    double temperature;
    double weight; /* of the teacher's part of the loss */
} mpb_run_distillation;

typedef struct mpb_run_model {
    char
        *name; /* registry key, hub id or directory; its vocabulary also where weights are random */
    mpb_task task;           /* MPB_TASK_AUTO: from the data */
    int64_t num_labels;      /* 0: as many as the data has */
    mpb_strings label_names; /* their order; none: the sorted names of the data */
    int64_t max_seq_length;  /* 0: not given, see mpb_corpus_settle_length */
    char *pooling;
    mpb_trainable trainable;                 /* from the start, */
    mpb_unfreeze_schedule unfreeze_schedule; /* and what else later */
    mpb_lora lora;                           /* instead of both, where its rank is not 0 */
    mpb_bottleneck adapter;                  /* instead of all these, where there is any */
    mpb_kept_layers keep_layers;             /* of model.name; none: all */
    char *teacher;                           /* named as a model is; NULL: none */
    mpb_run_distillation distillation;
    mpb_run_initialize initialize;
    mpb_run_architecture architecture;
} mpb_run_model;

enum { MPB_MOST_EPOCHS = 1000000 }; /* of a run */

typedef struct mpb_run_training {
    int64_t epochs;              /* where max_steps is 0 */
    int64_t max_steps;           /* 0: what the epochs make */
    int64_t batch_size;          /* sequences over all ranks; 0: batch_size_per_rank is given */
    int64_t batch_size_per_rank; /* 0: batch_size is given */
    int64_t eval_batch_size;
    int64_t gradient_accumulation_steps;
    double learning_rate;
    double weight_decay;
    mpb_run_optimizer optimizer;
    double adam_beta1;
    double adam_beta2;
    double adam_epsilon;
    mpb_run_scheduler scheduler;
    double warmup_ratio;
    int64_t warmup_steps; /* 0: by warmup_ratio */
    double max_grad_norm; /* 0: no clipping */
    double label_smoothing;
    mpb_run_weights class_weights;
    double mlm_probability; /* of a token to be masked */
    bool whole_word_mask;
    double layer_lr_decay;
    int64_t early_stopping_patience; /* validations without improvement; 0: off */
    mpb_run_eval_strategy eval_strategy;
    int64_t eval_every_steps; /* > 0 exactly with MPB_RUN_EVAL_STEPS */
    mpb_run_precision precision;
    mpb_run_checkpointing activation_checkpointing;
    int64_t memory_limit; /* bytes of a rank; 0: what its node grants */
    bool deterministic;
    int64_t seed; /* 0 ... 2^32 - 1 */
} mpb_run_training;

typedef struct mpb_run_data {
    mpb_strings train; /* paths; empty: not given */
    mpb_strings validation;
    mpb_strings test;
    mpb_data_format format;
    mpb_encoding encoding;
    mpb_table_header header;
    mpb_run_delimiter delimiter;
    char *text_column;
    char *text_column_b;   /* NULL: single texts */
    bool columns_of_model; /* no key: both are what the model's directory keeps */
    char *label_column;
    mpb_strings score_columns; /* regression; empty: one score, in label_column */
    char *choices_column;
    char *id_column; /* NULL: the row number or file name */
    double train_split;
    double val_split;
    bool stratify;
    bool shuffle;
    bool line_by_line;   /* masked words: a text is a sequence, instead of texts end to end */
    bool remove_headers; /* from data.remove_noise */
    bool remove_footers;
    bool remove_quotes;
    int64_t max_chars;   /* code points; 0: no cut */
    int64_t max_samples; /* first n of the shuffled set, before the split; 0: all */
    int64_t max_train_samples;
    int64_t max_validation_samples;
    int64_t max_test_samples;
    mpb_run_long_documents long_documents;
    int64_t stride; /* -1: mpb_default_stride */
    mpb_run_stride_mode stride_mode;
    mpb_pooling document_pooling;
    mpb_run_on_error on_error;
    int64_t max_unpacked; /* bytes of a packed file; 0: as mpb_unpack_file limits them */
    int64_t compression;  /* deflate level of shards; 0: none */
    mpb_run_streaming streaming;
    char *cache_directory;
} mpb_run_data;

typedef struct mpb_run_checkpoint {
    char *directory;           /* the run directory */
    int64_t every_steps;       /* 0: at the end of each epoch */
    double every_minutes;      /* and when so much training is not saved yet; 0: not by time */
    double time_limit_minutes; /* of a start of train; 0: none but the job's */
    int64_t keep;
    char *resume;                /* "auto", "never" or a path */
    char *metric_for_best_model; /* of the task, or loss; NULL: the task's first one */
    mpb_run_greater greater_is_better;
    bool load_best_model_at_end; /* final/ is the best model */
} mpb_run_checkpoint;

typedef struct mpb_run_logging {
    int64_t every_steps;
    bool tensorboard;
    char *progress; /* "auto", "on" or "off" */
} mpb_run_logging;

typedef struct mpb_run_inference {
    char *device;
    int64_t batch_size;
    char *optimize_for;
    bool return_dict;
    int64_t max_new_tokens; /* 0: not given */
    mpb_answer_settings answers;
} mpb_run_inference;

typedef struct mpb_run_cluster {
    int64_t threads_per_rank; /* 0: as many as the rank has cores */
    int64_t silence_seconds;  /* see mpb_comm_allow_silence */
    mpb_run_sharding shard_optimizer;
    mpb_run_precision gradient_dtype;
    bool error_feedback;
    bool overlap;
} mpb_run_cluster;

typedef struct mpb_run_config {
    mpb_run_model model;
    mpb_run_training training;
    mpb_run_data data;
    mpb_run_checkpoint checkpoint;
    mpb_run_logging logging;
    mpb_run_inference inference;
    mpb_run_cluster cluster;
} mpb_run_config;

/* `config` (starts as {0}) = what an empty file gives. */
MPB_MUST_CHECK mpb_status mpb_run_config_defaults(mpb_run_config *config);

/* `config` (starts as {0}) = defaults, then the file at `path` unless NULL, then the `count`
 * overrides "section.key=value" in their order. Untouched on failure. Logs a line for each setting
 * that means nothing on this system, and a warning for a learning rate outside 1e-5 .. 5e-5.
 * data.train may still be empty: whether it is needed is the command's to say. */
MPB_MUST_CHECK mpb_status mpb_run_config_read(const mpb_log *log, const char *path,
                                              const char *const *overrides, size_t count,
                                              mpb_run_config *config);

/* Likewise for work with a trained model of `task`: settings that the file at `model_path` has (NULL: none)
 * replace the defaults. Where others are given, that is said in one line. What is wrong with that
 * file is MPB_ERR_DATA. */
MPB_MUST_CHECK mpb_status mpb_run_config_read_for_model(const mpb_log *log, mpb_task task,
                                                        const char *model_path, const char *path,
                                                        const char *const *overrides, size_t count,
                                                        mpb_run_config *config);
void mpb_run_config_clear(mpb_run_config *config);

/* Optimizer steps of a run where an epoch has so many: training.max_steps or, without it, those of
 * training.epochs, as transformers has it. Pure. */
int64_t mpb_run_num_steps(const mpb_run_training *training, int64_t steps_per_epoch);

/* The epochs that these begin; more than MPB_MOST_EPOCHS are MPB_ERR_CONFIG. */
MPB_MUST_CHECK mpb_status mpb_run_count_epochs(const mpb_run_training *training,
                                               int64_t steps_per_epoch, size_t *epochs);

/* Says in one line what shards, by what they say of themselves (mpb_shard_info), were made with
 * that is not what `config` says of how a model's text is read; nothing of columns, which are gone.
 * */
MPB_MUST_CHECK mpb_status mpb_run_config_compare_shards(const mpb_log *log,
                                                        const mpb_run_config *config,
                                                        const char *shard_options,
                                                        const char *where);

/* Appends the text of such a file, {"version": 1, "settings": {"data.stride": 64, ...}}: how text
 * is read for the model, namely length, columns, noise, characters, chunks. `shard_options` is what
 * shards say of themselves where the model is trained on shards (mpb_shard_info), otherwise NULL.
 * */
MPB_MUST_CHECK mpb_status mpb_run_config_write_for_model(const mpb_run_config *config,
                                                         const char *shard_options,
                                                         mpb_buffer *out);

/* Appends YAML with every key, which mpb_run_config_read turns into an equal struct. */
MPB_MUST_CHECK mpb_status mpb_run_config_write(const mpb_run_config *config, mpb_buffer *out);

/* Appends "training.epochs: 5", a line a key whose value is not the default. */
MPB_MUST_CHECK mpb_status mpb_run_config_write_changed(const mpb_run_config *config,
                                                       mpb_buffer *out);

/* Appends the text of configs/reference.yaml: every key with its default and a comment. */
MPB_MUST_CHECK mpb_status mpb_run_config_write_reference(mpb_buffer *out);
