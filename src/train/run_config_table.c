#include "run_config_table.h"

#define AT(member) offsetof(mpb_run_config, member)

/* clang-format off */
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
#define CHOICE(member, preset_, choices_, ...) \
    {.name = #member, .kind = KEY_CHOICE, .offset = AT(member), .preset = preset_, \
     .choices = choices_, .help = __VA_ARGS__}
#define WORD(member, preset_, choices_, ...) \
    {.name = #member, .kind = KEY_WORD, .offset = AT(member), .preset = preset_, \
     .choices = choices_, .help = __VA_ARGS__}
/* Only some of the values that the name promises exist yet. */
#define PARTIAL(member, preset_, choices_, ...) \
    {.name = #member, .kind = KEY_WORD, .partial = true, .offset = AT(member), \
     .preset = preset_, .choices = choices_, .help = __VA_ARGS__}
#define ABSENT(name_, help_) \
    {.name = name_, .kind = KEY_ABSENT, .legacy = true, .preset = "null", .help = help_}
#define LEGACY(name_, preset_, choices_, help_) \
    {.name = name_, .kind = KEY_WORD, .partial = true, .legacy = true, .preset = preset_, \
     .choices = choices_, .help = help_}

const run_key run_keys[] = {
    TEXT(model.name, "bert-base-uncased",
         "registry key (base_en, large_en, distil_en, multilingual), fetched hub id, or directory"),
    {.name = "model.task", .kind = KEY_CHOICE, .offset = AT(model.task),
     .preset = "auto", .choices = "auto classification multilabel regression token qa mlm pretraining",
     .help = "what is learned; auto: token for CoNLL, qa for SQuAD, mlm for plain text, otherwise "
             "classification, which alone this version trains"},
    INTEGER(model.num_labels, "null", 2, 1e6, "null: from the data; a mismatch is an error"),
    PATHS(model.label_names, "the labels in their order; null: the sorted names of the data"),
    INTEGER(model.max_seq_length, "auto", 4, 1e6,
            "tokens kept of a text, [CLS] and [SEP] included, at most the model's positions; auto: "
            "128 where it has as many, and in evaluate and predict the model's own length",
            .resume = KEPT, .of_model = true),
    PARTIAL(model.pooling, "cls", "cls", "what the classification head sees", .resume = KEPT),
    PARTIAL(model.trainable, "all", "all", "which parameters are trained", .resume = KEPT),
    ABSENT("model.unfreeze_schedule", "not in this version"),
    ABSENT("model.lora", "not in this version"),
    ABSENT("model.heads", "not in this version"),
    CHOICE(model.initialize, "pretrained", "pretrained random",
           "random: weights as BERT's before pretraining, vocabulary from model.name"),
    INTEGER(model.architecture.hidden_size, "null", 1, 65536,
            "random only; null: as the configuration of model.name says"),
    INTEGER(model.architecture.num_hidden_layers, "null", 1, 1024, "likewise"),
    INTEGER(model.architecture.num_attention_heads, "null", 1, 1024, "likewise"),
    INTEGER(model.architecture.intermediate_size, "null", 1, 1048576, "likewise"),

    INTEGER(training.epochs, "3", 1, 1e6, "passes over the training set", .resume = LENGTH),
    INTEGER(training.max_steps, "null", 1, 1e12, "optimizer steps instead of what the epochs make",
            .resume = LENGTH),
    INTEGER(training.batch_size, "16", 1, 1e6,
            "sequences of a micro-step over all ranks: a run means the same on any number of ranks"),
    INTEGER(training.batch_size_per_rank, "null", 1, 1e6,
            "instead of batch_size, for weak scaling: batch_size = this x ranks"),
    INTEGER(training.eval_batch_size, "32", 1, 1e6, "sequences of a validation batch on a rank"),
    INTEGER(training.gradient_accumulation_steps, "1", 1, 1e6,
            "micro-steps whose gradients make one optimizer step", .resume = KEPT),
    REAL(training.learning_rate, "2.0e-5", 0, 1, "peak rate; fine-tuning wants 1e-5 to 5e-5",
         .resume = KEPT),
    REAL(training.weight_decay, "0.01", 0, 1, "not on biases and LayerNorm", .resume = KEPT),
    PARTIAL(training.optimizer, "adamw", "adamw", "update rule", .resume = KEPT),
    REAL(training.adam_beta1, "0.9", 0, 0.999999, "decay of the first moment", .resume = KEPT),
    REAL(training.adam_beta2, "0.999", 0, 0.999999, "decay of the second moment", .resume = KEPT),
    REAL(training.adam_epsilon, "1.0e-8", 1e-20, 1, "added to the root of the second moment",
         .resume = KEPT),
    CHOICE(training.scheduler, "linear", "linear cosine constant polynomial",
           "learning rate after the warm-up", .resume = KEPT),
    REAL(training.warmup_ratio, "0.0", 0, 1, "share of all steps in which the rate rises from 0",
         .resume = KEPT),
    INTEGER(training.warmup_steps, "null", 0, 1e12, "instead of warmup_ratio", .resume = KEPT),
    REAL(training.max_grad_norm, "1.0", 0, 1e9, "gradients are clipped to this norm; 0: never",
         .resume = KEPT),
    REAL(training.label_smoothing, "0.0", 0, 0.999999, "share of the target spread over all labels",
         .resume = KEPT),
    {.name = "training.class_weights", .kind = KEY_CHOICE, .partial = true,
     .offset = AT(training.class_weights), .preset = "none", .choices = "none balanced",
     .help = "balanced: a class weighs by the inverse of its frequency", .resume = KEPT},
    REAL(training.layer_lr_decay, "1.0", 1e-6, 1,
         "rate of a layer relative to the layer above it", .resume = KEPT),
    INTEGER(training.early_stopping_patience, "null", 1, 1e6,
            "validations without improvement after which a run stops"),
    CHOICE(training.eval_strategy, "epoch", "epoch steps no", "when to validate"),
    INTEGER(training.eval_every_steps, "null", 1, 1e12, "steps between validations"),
    CHOICE(training.precision, "fp32", "fp32 bf16",
           "of factors of matrix products and saved activations; sums, weights and updates are fp32",
           .resume = KEPT),
    {.name = "training.fp16", .kind = KEY_BOOLEAN, .partial = true, .legacy = true,
     .preset = "false", .choices = "false",
     .help = "16-bit training is training.precision: bf16"},
    CHOICE(training.activation_checkpointing, "auto", "auto none all",
           "layers whose activations backward computes again; auto: as few as memory_limit asks for"),
    {.name = "training.memory_limit", .kind = KEY_BYTES, .offset = AT(training.memory_limit),
     .preset = "null", .help = "of a rank, as in 20GiB or 20 GB; null: what its node grants"},
    {.name = "training.deterministic", .kind = KEY_BOOLEAN, .partial = true,
     .offset = AT(training.deterministic), .preset = "false", .choices = "false",
     .help = "equal bits on 1, 2, 4, 8 ranks", .resume = KEPT},
    INTEGER(training.seed, "42", 0, 4294967295.0, "of split, order, dropout and new weights",
            .resume = KEPT),

    PATHS(data.train, "file, folder or shard directory, or a list of them"),
    PATHS(data.validation, "null: a part of data.train"),
    PATHS(data.test, "for preprocess --split test; evaluate --data scores it"),
    {.name = "data.format", .kind = KEY_CHOICE, .partial = true, .offset = AT(data.format),
     .preset = "auto", .choices = "auto folder csv tsv jsonl json text conll conllu squad shards",
     .help = "auto: by the ending, of .json by the content; folder: one sub-folder a class; json: "
             "a list of objects"},
    CHOICE(data.encoding, "utf-8", "utf-8 latin-1", "of text files", .resume = KEPT),
    CHOICE(data.header, "auto", "auto yes no",
           "whether the first row of a table names its columns; auto: if a wanted name is there"),
    CHOICE(data.delimiter, "auto", "auto , ; tab |",
           "between cells of CSV; auto: by a line sep=;, by the names of columns, or by the rows"),
    TEXT(data.text_column, "text", "name, or number from 0", .resume = KEPT, .of_model = true),
    TEXT(data.text_column_b, "null", "second text of a pair", .resume = KEPT, .of_model = true),
    TEXT(data.label_column, "label", "name, or number from 0", .resume = KEPT, .of_model = true),
    TEXT(data.id_column, "null", "null: the row number"),
    ABSENT("data.head_column", "not in this version"),
    REAL(data.train_split, "0.8", 1e-9, 1, "share trained on where no validation set is named",
         .resume = KEPT),
    REAL(data.val_split, "0.2", 0, 1, "share validated on where no validation set is named",
         .resume = KEPT),
    BOOLEAN(data.stratify, "true", "equal class shares in both parts", .resume = KEPT),
    BOOLEAN(data.shuffle, "true", "by training.seed, before max_samples and the split",
            .resume = KEPT),
    {.name = "data.remove_noise", .kind = KEY_FLAGS, .offset = AT(data.remove_headers),
     .preset = "null", .choices = "headers footers quotes",
     .help = "parts of newsgroup posts and mails to leave out", .resume = KEPT,
     .of_model = true},
    INTEGER(data.max_chars, "null", 1, 1e12, "code points kept of a raw text", .resume = KEPT,
            .of_model = true),
    INTEGER(data.max_samples, "null", 1, 1e12, "examples kept of the shuffled set before the split",
            .resume = KEPT),
    INTEGER(data.max_train_samples, "null", 1, 1e12, "examples kept for training", .resume = KEPT),
    INTEGER(data.max_validation_samples, "null", 1, 1e12, "likewise"),
    INTEGER(data.max_test_samples, "null", 1, 1e12, "kept of data.test by preprocess --split test"),
    CHOICE(data.long_documents, "truncate", "truncate chunk", "texts above model.max_seq_length",
           .resume = KEPT, .of_model = true),
    {.name = "data.stride", .kind = KEY_INTEGER, .offset = AT(data.stride), .preset = "auto",
     .none = -1, .min = 0, .max = 1e6,
     .help = "tokens that neighbouring chunks share; auto: 128, or a third of "
             "model.max_seq_length where that is less", .resume = KEPT, .of_model = true},
    CHOICE(data.stride_mode, "overlap", "overlap step",
           "what data.stride counts; step: between the beginnings of chunks", .resume = KEPT,
           .of_model = true),
    CHOICE(data.document_pooling, "mean", "mean max first",
           "how chunk outputs become one document's", .of_model = true),
    {.name = "data.max_unpacked", .kind = KEY_BYTES, .offset = AT(data.max_unpacked),
     .preset = "null",
     .help = "that a .gz or .xz may hold, as in 200GB; null: 64 MiB and 100 times its own size"},
    CHOICE(data.on_error, "stop", "stop skip",
           "at a wrong example; skip: it is left out, counted and reported"),
    INTEGER(data.compression, "0", 0, 9, "deflate level of shards; 0: none, which reads fastest"),
    TEXT(data.cache_directory, "null",
         "shards made from raw text; null: cache in checkpoint.directory"),

    TEXT(checkpoint.directory, "null",
         "the run directory; null: runs/NAME for the configuration NAME.yaml"),
    INTEGER(checkpoint.every_steps, "null", 1, 1e12, "null: each epoch"),
    REAL(checkpoint.every_minutes, "10", 0, 1e6,
         "and whenever so much training is not saved yet; 0: not by time"),
    INTEGER(checkpoint.keep, "3", 1, 1e6, "newest checkpoints that stay, besides the best model"),
    TEXT(checkpoint.resume, "auto", "auto: from the newest valid one; never; or a path"),
    WORD(checkpoint.metric_for_best_model, "accuracy", "accuracy f1 macro_f1 mcc loss",
         "decides which model is best/", .resume = KEPT),
    LEGACY("checkpoint.save_strategy", "epoch", "epoch steps",
           "checkpoint.every_steps and checkpoint.every_minutes decide"),
    BOOLEAN(checkpoint.load_best_model_at_end, "false",
            "final/ is the best model instead of the last step's; best/ is kept anyway"),

    INTEGER(logging.every_steps, "10", 1, 1e12, "steps between lines of metrics.jsonl"),
    {.name = "logging.tensorboard", .kind = KEY_BOOLEAN, .partial = true,
     .offset = AT(logging.tensorboard), .preset = "false", .choices = "false",
     .help = "event files in the run directory"},
    WORD(logging.progress, "auto", "auto on off",
         "a moving line on a terminal, also through mpirun, plain lines elsewhere; on: also where "
         "TERM, CI or NO_COLOR ask for plain ones"),
    LEGACY("logging.report_to", "none", "none", "metrics.jsonl is always written"),

    {.name = "inference.device", .kind = KEY_TEXT, .idle = true, .offset = AT(inference.device),
     .preset = "auto", .choices = "auto cpu", .help = "no meaning here: always the CPU"},
    INTEGER(inference.batch_size, "32", 1, 1e6, "sequences of a batch on a rank"),
    {.name = "inference.optimize_for", .kind = KEY_WORD, .idle = true,
     .offset = AT(inference.optimize_for), .preset = "latency", .choices = "latency throughput",
     .help = "no meaning here"},
    {.name = "inference.return_dict", .kind = KEY_BOOLEAN, .idle = true,
     .offset = AT(inference.return_dict), .preset = "true", .help = "no meaning here"},
    {.name = "inference.max_new_tokens", .kind = KEY_INTEGER, .idle = true,
     .offset = AT(inference.max_new_tokens), .preset = "null", .min = 1, .max = 1e12,
     .help = "no meaning here"},

    INTEGER(cluster.threads_per_rank, "auto", 1, 1024, "auto: as many as the rank has cores"),
    PARTIAL(cluster.shard_optimizer, "auto", "auto false", "optimizer state spread over ranks"),
    PARTIAL(cluster.gradient_dtype, "fp32", "fp32", "of the sums over ranks"),
};
const size_t num_run_keys = sizeof(run_keys) / sizeof(run_keys[0]);

