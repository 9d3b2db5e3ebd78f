#pragma once

/* A tokenizer from the files of a model directory. Local. */

#include "mpibert/core/status.h"
#include "mpibert/text/tokenizer.h"

/* Reads vocab.txt or, where there is none, model.vocab of tokenizer.json. The settings are those
 * of tokenizer.json's BertNormalizer; without that file those of tokenizer_config.json; without
 * both BERT's own (lower case, accents stripped, Chinese characters split).
 *
 * `vocab_sha256` is the SHA-256 of all tokens in the order of their ids, each followed by a
 * newline, so it does not depend on the file that holds them.
 *
 * MPB_ERR_DATA: no vocabulary, wrong JSON, invalid UTF-8, repeated tokens, ids with gaps, a special
 * token missing, vocab.txt and tokenizer.json that disagree, or a tokenizer.json that asks for
 * another kind of tokenizer than BERT's. */
MPB_MUST_CHECK mpb_status mpb_tokenizer_load(const char *directory, mpb_tokenizer **tokenizer,
                                             char vocab_sha256[65]);
