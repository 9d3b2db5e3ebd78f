/* Tokenizers from directories; vocabulary, tokenizer.json and hash made by
 * tests/golden/tokenizer/make_tokenizer_goldens.py. */

#include "mpibert/encode/tokenizer_files.h"

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

/* As AutoTokenizer of transformers 5.23: case 1 to 3 are TokenizersBackend, 4 to 6 BertTokenizer.
 * */
static void the_class_of_the_tokenizer_tells_which_file_decides(void)
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
    put(folder, "config.json",
        "{\"model_type\": \"bert\", \"tokenizer_class\": \"PreTrainedTokenizerFast\"}");
    CHECK(!settings_of(folder).lowercase);
    put(folder, "config.json", "{\"model_type\": \"bert\"}");
    put(folder, "tokenizer_config.json",
        "{\"do_lower_case\": true, \"tokenizer_class\": \"TokenizersBackend\"}");
    CHECK(!settings_of(folder).lowercase);
    put(folder, "tokenizer_config.json",
        "{\"do_lower_case\": true, \"tokenizer_class\": \"BertTokenizerFast\"}");
    options = settings_of(folder);
    CHECK(options.lowercase && options.strip_accents && options.max_word_characters == 100);
    put(folder, "tokenizer_config.json", "{\"tokenizer_class\": null}");
    CHECK(settings_of(folder).lowercase);
    put_json(folder, "{\"type\":\"BertNormalizer\",\"lowercase\":true}", SPLITTER, "", "");
    put(folder, "tokenizer_config.json",
        "{\"do_lower_case\": false, \"tokenizer_class\": \"DistilBertTokenizer\"}");
    CHECK(!settings_of(folder).lowercase);
    end(folder);
}

static void class_that_is_not_berts_is_refused_by_name(void)
{
    static const char *const classes[] = {"RobertaTokenizer", "BertJapaneseTokenizer",
                                          "AlbertTokenizerFast", "BertTokenizerFastFast", "Fast"};
    char folder[MPB_PATH_SIZE];
    char text[256];

    begin(folder);
    put(folder, "vocab.txt", small);
    for (size_t i = 0; i < sizeof(classes) / sizeof(*classes); i++) {
        char message[256];

        snprintf(text, sizeof(text), "{\"tokenizer_class\": \"%s\"}", classes[i]);
        snprintf(message, sizeof(message), "tokenizer_class is '%s', BertTokenizer was expected",
                 classes[i]);
        put(folder, "tokenizer_config.json", text);
        CHECK_FAILS(load(folder), MPB_ERR_DATA, message);
        put(folder, "tokenizer_config.json", "{}");
        put(folder, "config.json", text);
        CHECK_FAILS(load(folder), MPB_ERR_DATA, message);
        put(folder, "config.json", "{}");
    }
    put(folder, "tokenizer_config.json", "{\"tokenizer_class\": \"PreTrainedTokenizerFast\"}");
    CHECK_FAILS(load(folder), MPB_ERR_DATA, "tokenizer.json describes, but there is none");
    put(folder, "tokenizer_config.json", "{\"tokenizer_class\": 1}");
    CHECK_FAILS(load(folder), MPB_ERR_DATA, "tokenizer_class");
    put(folder, "tokenizer_config.json", "{\"split_special_tokens\": true}");
    CHECK_FAILS(load(folder), MPB_ERR_DATA, "split_special_tokens");
    end(folder);
}

/* The ids of a text without [CLS] and [SEP], as "4 5 6". */
static void check_ids(const char *folder, const char *text, const char *expected)
{
    mpb_tokenizer *tokenizer = NULL;
    mpb_text_encoder *encoder = NULL;
    mpb_token_list tokens = {0};
    mpb_buffer got = {0};
    char sha256[65];

    CHECK_OK(mpb_tokenizer_load(folder, &tokenizer, sha256));
    CHECK_OK(mpb_text_encoder_create(tokenizer, &encoder));
    CHECK_OK(mpb_text_encoder_encode(encoder, text, strlen(text), &tokens));
    for (size_t i = 0; i < tokens.count; i++) {
        CHECK_OK(mpb_buffer_append_format(&got, "%s%u", i == 0 ? "" : " ", tokens.ids[i]));
    }
    CHECK_TEXT(got.data, expected);
    mpb_buffer_clear(&got);
    mpb_token_list_clear(&tokens);
    mpb_text_encoder_destroy(&encoder);
    mpb_tokenizer_destroy(&tokenizer);
}

static const char sample[] = "a <X> <x> b<Y>";

