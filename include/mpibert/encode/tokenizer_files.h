#pragma once

/* A tokenizer from the files of a model directory. Local. */

#include "mpibert/core/status.h"
#include "mpibert/text/tokenizer.h"

/* The vocabulary is vocab.txt or, where there is none, model.vocab of tokenizer.json; vocab.txt is
 * read as transformers reads it: a byte-order mark, white space at the end of a line and blank
 * lines are no tokens, of repeated ones the last counts.
 *
 * What counts beside it is what counts in transformers 5. Where tokenizer_class (of
 * tokenizer_config.json, else of config.json) is BertTokenizer or one of its other names, or where
 * neither names a class and there is a config.json: do_lower_case, strip_accents and
 * tokenize_chinese_chars of tokenizer_config.json, BERT's own values (lower case, accents stripped,
 * Chinese characters split) where it is silent. Where the class is PreTrainedTokenizerFast or
 * TokenizersBackend, or where there is neither class nor config.json: tokenizer.json.
 *
 * Added tokens: tokenizer_config.json's added_tokens_decoder or, without it, those of
 * special_tokens_map.json, added_tokens.json and tokenizer.json; and the special tokens that
 * tokenizer_config.json names.
 *
 * `vocab_sha256` is the SHA-256 of all tokens in the order of their ids, each followed by a
 * newline, and of the added tokens that are more than BERT's own, so it does not depend on the file
 * that holds them.
 *
 * MPB_ERR_DATA: no vocabulary, wrong JSON, invalid UTF-8, a special token missing or another than
 * BERT's, vocab.txt and tokenizer.json that disagree, an added token with another id than
 * transformers would give it, another kind of tokenizer than BERT's, or files far above the size of
 * any published ones. */
MPB_MUST_CHECK mpb_status mpb_tokenizer_load(const char *directory, mpb_tokenizer **tokenizer,
                                             char vocab_sha256[65]);
