/* Tokenizers from directories; vocabulary, tokenizer.json and hash made by
 * tests/golden/tokenizer/make_tokenizer_goldens.py. */

#include "mpibert/data/tokenizer_files.h"

#include <unistd.h>

#include "check.h"
#include "mpibert/io/file.h"

#define GOLDEN "tests/golden/tokenizer/"

static const char small[] = "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\na\n##b\n";

/* A fresh directory under $TMPDIR or /tmp. */
static void begin(char folder[MPB_PATH_SIZE])
{
    const char *parent = getenv("TMPDIR");

    snprintf(folder, MPB_PATH_SIZE, "%s/mpibert-tokenizer-XXXXXX",
             parent == NULL ? "/tmp" : parent);
    CHECK(mkdtemp(folder) != NULL);
}

static void end(const char *folder)
{
    CHECK_OK(mpb_path_remove(folder));
}

static void put_bytes(const char *folder, const char *name, const char *bytes, size_t size)
{
    char path[MPB_PATH_SIZE];

    CHECK_OK(mpb_path_join(folder, name, path, sizeof(path)));
    CHECK_OK(mpb_file_replace(path, bytes, size));
}

static void put(const char *folder, const char *name, const char *text)
{
    put_bytes(folder, name, text, strlen(text));
}

static void copy_golden(const char *folder, const char *name)
{
    char from[MPB_PATH_SIZE];
    char to[MPB_PATH_SIZE];

    CHECK_OK(mpb_path_join(GOLDEN, name, from, sizeof(from)));
    CHECK_OK(mpb_path_join(folder, name, to, sizeof(to)));
    CHECK_OK(mpb_file_copy(from, to));
}

static mpb_status load(const char *folder)
{
    mpb_tokenizer *tokenizer = NULL;
    char sha256[65] = "untouched";
    mpb_status status = mpb_tokenizer_load(folder, &tokenizer, sha256);

    CHECK((tokenizer == NULL) == (status != MPB_OK));
    CHECK(status == MPB_OK || strcmp(sha256, "untouched") == 0);
    mpb_tokenizer_destroy(&tokenizer);
    return status;
}

static mpb_tokenizer_options settings_of(const char *folder)
{
    mpb_tokenizer *tokenizer = NULL;
    mpb_tokenizer_options options;
    char sha256[65];

    CHECK_OK(mpb_tokenizer_load(folder, &tokenizer, sha256));
    options = *mpb_tokenizer_settings(tokenizer);
    mpb_tokenizer_destroy(&tokenizer);
    return options;
}

static void check_golden_vocabulary(const char *folder)
{
    mpb_buffer expected = {0};
    mpb_tokenizer *tokenizer = NULL;
    char sha256[65];

    CHECK_OK(mpb_file_read(GOLDEN "vocab_sha256.txt", &expected));
    expected.data[strcspn(expected.data, "\n")] = '\0';
    CHECK_OK(mpb_tokenizer_load(folder, &tokenizer, sha256));
    CHECK_TEXT(sha256, expected.data);
    CHECK_TEXT(mpb_tokenizer_token(tokenizer, 4), "[MASK]");
    CHECK(mpb_tokenizer_settings(tokenizer)->max_word_characters == 100);
    mpb_tokenizer_destroy(&tokenizer);
    mpb_buffer_clear(&expected);
}

static void either_file_gives_the_same_vocabulary_and_hash(void)
{
    char folder[MPB_PATH_SIZE];

    begin(folder);
    copy_golden(folder, "tokenizer.json");
    check_golden_vocabulary(folder);
    copy_golden(folder, "vocab.txt");
    check_golden_vocabulary(folder);
    CHECK_OK(mpb_path_remove(strcat(folder, "/tokenizer.json")));
    folder[strlen(folder) - strlen("/tokenizer.json")] = '\0';
    check_golden_vocabulary(folder);
    end(folder);
}