/* The expected ids are transformers' 5.23 for these directories. */
static void added_tokens_stand_in_each_of_the_files(void)
{
    char folder[MPB_PATH_SIZE];

    begin(folder);
    put(folder, "vocab.txt", small);
    put(folder, "config.json", "{\"model_type\": \"bert\"}");
    put(folder, "added_tokens.json", "{\"<Y>\": 8, \"<X>\": 7}");
    check_ids(folder, sample, "5 7 7 1 8");
    put(folder, "special_tokens_map.json", "{\"additional_special_tokens\": [\"<X>\"]}");
    check_ids(folder, sample, "5 7 7 1 8");
    put(folder, "tokenizer_config.json", "{\"additional_special_tokens\": [\"<X>\"]}");
    check_ids(folder, sample, "5 7 1 1 1 1 8");
    put(folder, "tokenizer_config.json",
        "{\"added_tokens_decoder\": {\"7\": {\"content\": \"<X>\", \"special\": true}}}");
    check_ids(folder, sample, "5 7 1 1 1 1 1 1 1");
    put(folder, "tokenizer_config.json",
        "{\"added_tokens_decoder\": {\"8\": {\"content\": \"<Y>\", \"lstrip\": true}, \"7\": "
        "{\"content\": \"<X>\", \"normalized\": true, \"special\": true}}}");
    check_ids(folder, sample, "5 7 7 1 8");
    put(folder, "tokenizer_config.json",
        "{\"added_tokens_decoder\": {}, \"extra_special_tokens\": [\"<Y>\"], \"eos_token\": "
        "\"<X>\", \"z_token\": \"b\"}");
    check_ids(folder, sample, "5 7 1 1 1 8 9");
    end(folder);
}

static void added_tokens_of_tokenizer_json_count_without_a_decoder(void)
{
    static const char added[] = "{\"id\":7,\"content\":\"<X>\",\"normalized\":true}";
    char folder[MPB_PATH_SIZE];

    begin(folder);
    put_json(folder, NORMALIZER, SPLITTER, "", added);
    check_ids(folder, "a <X> <x>", "5 7 1 1 1");
    put(folder, "config.json", "{\"model_type\": \"bert\"}");
    check_ids(folder, "a <X> <x>", "5 7 7");
    put(folder, "added_tokens.json", "{\"<X>\": 7}");
    check_ids(folder, "a <X> <x>", "5 7 7");
    put(folder, "tokenizer_config.json", "{\"added_tokens_decoder\": {}}");
    check_ids(folder, "a <X>", "5 1 1 1");
    end(folder);
}

static void check_added(const char *folder, const char *config, const char *message)
{
    put(folder, "tokenizer_config.json", config);
    CHECK_FAILS(load(folder), MPB_ERR_DATA, message);
    CHECK(strstr(mpb_status_last(), "tokenizer_config.json)") != NULL);
}

static void added_tokens_that_transformers_would_number_otherwise_are_refused(void)
{
    char folder[MPB_PATH_SIZE];

    begin(folder);
    put(folder, "vocab.txt", small);
    check_added(folder, "{\"added_tokens_decoder\": {\"9\": {\"content\": \"<X>\"}}}",
                "added token '<X>' has id 9, 7 was expected");
    check_added(folder, "{\"added_tokens_decoder\": {\"4\": {\"content\": \"a\"}}}",
                "added token 'a' has id 4, 5 was expected");
    check_added(folder, "{\"added_tokens_decoder\": {\"x\": {\"content\": \"<X>\"}}}", "no id");
    check_added(folder,
                "{\"added_tokens_decoder\": {\"99999999999999999999\": {\"content\": \"<X>\"}}}",
                "no id");
    check_added(folder,
                "{\"added_tokens_decoder\": {\"7\": {\"content\": \"<X>\"}, \"07\": {\"content\": "
                "\"<Y>\"}}}",
                "have the same id 7");
    check_added(folder,
                "{\"added_tokens_decoder\": {\"7\": {\"content\": \"<X>\"}, \"8\": {\"content\": "
                "\"<X>\"}}}",
                "'<X>' is listed twice");
    check_added(folder, "{\"added_tokens_decoder\": {\"7\": {\"lstrip\": true}}}", "'content'");
    check_added(folder, "{\"added_tokens_decoder\": {\"7\": 1}}", "'content'");
    check_added(folder, "{\"added_tokens_decoder\": 1}", "no object");
    check_added(folder, "{\"cls_token\": \"<s>\"}", "cls_token is another than BERT's [CLS]");
    check_added(folder, "{\"unk_token\": {\"content\": \"[CLS]\"}}", "unk_token is another");
    put(folder, "tokenizer_config.json", "{}");
    put(folder, "added_tokens.json", "{\"<X>\": \"7\"}");
    CHECK_FAILS(load(folder), MPB_ERR_DATA, "added token '<X>' has no id");
    end(folder);
}