const run_alias run_aliases[] = {
    {"model_name_or_path", "model.name"},
    {"max_length", "model.max_seq_length"},
    {"max_seq_length", "model.max_seq_length"},
    {"num_labels", "model.num_labels"},
    {"label_names", "model.label_names"},
    {"label_list", "model.label_names"},
    {"num_train_epochs", "training.epochs"},
    {"max_steps", "training.max_steps"},
    {"per_device_train_batch_size", "training.batch_size_per_rank"},
    {"per_device_eval_batch_size", "training.eval_batch_size"},
    {"gradient_accumulation_steps", "training.gradient_accumulation_steps"},
    {"learning_rate", "training.learning_rate"},
    {"weight_decay", "training.weight_decay"},
    {"optim", "training.optimizer"},
    {"adam_beta1", "training.adam_beta1"},
    {"adam_beta2", "training.adam_beta2"},
    {"adam_epsilon", "training.adam_epsilon"},
    {"lr_scheduler_type", "training.scheduler"},
    {"warmup_ratio", "training.warmup_ratio"},
    {"warmup_steps", "training.warmup_steps"},
    {"max_grad_norm", "training.max_grad_norm"},
    {"label_smoothing_factor", "training.label_smoothing"},
    {"early_stopping_patience", "training.early_stopping_patience"},
    {"eval_strategy", "training.eval_strategy"},
    {"evaluation_strategy", "training.eval_strategy"},
    {"eval_steps", "training.eval_every_steps"},
    {"fp16", "training.fp16"},
    {"bf16", "training.precision"},
    {"gradient_checkpointing", "training.activation_checkpointing"},
    {"seed", "training.seed"},
    {"train_file", "data.train"},
    {"validation_file", "data.validation"},
    {"test_file", "data.test"},
    {"text_column_name", "data.text_column"},
    {"label_column_name", "data.label_column"},
    {"max_train_samples", "data.max_train_samples"},
    {"max_eval_samples", "data.max_validation_samples"},
    {"max_predict_samples", "data.max_test_samples"},
    {"doc_stride", "data.stride"},
    {"output_dir", "checkpoint.directory"},
    {"save_strategy", "checkpoint.save_strategy"},
    {"save_steps", "checkpoint.every_steps"},
    {"save_total_limit", "checkpoint.keep"},
    {"resume_from_checkpoint", "checkpoint.resume"},
    {"metric_for_best_model", "checkpoint.metric_for_best_model"},
    {"load_best_model_at_end", "checkpoint.load_best_model_at_end"},
    {"logging_steps", "logging.every_steps"},
    {"report_to", "logging.report_to"},
};
const size_t num_run_aliases = sizeof(run_aliases) / sizeof(run_aliases[0]);