static void line_ends_of_windows_and_a_missing_last_one_do_not_matter(void)
{
    char folder[MPB_PATH_SIZE];
    mpb_tokenizer *tokenizer = NULL;
    char expected[65];
    char sha256[65];

    begin(folder);
    put(folder, "vocab.txt", small);
    CHECK_OK(mpb_tokenizer_load(folder, &tokenizer, expected));
    mpb_tokenizer_destroy(&tokenizer);
    put(folder, "vocab.txt", "[PAD]\r\n[UNK]\r\n[CLS]\r\n[SEP]\r\n[MASK]\r\na\r\n##b");
    CHECK_OK(mpb_tokenizer_load(folder, &tokenizer, sha256));
    CHECK(mpb_tokenizer_vocab_size(tokenizer) == 7);
    CHECK_TEXT(sha256, expected);
    mpb_tokenizer_destroy(&tokenizer);
    end(folder);
}

static void settings_follow_the_configuration(void)
{
    static const char config[] = "tokenizer_config.json";
    char folder[MPB_PATH_SIZE];
    mpb_tokenizer_options options;

    begin(folder);
    put(folder, "vocab.txt", small);
    options = settings_of(folder);
    CHECK(options.lowercase && options.strip_accents && options.split_chinese);
    CHECK(options.clean_text);
    put(folder, config, "{\"do_lower_case\": false, \"strip_accents\": null}");
    options = settings_of(folder);
    CHECK(!options.lowercase && !options.strip_accents && options.split_chinese);
    put(folder, config, "{\"strip_accents\": false, \"tokenize_chinese_chars\": false}");
    options = settings_of(folder);
    CHECK(options.lowercase && !options.strip_accents && !options.split_chinese);
    put(folder, config, "{\"do_lower_case\": 1}");
    CHECK_FAILS(load(folder), MPB_ERR_DATA, "'do_lower_case' is neither true nor false");
    put(folder, config, "{\"never_split\": [\"[UNK]\", \"[MASK]\"]}");
    CHECK(settings_of(folder).lowercase);
    put(folder, config, "{\"never_split\": [\"BERT\"]}");
    CHECK_FAILS(load(folder), MPB_ERR_DATA, "never_split holds 'BERT'");
    put(folder, config, "[]");
    CHECK_FAILS(load(folder), MPB_ERR_DATA, "no object was found");
    end(folder);
}

/* A tokenizer.json of the small vocabulary with these parts. */
static void put_json(const char *folder, const char *normalizer, const char *splitter,
                     const char *model, const char *added)
{
    mpb_buffer text = {0};

    CHECK_OK(mpb_buffer_append_format(
        &text,
        "{\"normalizer\":%s,\"pre_tokenizer\":{\"type\":\"%s\"},\"added_tokens\":[%s],"
        "\"model\":{%s\"vocab\":{\"[PAD]\":0,\"[UNK]\":1,\"[CLS]\":2,\"[SEP]\":3,\"[MASK]\":4,"
        "\"##b\":6,\"a\":5}}}",
        normalizer, splitter, added, model));
    put(folder, "tokenizer.json", text.data);
    mpb_buffer_clear(&text);
}

#define NORMALIZER "{\"type\":\"BertNormalizer\",\"lowercase\":false,\"strip_accents\":true}"
#define SPLITTER "BertPreTokenizer"

static void tokenizer_json_decides_over_the_configuration(void)
{
    char folder[MPB_PATH_SIZE];
    mpb_tokenizer_options options;

    begin(folder);
    put(folder, "vocab.txt", small);
    put(folder, "tokenizer_config.json", "{\"do_lower_case\": true}");
    put_json(folder, NORMALIZER, SPLITTER, "\"max_input_chars_per_word\":50,", "");
    options = settings_of(folder);
    CHECK(!options.lowercase && options.strip_accents && options.clean_text);
    CHECK(options.max_word_characters == 50);
    end(folder);
}