/* Seven lines, six tokens: transformers gives a new token the id 6, which [MASK] has. */
static void added_token_never_shares_an_id(void)
{
    char folder[MPB_PATH_SIZE];

    begin(folder);
    put(folder, "vocab.txt", "[PAD]\n[UNK]\n[CLS]\n[SEP]\na\na\n[MASK]\n");
    check_ids(folder, "a", "5");
    put(folder, "added_tokens.json", "{\"<X>\": 6}");
    CHECK_FAILS(load(folder), MPB_ERR_DATA, "'<X>' would share its id 6");
    put(folder, "tokenizer.json", "{\"model\":{\"vocab\":{\"a\":0,\"b\":0}}}");
    end(folder);
}

static void hash_tells_added_tokens_apart(void)
{
    char folder[MPB_PATH_SIZE];
    char hashes[3][65];
    static const char *const configs[] = {
        "{\"cls_token\": \"[CLS]\", \"pad_token\": \"[PAD]\"}",
        "{\"added_tokens_decoder\": {\"5\": {\"content\": \"a\"}}}",
        "{\"added_tokens_decoder\": {\"5\": {\"content\": \"a\", \"lstrip\": true}}}",
    };
    char plain[65];
    mpb_tokenizer *tokenizer = NULL;

    begin(folder);
    put(folder, "vocab.txt", small);
    CHECK_OK(mpb_tokenizer_load(folder, &tokenizer, plain));
    mpb_tokenizer_destroy(&tokenizer);
    for (int i = 0; i < 3; i++) {
        put(folder, "tokenizer_config.json", configs[i]);
        CHECK_OK(mpb_tokenizer_load(folder, &tokenizer, hashes[i]));
        mpb_tokenizer_destroy(&tokenizer);
    }
    CHECK_TEXT(hashes[0], plain);
    CHECK(strcmp(hashes[1], plain) != 0 && strcmp(hashes[2], plain) != 0);
    CHECK(strcmp(hashes[1], hashes[2]) != 0);
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
    put(folder, "vocab.txt", "[PAD]\n[UNK]\n[CLS]\ra\n[SEP]\n");
    CHECK_FAILS(load(folder), MPB_ERR_DATA, "lone carriage return");
    put(folder, "vocab.txt", "[PAD]\n[UNK]\nx\xFF\n");
    CHECK_FAILS(load(folder), MPB_ERR_DATA, "line 3, byte 2");
    put_bytes(folder, "vocab.txt", "[PAD]\na\0b\n", 10);
    CHECK_FAILS(load(folder), MPB_ERR_DATA, "line 2");
    put(folder, "tokenizer.json", "{\"model\": ");
    CHECK_FAILS(load(folder), MPB_ERR_DATA, "tokenizer.json");
    end(folder);
    CHECK_FAILS(load(folder), MPB_ERR_DATA, "no directory was found");
}

/* transformers writes such a file of a vocab.txt with a token that is repeated. */
static void ids_of_tokenizer_json_may_have_gaps(void)
{
    char folder[MPB_PATH_SIZE];

    begin(folder);
    put(folder, "tokenizer.json",
        "{\"normalizer\":" NORMALIZER ",\"pre_tokenizer\":{\"type\":\"" SPLITTER
        "\"},\"model\":{\"vocab\":{\"[PAD]\":0,\"[UNK]\":1,\"[CLS]\":2,\"[SEP]\":3,\"a\":5,"
        "\"b\":6}}}");
    check_ids(folder, "a b", "5 6");
    put(folder, "vocab.txt", "[PAD]\n[UNK]\n[CLS]\n[SEP]\na\na\nb\n");
    check_ids(folder, "a b", "5 6");
    put(folder, "added_tokens.json", "{\"<X>\": 6}");
    put(folder, "config.json", "{}");
    CHECK_FAILS(load(folder), MPB_ERR_DATA, "'<X>' would share its id 6");
    put(folder, "tokenizer.json", "{\"model\":{\"vocab\":{\"a\":0,\"b\":-2}}}");
    CHECK_FAILS(load(folder), MPB_ERR_DATA, "token 'b' is no integer from 0 to");
    put(folder, "tokenizer.json", "{\"model\":{\"vocab\":{\"a\":0,\"b\":1000000000}}}");
    CHECK_FAILS(load(folder), MPB_ERR_DATA, "token 'b' is no integer from 0 to");
    put(folder, "tokenizer.json", "{\"model\":{\"vocab\":{\"a\":0,\"b\":0}}}");
    CHECK_FAILS(load(folder), MPB_ERR_DATA, "'a' and 'b' have the same id 0");
    put(folder, "tokenizer.json", "{\"model\":{}}");
    CHECK_FAILS(load(folder), MPB_ERR_DATA, "member 'vocab' is missing");
    end(folder);
}

