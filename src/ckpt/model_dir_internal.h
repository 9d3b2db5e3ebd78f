#pragma once

/* The parts that make up a written model directory. */

#include "mpibert/ckpt/model_dir.h"

/* Writes DIRECTORY/config.json as the reference's own save_pretrained would. */
MPB_MUST_CHECK mpb_status config_write(const char *directory, const mpb_model_config *config,
                                       const mpb_strings *label_names);

/* Copies the tokenizer files that `from` has; where it has no vocab.txt, writes one from its
 * tokenizer.json. Without either: MPB_ERR_DATA. */
MPB_MUST_CHECK mpb_status tokenizer_files_copy(const char *from, const char *directory);

/* Beside a tokenizer.json, the class of the tokenizer tells whether that file's settings count, and
 * so does a config.json, which a written directory always has. Names the class in
 * DIRECTORY/tokenizer_config.json where only `from`'s config.json names it, or where `from` has
 * neither and tokenizer.json counted. */
MPB_MUST_CHECK mpb_status tokenizer_class_keep(const char *from, const char *directory);

/* Makes `length` the model_max_length of DIRECTORY/tokenizer_config.json, which is made if need be.
 * */
MPB_MUST_CHECK mpb_status model_length_write(const char *directory, int length);

/* All of a model directory but its weights. */
MPB_MUST_CHECK mpb_status model_dir_write_companions(const char *directory,
                                                     const mpb_model_dir_content *content);