static void another_kind_of_tokenizer_is_refused(void)
{
    char folder[MPB_PATH_SIZE];

    begin(folder);
    put_json(folder, "{\"type\":\"NFC\"}", SPLITTER, "", "");
    CHECK_FAILS(load(folder), MPB_ERR_DATA, "'NFC', 'BertNormalizer' was expected");
    put_json(folder, "null", SPLITTER, "", "");
    CHECK_FAILS(load(folder), MPB_ERR_DATA, "member 'normalizer' is missing or no object");
    put_json(folder, NORMALIZER, "ByteLevel", "", "");
    CHECK_FAILS(load(folder), MPB_ERR_DATA, "'ByteLevel', 'BertPreTokenizer' was expected");
    put_json(folder, NORMALIZER, SPLITTER, "\"type\":\"BPE\",", "");
    CHECK_FAILS(load(folder), MPB_ERR_DATA, "'BPE', 'WordPiece' was expected");
    put_json(folder, NORMALIZER, SPLITTER, "\"max_input_chars_per_word\":0,", "");
    CHECK_FAILS(load(folder), MPB_ERR_DATA, "is 0, a positive number was expected");
    put_json(folder, NORMALIZER, SPLITTER, "", "{\"id\":5,\"content\":\"a\"}");
    CHECK_FAILS(load(folder), MPB_ERR_DATA, "added token 'a' was found");
    put_json(folder, NORMALIZER, SPLITTER, "", "{\"content\":\"[CLS]\",\"lstrip\":true}");
    CHECK_FAILS(load(folder), MPB_ERR_DATA, "[CLS] has 'lstrip' true");
    end(folder);
}

static void files_that_disagree_are_refused(void)
{
    char folder[MPB_PATH_SIZE];

    begin(folder);
    put_json(folder, NORMALIZER, SPLITTER, "", "");
    put(folder, "vocab.txt", "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\na\n##c\n");
    CHECK_FAILS(load(folder), MPB_ERR_DATA, "token 6 is '##b', but '##c' in vocab.txt");
    put(folder, "vocab.txt", "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\na\n");
    CHECK_FAILS(load(folder), MPB_ERR_DATA, "7 tokens, but vocab.txt beside it has 6");
    end(folder);
}

static void wrong_vocabularies_are_refused(void)
{
    char folder[MPB_PATH_SIZE];

    begin(folder);
    CHECK_FAILS(load(folder), MPB_ERR_DATA, "no vocabulary");
    put(folder, "vocab.txt", "");
    CHECK_FAILS(load(folder), MPB_ERR_DATA, "vocabulary of 0 tokens has no [UNK]");
    put(folder, "vocab.txt", "[PAD]\n[UNK]\n[SEP]\n");
    CHECK_FAILS(load(folder), MPB_ERR_DATA, "no [CLS], which BERT needs");
    put(folder, "vocab.txt", "[PAD]\n[UNK]\n[CLS]\n[SEP]\na\na\n");
    CHECK_FAILS(load(folder), MPB_ERR_DATA, "'a' has the ids 4 and 5");
    put(folder, "vocab.txt", "[PAD]\n[UNK]\nx\xFF\n");
    CHECK_FAILS(load(folder), MPB_ERR_DATA, "line 3, byte 2");
    put_bytes(folder, "vocab.txt", "[PAD]\na\0b\n", 10);
    CHECK_FAILS(load(folder), MPB_ERR_DATA, "line 2");
    put(folder, "tokenizer.json", "{\"model\": ");
    CHECK_FAILS(load(folder), MPB_ERR_DATA, "tokenizer.json");
    end(folder);
    CHECK_FAILS(load(folder), MPB_ERR_DATA, "no directory was found");
}

static void ids_with_gaps_are_refused(void)
{
    char folder[MPB_PATH_SIZE];

    begin(folder);
    put(folder, "tokenizer.json", "{\"model\":{\"vocab\":{\"a\":0,\"b\":2}}}");
    CHECK_FAILS(load(folder), MPB_ERR_DATA, "token 'b' is no integer from 0 to 1");
    put(folder, "tokenizer.json", "{\"model\":{\"vocab\":{\"a\":0,\"b\":0}}}");
    CHECK_FAILS(load(folder), MPB_ERR_DATA, "'a' and 'b' have the same id 0");
    put(folder, "tokenizer.json", "{\"model\":{}}");
    CHECK_FAILS(load(folder), MPB_ERR_DATA, "member 'vocab' is missing");
    end(folder);
}

int main(void)
{
    either_file_gives_the_same_vocabulary_and_hash();
    line_ends_of_windows_and_a_missing_last_one_do_not_matter();
    settings_follow_the_configuration();
    tokenizer_json_decides_over_the_configuration();
    another_kind_of_tokenizer_is_refused();
    files_that_disagree_are_refused();
    wrong_vocabularies_are_refused();
    ids_with_gaps_are_refused();
    return EXIT_SUCCESS;
}