/* As transformers 5.23 reads them; behind a byte-order mark it takes [PAD] for another token. */
static void lines_are_read_as_transformers_reads_them(void)
{
    static const char *const forms[] = {
        "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\na\n##b\n\n",
        "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\na\n##b\n\n\r\n",
        "[PAD]\r\n[UNK]\r\n[CLS]\r\n[SEP]\r\n[MASK]\r\na\r\n##b\r\n",
        "\xEF\xBB\xBF[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\na\n##b",
        "[PAD]\n[UNK] \n[CLS]\t\n[SEP]\xC2\xA0\n[MASK]\xE3\x80\x80\na\xE2\x80\xA8 \n##b",
    };
    char folder[MPB_PATH_SIZE];
    mpb_tokenizer *tokenizer = NULL;
    char expected[65];
    char sha256[65];

    begin(folder);
    put(folder, "vocab.txt", small);
    CHECK_OK(mpb_tokenizer_load(folder, &tokenizer, expected));
    mpb_tokenizer_destroy(&tokenizer);
    for (size_t i = 0; i < sizeof(forms) / sizeof(*forms); i++) {
        put(folder, "vocab.txt", forms[i]);
        CHECK_OK(mpb_tokenizer_load(folder, &tokenizer, sha256));
        CHECK(mpb_tokenizer_vocab_size(tokenizer) == 7);
        CHECK_TEXT(sha256, expected);
        mpb_tokenizer_destroy(&tokenizer);
        check_ids(folder, "[MASK] ab [PAD]", "4 5 6 0");
    }
    put(folder, "vocab.txt", "[PAD]\n[UNK]\n[CLS]\n[SEP]\na\n\nb\na\n");
    check_ids(folder, "a b", "7 6");
    end(folder);
}

/* A blank last line has an id in the reference, so new tokens come behind it. */
static void added_tokens_come_behind_a_blank_last_line(void)
{
    char folder[MPB_PATH_SIZE];

    begin(folder);
    put(folder, "vocab.txt", "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\na\n##b\n\n");
    put(folder, "added_tokens.json", "{\"<X>\": 8}");
    check_ids(folder, "a <X>", "5 8");
    put(folder, "added_tokens.json", "{\"<X>\": 7}");
    CHECK_FAILS(load(folder), MPB_ERR_DATA, "has id 7, 8 was expected");
    end(folder);
}

/* The limits are far above any published vocabulary. */
static void vocabulary_of_absurd_size_is_refused(void)
{
    enum { LINES = 1024 * 1024, LONG = 4097, ADDED = 16385 };
    char folder[MPB_PATH_SIZE];
    mpb_buffer text = {0};

    begin(folder);
    for (size_t i = 0; i <= LINES; i++) {
        CHECK_OK(mpb_buffer_append_text(&text, "x\n"));
    }
    put_bytes(folder, "vocab.txt", text.data, text.size);
    CHECK_FAILS(load(folder), MPB_ERR_DATA, "more than 1048576 lines were found");
    memset(text.data, 'x', LONG);
    put_bytes(folder, "vocab.txt", text.data, LONG);
    CHECK_FAILS(load(folder), MPB_ERR_DATA, "a line of 4097 bytes was found");
    put(folder, "vocab.txt", small);
    text.size = 0;
    for (int i = 0; i < ADDED; i++) {
        CHECK_OK(mpb_buffer_append_format(&text, "%s\"<%d>\": %d", i == 0 ? "{" : ", ", i, 7 + i));
    }
    CHECK_OK(mpb_buffer_append_text(&text, "}"));
    put_bytes(folder, "added_tokens.json", text.data, text.size);
    CHECK_FAILS(load(folder), MPB_ERR_DATA, "more than 16384 added tokens were found");
    mpb_buffer_clear(&text);
    end(folder);
}

int main(void)
{
    vocabulary_of_absurd_size_is_refused();
    either_file_gives_the_same_vocabulary_and_hash();
    line_ends_of_windows_and_a_missing_last_one_do_not_matter();
    settings_follow_the_configuration();
    the_class_of_the_tokenizer_tells_which_file_decides();
    class_that_is_not_berts_is_refused_by_name();
    added_tokens_stand_in_each_of_the_files();
    added_tokens_of_tokenizer_json_count_without_a_decoder();
    added_tokens_that_transformers_would_number_otherwise_are_refused();
    added_token_never_shares_an_id();
    hash_tells_added_tokens_apart();
    another_kind_of_tokenizer_is_refused();
    files_that_disagree_are_refused();
    wrong_vocabularies_are_refused();
    ids_of_tokenizer_json_may_have_gaps();
    lines_are_read_as_transformers_reads_them();
    added_tokens_come_behind_a_blank_last_line();
    return EXIT_SUCCESS;
}
