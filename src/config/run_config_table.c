#include "run_config_table.h"

#define AT(member) offsetof(mpb_run_config, member)

#define KEPT MPB_KEY_KEPT
#define LENGTH MPB_KEY_LENGTH
#define ASIDE MPB_KEY_ASIDE

/* clang-format off */
#define WORDS(...) (const run_word[]){__VA_ARGS__, {NULL, 0}}
#define TASK_WORD(NAME, name_, ...) {#name_, MPB_TASK_##NAME},
/* The help may be followed by further fields. */
#define TEXT(member, preset_, ...) \
    {.name = #member, .kind = KEY_TEXT, .offset = AT(member), .preset = preset_, .help = __VA_ARGS__}
#define PATHS(member, ...) \
    {.name = #member, .kind = KEY_PATHS, .offset = AT(member), .preset = "null", \
     .help = __VA_ARGS__}
#define INTEGER(member, preset_, min_, max_, ...) \
    {.name = #member, .kind = KEY_INTEGER, .offset = AT(member), .preset = preset_, \
     .min = min_, .max = max_, .help = __VA_ARGS__}
#define REAL(member, preset_, min_, max_, ...) \
    {.name = #member, .kind = KEY_REAL, .offset = AT(member), .preset = preset_, \
     .min = min_, .max = max_, .help = __VA_ARGS__}
#define BOOLEAN(member, preset_, ...) \
    {.name = #member, .kind = KEY_BOOLEAN, .offset = AT(member), .preset = preset_, \
     .help = __VA_ARGS__}
#define CHOICE(member, preset_, words_, ...) \
    {.name = #member, .kind = KEY_CHOICE, .offset = AT(member), .preset = preset_, \
     .words = words_, .help = __VA_ARGS__}
#define WORD(member, preset_, words_, ...) \
    {.name = #member, .kind = KEY_WORD, .offset = AT(member), .preset = preset_, \
     .words = words_, .help = __VA_ARGS__}
/* Only some of the values that the name promises exist yet. */
#define PARTIAL(member, preset_, words_, ...) \
    {.name = #member, .kind = KEY_WORD, .partial = true, .offset = AT(member), \
     .preset = preset_, .words = words_, .help = __VA_ARGS__}
#define ABSENT(name_, help_) \
    {.name = name_, .kind = KEY_ABSENT, .legacy = true, .preset = "null", .help = help_}
#define LEGACY(name_, preset_, words_, help_) \
    {.name = name_, .kind = KEY_WORD, .partial = true, .legacy = true, .preset = preset_, \
     .words = words_, .help = help_}

const run_key run_keys[] = {
    TEXT(model.name, "bert-base-uncased",
         "registry key (base_en, large_en, distil_en, multilingual), fetched hub id, or directory"),
    {.name = "model.task", .kind = KEY_CHOICE, .offset = AT(model.task),
     .preset = "auto",
     .words = (const run_word[]){{"auto", MPB_TASK_AUTO}, MPB_TASKS(TASK_WORD) {NULL, 0}},
     .help = "what is learned; auto: token for CoNLL, qa for SQuAD, mlm for plain text, otherwise "
             "classification",
     .resume = KEPT},
    INTEGER(model.num_labels, "null", 1, 1e6,
            "or scores; null: from the data; a mismatch is an error"),
    PATHS(model.label_names, "the labels in their order; null: the sorted names of the data"),
    INTEGER(model.max_seq_length, "auto", 4, 1e6,
            "tokens kept of a text, [CLS] and [SEP] included, at most the model's positions; auto: "
            "128 where it has as many, and in evaluate and predict the model's own length",
            .resume = KEPT, .of_model = true),
    PARTIAL(model.pooling, "cls", WORDS({"cls", 0}),
            "what the classification head sees", .resume = KEPT),
    {.name = "model.trainable", .kind = KEY_TRAINABLE, .offset = AT(model.trainable),
     .preset = "all",
     .help = "what is trained beside the head: all; head: nothing; top:N: the last N layers; bitfit: "
             "biases; or a list of parts of tensor names, as in [encoder.layer.5, pooler]",
     .resume = KEPT},
    {.name = "model.unfreeze_schedule", .kind = KEY_SCHEDULE,
     .offset = AT(model.unfreeze_schedule), .preset = "null",
     .help = "and what is once so many epochs are done, as in {1: top:2, 2: all}", .resume = KEPT},
    INTEGER(model.lora.rank, "null", 1, 4096,
            "of a low-rank adaptation (LoRA), which is trained with the head alone, as by PEFT; null: "
            "none",
            .resume = KEPT),
    REAL(model.lora.alpha, "16.0", 1e-6, 1e6, "what is added is scaled by alpha / rank",
         .resume = KEPT),
    REAL(model.lora.dropout, "0.1", 0, 0.999999, "of what A reads", .resume = KEPT),
    PATHS(model.lora.targets,
          "linear layers that are adapted, by the ends of their names; null: query and value",
          .resume = KEPT),
    CHOICE(model.lora.bias, "none",
           WORDS({"none", MPB_LORA_BIAS_NONE}, {"all", MPB_LORA_BIAS_ALL},
                 {"lora_only", MPB_LORA_BIAS_ONLY}),
           "biases that are trained, too: all, or those of the layers that are adapted",
           .resume = KEPT),
    BOOLEAN(model.lora.use_rslora, "false", "scaled by alpha / sqrt(rank) instead",
            .resume = KEPT),
    CHOICE(model.adapter.kind, "none",
           WORDS({"none", MPB_NO_BOTTLENECK}, {"houlsby", MPB_HOULSBY}, {"pfeiffer", MPB_PFEIFFER}),
           "bottleneck adapters, which are trained with the head alone, as by AdapterHub: behind attention "
           "and the feed-forward layers, or behind the latter alone",
           .resume = KEPT),
    INTEGER(model.adapter.size, "64", 1, 65536, "of their inner layer, at most the hidden size",
            .resume = KEPT),
    {.name = "model.keep_layers", .kind = KEY_LAYERS, .offset = AT(model.keep_layers),
     .preset = "null",
     .help = "layers of model.name that make a smaller model, with its embeddings and head, as in "
             "[0, 2, 4]; null: all",
     .resume = KEPT},
    TEXT(model.teacher, "null",
         "trained model whose outputs are learned beside the labels (distillation): a run, a "
         "directory or an adapter; null: none"),
    REAL(model.distillation.temperature, "2.0", 0.01, 1000,
         "that softens what both say; without effect on scores", .resume = KEPT),
    REAL(model.distillation.weight, "0.5", 0, 1,
         "of the teacher's part of the loss, the rest being the labels'", .resume = KEPT),
    ABSENT("model.heads", "not in this version"),
    CHOICE(model.initialize, "pretrained",
           WORDS({"pretrained", MPB_RUN_PRETRAINED}, {"random", MPB_RUN_RANDOM}),
           "random: weights as BERT's before pretraining, vocabulary from model.name"),
    INTEGER(model.architecture.hidden_size, "null", 1, 65536,
            "random only; null: as the configuration of model.name says"),
    INTEGER(model.architecture.num_hidden_layers, "null", 1, 1024, "likewise"),
    INTEGER(model.architecture.num_attention_heads, "null", 1, 1024, "likewise"),
    INTEGER(model.architecture.intermediate_size, "null", 1, 1048576, "likewise"),

    INTEGER(training.epochs, "3", 1, MPB_MOST_EPOCHS, "passes over the training set", .resume = LENGTH),
    INTEGER(training.max_steps, "null", 1, 1e12, "optimizer steps instead of what the epochs make",
            .resume = LENGTH),
    INTEGER(training.batch_size, "16", 1, 1e6,
            "sequences of a micro-step over all ranks: a run means the same on any number of ranks"),
    INTEGER(training.batch_size_per_rank, "null", 1, 1e6,
            "instead of batch_size, for weak scaling: batch_size = this x ranks"),
    INTEGER(training.eval_batch_size, "32", 1, 1e6, "sequences of a validation batch over all ranks"),
    INTEGER(training.gradient_accumulation_steps, "1", 1, 1e6,
            "micro-steps whose gradients make one optimizer step", .resume = KEPT),
    REAL(training.learning_rate, "2.0e-5", 0, 1, "peak rate; fine-tuning wants 1e-5 to 5e-5",
         .resume = KEPT),
    REAL(training.weight_decay, "0.01", 0, 1, "not on biases and LayerNorm", .resume = KEPT),
    CHOICE(training.optimizer, "adamw",
           WORDS({"adamw", MPB_RUN_ADAMW}, {"lamb", MPB_RUN_LAMB}),
           "update rule; lamb: a trust ratio for each tensor that decays, as large batches want it",
           .resume = KEPT),
    REAL(training.adam_beta1, "0.9", 0, 0.999999, "decay of the first moment", .resume = KEPT),
    REAL(training.adam_beta2, "0.999", 0, 0.999999, "decay of the second moment", .resume = KEPT),
    REAL(training.adam_epsilon, "1.0e-8", 1e-20, 1, "added to the root of the second moment",
         .resume = KEPT),
    CHOICE(training.scheduler, "linear",
           WORDS({"linear", MPB_RUN_LINEAR}, {"cosine", MPB_RUN_COSINE},
                 {"constant", MPB_RUN_CONSTANT}, {"polynomial", MPB_RUN_POLYNOMIAL}),
           "learning rate after the warm-up", .resume = KEPT),
    REAL(training.warmup_ratio, "0.0", 0, 1, "share of all steps in which the rate rises from 0",
         .resume = KEPT),
    INTEGER(training.warmup_steps, "null", 0, 1e12, "instead of warmup_ratio", .resume = KEPT),
    REAL(training.max_grad_norm, "1.0", 0, 1e9, "gradients are clipped to this norm; 0: never",
         .resume = KEPT),
    REAL(training.label_smoothing, "0.0", 0, 0.999999, "share of the target spread over all labels",
         .resume = KEPT),
    {.name = "training.class_weights", .kind = KEY_WEIGHTS, .offset = AT(training.class_weights),
     .preset = "none",
     .words = WORDS({"none", MPB_RUN_WEIGHTS_NONE}, {"balanced", MPB_RUN_WEIGHTS_BALANCED}),
     .min = 1e-6, .max = 1e6,
     .help = "of an example by its class, in multilabel of the examples that have a label (as "
             "pos_weight of torch); balanced: by the inverse of the class's frequency, in multilabel "
             "examples without the label by those with it; or a list, a number a label in their order",
     .resume = KEPT},
    REAL(training.mlm_probability, "0.15", 1e-6, 1,
         "share of the tokens that are masked and to be predicted, of mlm and pretraining",
         .resume = KEPT, .of_model = true),
    BOOLEAN(training.whole_word_mask, "false", "a word's tokens are masked together",
            .resume = KEPT, .of_model = true),
    REAL(training.layer_lr_decay, "1.0", 1e-6, 1,
         "rate of a layer relative to the layer above it", .resume = KEPT),
    INTEGER(training.early_stopping_patience, "null", 1, 1e6,
            "validations without improvement after which a run stops"),
    CHOICE(training.eval_strategy, "epoch",
           WORDS({"epoch", MPB_RUN_EVAL_EPOCH}, {"steps", MPB_RUN_EVAL_STEPS},
                 {"no", MPB_RUN_EVAL_NO}),
           "when to validate"),
    INTEGER(training.eval_every_steps, "null", 1, 1e12, "steps between validations"),
    CHOICE(training.precision, "fp32",
           WORDS({"fp32", MPB_RUN_FP32}, {"bf16", MPB_RUN_BF16}),
           "of factors of matrix products and saved activations; sums, weights and updates are fp32",
           .resume = KEPT),
    {.name = "training.fp16", .kind = KEY_BOOLEAN, .partial = true, .legacy = true,
     .preset = "false", .words = WORDS({"false", 0}),
     .help = "16-bit training is training.precision: bf16"},
    CHOICE(training.activation_checkpointing, "auto",
           WORDS({"auto", MPB_RUN_CHECKPOINTING_AUTO}, {"none", MPB_RUN_CHECKPOINTING_NONE},
                 {"all", MPB_RUN_CHECKPOINTING_ALL}),
           "layers whose activations backward computes again; auto: as few as memory_limit asks for"),
    {.name = "training.memory_limit", .kind = KEY_BYTES, .offset = AT(training.memory_limit),
     .preset = "null", .help = "of a rank, as in 20GiB or 20 GB; null: what its node grants"},
    BOOLEAN(training.deterministic, "false",
            "the same weights bit for bit on 1, 2, 4 and 8 ranks, wherever they run; slower, see "
            "README.md",
            .resume = KEPT),
    INTEGER(training.seed, "42", 0, 4294967295.0, "of split, order, dropout and new weights",
            .resume = KEPT),

    PATHS(data.train, "file, folder or shard directory, or a list of them"),
    PATHS(data.validation, "null: a part of data.train"),
    PATHS(data.test, "for preprocess --split test; evaluate --data scores it"),
    {.name = "data.format", .kind = KEY_CHOICE, .partial = true, .offset = AT(data.format),
     .preset = "auto",
     .words = WORDS({"auto", MPB_FORMAT_AUTO}, {"folder", MPB_FORMAT_FOLDER},
                    {"csv", MPB_FORMAT_CSV}, {"tsv", MPB_FORMAT_TSV}, {"jsonl", MPB_FORMAT_JSONL},
                    {"json", MPB_FORMAT_JSON}, {"text", MPB_FORMAT_TEXT},
                    {"conll", MPB_FORMAT_CONLL}, {"conllu", MPB_FORMAT_CONLLU},
                    {"squad", MPB_FORMAT_SQUAD}, {"shards", MPB_FORMAT_SHARDS}),
     .help = "auto: by the ending, of .json by the content; folder: one sub-folder a class; json: "
             "a list of objects"},
    CHOICE(data.encoding, "utf-8",
           WORDS({"utf-8", MPB_UTF8}, {"latin-1", MPB_LATIN1}),
           "of text files", .resume = KEPT),
    CHOICE(data.header, "auto",
           WORDS({"auto", MPB_HEADER_AUTO}, {"yes", MPB_HEADER_YES}, {"no", MPB_HEADER_NO}),
           "whether the first row of a table names its columns; auto: if a wanted name is there"),
    CHOICE(data.delimiter, "auto",
           WORDS({"auto", MPB_RUN_DELIMITER_AUTO}, {",", MPB_RUN_COMMA}, {";", MPB_RUN_SEMICOLON},
                 {"tab", MPB_RUN_TAB}, {"|", MPB_RUN_BAR}),
           "between cells of CSV; auto: by a line sep=;, by the names of columns, or by the rows"),
    TEXT(data.text_column, "text", "name, or number from 0", .resume = KEPT, .of_model = true),
    TEXT(data.text_column_b, "null", "second text of a pair", .resume = KEPT, .of_model = true),
    TEXT(data.label_column, "label", "name, or number from 0", .resume = KEPT, .of_model = true),
    PATHS(data.score_columns,
          "of model.task regression: columns with a score each, in place of label_column; their "
          "names become those of the model's outputs",
          .resume = KEPT, .of_model = true),
    TEXT(data.choices_column, "choices",
         "of model.task choice: the list of choices in JSON; in tables what their columns begin with "
         "(ending: ending0, ending1, ...)",
         .resume = KEPT, .of_model = true),
    TEXT(data.id_column, "null", "null: the row number"),
    ABSENT("data.head_column", "not in this version"),
    REAL(data.train_split, "0.8", 1e-9, 1, "share trained on where no validation set is named",
         .resume = KEPT),
    REAL(data.val_split, "0.2", 0, 1, "share validated on where no validation set is named",
         .resume = KEPT),
    BOOLEAN(data.stratify, "true", "equal class shares in both parts", .resume = KEPT),
    BOOLEAN(data.shuffle, "true", "by training.seed, before max_samples and the split",
            .resume = KEPT),
    BOOLEAN(data.line_by_line, "false",
            "of model.task mlm: each text is a sequence; false: texts are packed end to end",
            .resume = KEPT, .of_model = true),
    {.name = "data.remove_noise", .kind = KEY_FLAGS, .offset = AT(data.remove_headers),
     .preset = "null", .words = WORDS({"headers", 0}, {"footers", 0}, {"quotes", 0}),
     .help = "parts of newsgroup posts and mails to leave out", .resume = KEPT,
     .of_model = true},
    INTEGER(data.max_chars, "null", 1, 1e12, "code points kept of a raw text", .resume = KEPT,
            .of_model = true),
    INTEGER(data.max_samples, "null", 1, 1e12, "examples kept of the shuffled set before the split",
            .resume = KEPT),
    INTEGER(data.max_train_samples, "null", 1, 1e12, "examples kept for training", .resume = KEPT),
    INTEGER(data.max_validation_samples, "null", 1, 1e12, "likewise"),
    INTEGER(data.max_test_samples, "null", 1, 1e12, "kept of data.test by preprocess --split test"),
    CHOICE(data.long_documents, "truncate",
           WORDS({"truncate", MPB_RUN_TRUNCATE}, {"chunk", MPB_RUN_CHUNK}),
           "texts above model.max_seq_length",
           .resume = KEPT, .of_model = true),
    {.name = "data.stride", .kind = KEY_INTEGER, .offset = AT(data.stride), .preset = "auto",
     .none = -1, .min = 0, .max = 1e6,
     .help = "tokens that neighbouring chunks share; auto: 128, or a third of "
             "model.max_seq_length where that is less", .resume = KEPT, .of_model = true},
    CHOICE(data.stride_mode, "overlap",
           WORDS({"overlap", MPB_RUN_OVERLAP}, {"step", MPB_RUN_STEP}),
           "what data.stride counts; step: between the beginnings of chunks", .resume = KEPT,
           .of_model = true),
    CHOICE(data.document_pooling, "mean",
           WORDS({"mean", MPB_POOL_MEAN}, {"max", MPB_POOL_MAX}, {"first", MPB_POOL_FIRST}),
           "how chunk outputs become one document's", .of_model = true),
    {.name = "data.max_unpacked", .kind = KEY_BYTES, .offset = AT(data.max_unpacked),
     .preset = "null",
     .help = "that a .gz or .xz may hold, as in 200GB; null: 64 MiB and 100 times its own size"},
    CHOICE(data.on_error, "stop",
           WORDS({"stop", MPB_RUN_ON_ERROR_STOP}, {"skip", MPB_RUN_ON_ERROR_SKIP}),
           "at a wrong example; skip: it is left out, counted and reported"),
    INTEGER(data.compression, "0", 0, 9, "deflate level of shards; 0: none, which reads fastest"),
    CHOICE(data.streaming, "auto",
           WORDS({"auto", MPB_RUN_STREAMING_AUTO}, {"true", MPB_RUN_STREAMING_TRUE},
                 {"false", MPB_RUN_STREAMING_FALSE}),
           "tokens of shards stay on disk and are read ahead of their use; auto: above 64 Mi tokens that "
           "are not compressed"),
    TEXT(data.cache_directory, "null",
         "shards made from raw text; null: cache in checkpoint.directory", .resume = ASIDE),

    TEXT(checkpoint.directory, "null",
         "the run directory; null: runs/NAME for the configuration NAME.yaml", .resume = ASIDE),
    INTEGER(checkpoint.every_steps, "null", 1, 1e12, "null: each epoch", .resume = ASIDE),
    REAL(checkpoint.every_minutes, "10", 0, 1e6,
         "and whenever so much training is not saved yet; 0: not by time", .resume = ASIDE),
    REAL(checkpoint.time_limit_minutes, "null", 0, 1e7,
         "of a start of train, which saves and stops before; null: until Slurm ends the job",
         .resume = ASIDE),
    INTEGER(checkpoint.keep, "3", 1, 1e6, "newest checkpoints that stay, besides the best model",
            .resume = ASIDE),
    TEXT(checkpoint.resume, "auto", "auto: from the newest valid one; never; or a path",
         .resume = ASIDE),
    TEXT(checkpoint.metric_for_best_model, "null",
         "of the task, or loss: decides which model is best/; null: the task's first one, which the "
         "table of epochs shows",
         .resume = KEPT),
    CHOICE(checkpoint.greater_is_better, "auto",
           WORDS({"auto", MPB_RUN_GREATER_AUTO}, {"true", MPB_RUN_GREATER_TRUE},
                 {"false", MPB_RUN_GREATER_FALSE}),
           "of metric_for_best_model, which knows it; another value than its own is refused",
           .resume = ASIDE),
    LEGACY("checkpoint.save_strategy", "epoch",
           WORDS({"epoch", MPB_RUN_EVAL_EPOCH}, {"steps", MPB_RUN_EVAL_STEPS}),
           "checkpoint.every_steps and checkpoint.every_minutes decide"),
    BOOLEAN(checkpoint.load_best_model_at_end, "false",
            "final/ is the best model instead of the last step's; best/ is kept anyway",
            .resume = ASIDE),

    INTEGER(logging.every_steps, "10", 1, 1e12, "steps between lines of metrics.jsonl",
            .resume = ASIDE),
    {.name = "logging.tensorboard", .kind = KEY_BOOLEAN, .partial = true,
     .offset = AT(logging.tensorboard), .preset = "false", .words = WORDS({"false", 0}),
     .help = "event files in the run directory", .resume = ASIDE},
    WORD(logging.progress, "auto", WORDS({"auto", 0}, {"on", 0}, {"off", 0}),
         "a moving line on a terminal, also through mpirun, plain lines elsewhere; on: also where "
         "TERM, CI or NO_COLOR ask for plain ones",
         .resume = ASIDE),
    LEGACY("logging.report_to", "none", WORDS({"none", 0}), "metrics.jsonl is always written"),

    {.name = "inference.device", .kind = KEY_TEXT, .idle = true, .offset = AT(inference.device),
     .preset = "auto",
     .words = WORDS({"auto", 0}, {"cpu", 0}),
     .help = "no meaning here: always the CPU"},
    INTEGER(inference.batch_size, "32", 1, 1e6, "sequences of a batch on a rank"),
    {.name = "inference.optimize_for", .kind = KEY_WORD, .idle = true,
     .offset = AT(inference.optimize_for), .preset = "latency",
     .words = WORDS({"latency", 0}, {"throughput", 0}),
     .help = "no meaning here"},
    {.name = "inference.return_dict", .kind = KEY_BOOLEAN, .idle = true,
     .offset = AT(inference.return_dict), .preset = "true", .help = "no meaning here"},
    {.name = "inference.max_new_tokens", .kind = KEY_INTEGER, .idle = true,
     .offset = AT(inference.max_new_tokens), .preset = "null", .min = 1, .max = 1e12,
     .help = "no meaning here"},
    {.name = "inference.version_2_with_negative", .kind = KEY_CHOICE,
     .offset = AT(inference.answers.version_2_with_negative), .preset = "auto",
     .words = WORDS({"auto", MPB_NULL_ANSWERS_AUTO}, {"true", MPB_NULL_ANSWERS_TRUE},
                    {"false", MPB_NULL_ANSWERS_FALSE}), .of_model = true,
     .help = "whether questions may stay unanswered; auto: where the training data, or the data that "
             "is scored, has questions without an answer"},
    {.name = "inference.n_best_size", .kind = KEY_INTEGER,
     .offset = AT(inference.answers.n_best_size), .preset = "20", .min = 1, .max = MPB_MOST_ANSWERS,
     .help = "answers of a question that predict tells, and first and last tokens tried for them"},
    {.name = "inference.max_answer_length", .kind = KEY_INTEGER,
     .offset = AT(inference.answers.max_answer_length), .preset = "30", .min = 1, .max = 1e6,
     .help = "tokens"},
    {.name = "inference.null_score_diff_threshold", .kind = KEY_REAL,
     .offset = AT(inference.answers.null_score_diff_threshold), .preset = "0.0",
     .min = -1e9, .max = 1e9,
     .help = "a question stays unanswered where no answer scores more than this above the best one; "
             "evaluate tells the best value"},

    {.name = "inference.top_k", .kind = KEY_INTEGER, .offset = AT(inference.answers.top_k),
     .preset = "5", .min = 1, .max = MPB_MOST_WORDS,
     .help = "words that predict tells of a [MASK], the most likely ones"},

    INTEGER(cluster.threads_per_rank, "auto", 1, 1024, "auto: as many as the rank has cores"),
    INTEGER(cluster.silence_seconds, "30", 3, 1e6,
            "that a rank may be silent, stopped or cut off, before the job ends and names it"),
    CHOICE(cluster.shard_optimizer, "auto",
           WORDS({"auto", MPB_RUN_SHARDING_AUTO}, {"true", MPB_RUN_SHARDING_TRUE},
                 {"false", MPB_RUN_SHARDING_FALSE}),
           "each rank keeps and updates its part of the moments; auto: where memory asks for it"),
    CHOICE(cluster.gradient_dtype, "fp32",
           WORDS({"fp32", MPB_RUN_FP32}, {"bf16", MPB_RUN_BF16}),
           "of gradients on their way between nodes; bf16 halves the bytes", .resume = KEPT),
    BOOLEAN(cluster.error_feedback, "true",
            "bf16: what rounding takes from a gradient is added to the next step's",
            .resume = KEPT),
    BOOLEAN(cluster.overlap, "true",
            "sums over ranks go on while backward computes; false: they follow it"),
};
const size_t num_run_keys = sizeof(run_keys) / sizeof(run_keys[0]);

_Static_assert(sizeof(run_keys) / sizeof(run_keys[0]) <= MAX_RUN_KEYS, "raise MAX_RUN_KEYS");
/* KEY_FLAGS addresses the three as one array. */
_Static_assert(AT(data.remove_quotes) == AT(data.remove_headers) + 2 * sizeof(bool),
               "remove_headers, remove_footers, remove_quotes stand side by side");
/* clang-format on */