const run_synonym run_synonyms[] = {
    {"training.max_steps", "-1", "null"},
    {"data.delimiter", "\t", "tab"},
    {"data.delimiter", "\\t", "tab"},
    {"training.optimizer", "adamw_torch", "adamw"},
    {"training.optimizer", "adamw_torch_fused", "adamw"},
    {"training.scheduler", "constant_with_warmup", "constant"},
    {"training.eval_strategy", "false", "no"},
    {"training.precision", "true", "bf16"},
    {"training.precision", "false", "fp32"},
    {"training.activation_checkpointing", "true", "all"},
    {"training.activation_checkpointing", "false", "none"},
    {"model.task", "null", "auto"},
    {"model.task", "ner", "token"},
    {"data.header", "true", "yes"},
    {"data.header", "false", "no"},
    {"data.encoding", "utf8", "utf-8"},
    {"data.encoding", "UTF-8", "utf-8"},
    {"data.encoding", "latin1", "latin-1"},
    {"data.encoding", "iso-8859-1", "latin-1"},
    {"data.encoding", "ISO-8859-1", "latin-1"},
    {"data.remove_noise", "none", "null"},
    {"data.max_chars", "none", "null"},
    {"checkpoint.resume", "true", "auto"},
    {"checkpoint.resume", "false", "never"},
    {"checkpoint.metric_for_best_model", "eval_accuracy", "accuracy"},
    {"checkpoint.metric_for_best_model", "eval_f1", "f1"},
    {"checkpoint.metric_for_best_model", "eval_loss", "loss"},
    {"logging.progress", "true", "on"},
    {"logging.progress", "false", "off"},
};
const size_t num_run_synonyms = sizeof(run_synonyms) / sizeof(run_synonyms[0]);

_Static_assert(sizeof(run_keys) / sizeof(run_keys[0]) <= MAX_RUN_KEYS, "raise MAX_RUN_KEYS");
/* KEY_FLAGS addresses the three as one array. */
_Static_assert(AT(data.remove_quotes) == AT(data.remove_headers) + 2 * sizeof(bool),
               "remove_headers, remove_footers, remove_quotes stand side by side");
/* clang-format on */
