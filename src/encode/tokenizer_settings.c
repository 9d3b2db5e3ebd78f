/* How a model directory's tokenizer works: which class it is, and which file decides. */

#include <string.h>

#include "tokenizer_source.h"

enum { DEFAULT_WORD_CHARACTERS = 100 };

/* Classes that transformers 5 makes of a vocabulary and the settings of tokenizer_config.json,
 * BERT's where that is silent; each also with "Fast" behind it. */
static const char *const bert_classes[] = {
    "BertTokenizer",   "DistilBertTokenizer",  "ElectraTokenizer",  "MobileBertTokenizer",
    "LxmertTokenizer", "SqueezeBertTokenizer", "LayoutLMTokenizer",
};

/* Classes that are whatever tokenizer.json says. */
static const char *const own_classes[] = {
    "PreTrainedTokenizer",
    "TokenizersBackend",
};

mpb_status mpb_tokenizer_get_object(const mpb_json *parent, const char *name, const char *where,
                                    const mpb_json **object)
{
    const mpb_json *member = mpb_json_is_object(parent) ? mpb_json_member(parent, name) : NULL;

    MPB_REQUIRE(member != NULL && mpb_json_is_object(member), MPB_ERR_DATA,
                "member '%s' is missing or no object, an object was expected (%s)", name, where);
    *object = member;
    return MPB_OK;
}

mpb_status mpb_tokenizer_get_flag(const mpb_json *object, const char *name, const char *where,
                                  bool *flag)
{
    const mpb_json *value = mpb_json_member(object, name);

    if (value == NULL || mpb_json_is_null(value)) {
        return MPB_OK;
    }
    MPB_REQUIRE(mpb_json_is_boolean(value), MPB_ERR_DATA,
                "member '%s' is neither true nor false (%s)", name, where);
    *flag = mpb_json_boolean(value);
    return MPB_OK;
}

/* Refuses a text member other than `expected`; absent is right where `optional`. */
static mpb_status require_text(const mpb_json *object, const char *name, const char *expected,
                               bool optional, const char *where)
{
    const char *text = NULL;

    if (optional && mpb_json_member(object, name) == NULL) {
        return MPB_OK;
    }
    MPB_TRY(mpb_json_get_text(object, name, where, &text));
    MPB_REQUIRE(strcmp(text, expected) == 0, MPB_ERR_DATA,
                "member '%s' is '%s', '%s' was expected of a BERT tokenizer (%s)", name, text,
                expected, where);
    return MPB_OK;
}

/* The class that a file names, or NULL. */
static mpb_status find_class(const mpb_tokenizer_file *file, const char **class)
{
    const mpb_json *value =
        file->root == NULL ? NULL : mpb_json_member(file->root, "tokenizer_class");

    *class = NULL;
    return value == NULL || mpb_json_is_null(value)
               ? MPB_OK
               : mpb_json_get_text(file->root, "tokenizer_class", file->path, class);
}

static bool is_among(const char *class, const char *const *classes, size_t count)
{
    const size_t length = strlen(class);
    const bool fast = length > 4 && strcmp(class + length - 4, "Fast") == 0;
    const size_t base = fast ? length - 4 : length;

    for (size_t i = 0; i < count; i++) {
        if (strlen(classes[i]) == base && memcmp(classes[i], class, base) == 0) {
            return true;
        }
    }
    return false;
}

/* Where nothing names a class, the model's type does: BERT's and DistilBERT's are BertTokenizer. */
static mpb_status choose_decider(mpb_tokenizer_source *s)
{
    const char *class = NULL;
    const char *where = s->config.path;

    MPB_TRY(find_class(&s->config, &class));
    if (class == NULL) {
        where = s->model.path;
        MPB_TRY(find_class(&s->model, &class));
    }
    if (class == NULL) {
        s->json_decides = s->json.root != NULL && s->model.root == NULL;
        return MPB_OK;
    }
    s->json_decides = is_among(class, own_classes, sizeof(own_classes) / sizeof(*own_classes));
    MPB_REQUIRE(s->json_decides ||
                    is_among(class, bert_classes, sizeof(bert_classes) / sizeof(*bert_classes)),
                MPB_ERR_DATA, "tokenizer_class is '%s', BertTokenizer was expected (%s)", class,
                where);
    MPB_REQUIRE(!s->json_decides || s->json.root != NULL, MPB_ERR_DATA,
                "tokenizer_class is '%s', which tokenizer.json describes, but there is none (%s)",
                class, where);
    return MPB_OK;
}

static mpb_status read_word_length(const mpb_json *root, const char *where,
                                   mpb_tokenizer_options *options)
{
    static const char max[] = "max_input_chars_per_word";
    const mpb_json *model = NULL;
    int64_t characters = DEFAULT_WORD_CHARACTERS;

    MPB_TRY(mpb_tokenizer_get_object(root, "model", where, &model));
    if (mpb_json_member(model, max) != NULL) {
        MPB_TRY(mpb_json_get_integer(model, max, where, &characters));
    }
    MPB_REQUIRE(characters >= 1 && characters <= INT32_MAX, MPB_ERR_DATA,
                "member '%s' is %lld, a positive number was expected (%s)", max,
                (long long)characters, where);
    options->max_word_characters = (int)characters;
    return MPB_OK;
}

static mpb_status read_decoder(const mpb_json *root, const char *where, mpb_decoder *decoder)
{
    const mpb_json *object = mpb_json_member(root, "decoder");
    bool tidies = true;

    *decoder = MPB_DECODE_BLANKS;
    if (object == NULL || mpb_json_is_null(object)) {
        return MPB_OK;
    }
    MPB_TRY(mpb_tokenizer_get_object(root, "decoder", where, &object));
    MPB_TRY(require_text(object, "type", "WordPiece", false, where));
    MPB_TRY(require_text(object, "prefix", "##", true, where));
    MPB_TRY(mpb_tokenizer_get_flag(object, "cleanup", where, &tidies));
    *decoder = tidies ? MPB_DECODE_TIDY : MPB_DECODE_PLAIN;
    return MPB_OK;
}

static mpb_status read_json_settings(mpb_tokenizer_source *s)
{
    const char *where = s->json.path;
    const mpb_json *normalizer = NULL;
    mpb_tokenizer_options *options = &s->options;

    MPB_TRY(read_word_length(s->json.root, where, options));
    MPB_TRY(read_decoder(s->json.root, where, &options->decoder));
    MPB_TRY(mpb_tokenizer_get_object(s->json.root, "normalizer", where, &normalizer));
    MPB_TRY(mpb_tokenizer_get_flag(normalizer, "clean_text", where, &options->clean_text));
    MPB_TRY(
        mpb_tokenizer_get_flag(normalizer, "handle_chinese_chars", where, &options->split_chinese));
    MPB_TRY(mpb_tokenizer_get_flag(normalizer, "lowercase", where, &options->lowercase));
    options->strip_accents = options->lowercase;
    return mpb_tokenizer_get_flag(normalizer, "strip_accents", where, &options->strip_accents);
}

static mpb_status read_config_settings(mpb_tokenizer_source *s)
{
    const mpb_json *root = s->config.root;
    const char *where = s->config.path;
    mpb_tokenizer_options *options = &s->options;

    MPB_TRY(mpb_tokenizer_get_flag(root, "do_lower_case", where, &options->lowercase));
    options->strip_accents = options->lowercase;
    MPB_TRY(mpb_tokenizer_get_flag(root, "strip_accents", where, &options->strip_accents));
    return mpb_tokenizer_get_flag(root, "tokenize_chinese_chars", where, &options->split_chinese);
}

/* tokenizer.json must describe a BERT tokenizer also where its settings do not count. */
static mpb_status check_json(const mpb_json *root, const char *where)
{
    const mpb_json *model = NULL;
    const mpb_json *splitter = NULL;
    const mpb_json *normalizer = NULL;

    MPB_TRY(mpb_tokenizer_get_object(root, "model", where, &model));
    MPB_TRY(require_text(model, "type", "WordPiece", true, where));
    MPB_TRY(require_text(model, "unk_token", "[UNK]", true, where));
    MPB_TRY(require_text(model, "continuing_subword_prefix", "##", true, where));
    MPB_TRY(mpb_tokenizer_get_object(root, "pre_tokenizer", where, &splitter));
    MPB_TRY(require_text(splitter, "type", "BertPreTokenizer", false, where));
    MPB_TRY(mpb_tokenizer_get_object(root, "normalizer", where, &normalizer));
    return require_text(normalizer, "type", "BertNormalizer", false, where);
}

static bool is_special(const char *token)
{
    static const char *const known[] = {"[UNK]", "[CLS]", "[SEP]", "[PAD]", "[MASK]"};

    for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++) {
        if (strcmp(token, known[i]) == 0) {
            return true;
        }
    }
    return false;
}

/* The slow tokenizer keeps such words whole, the fast one, which is the reference here, splits
 * them; special tokens stay whole in both. */
static mpb_status check_never_split(const mpb_json *root, const char *where)
{
    const mpb_json *list = mpb_json_member(root, "never_split");

    for (size_t i = 0; list != NULL && i < mpb_json_count(list); i++) {
        const mpb_json *word = mpb_json_item(list, i);

        MPB_REQUIRE(word != NULL && mpb_json_is_string(word), MPB_ERR_DATA,
                    "member 'never_split' is no list of words (%s)", where);
        MPB_REQUIRE(is_special(mpb_json_text(word)), MPB_ERR_DATA,
                    "never_split holds '%s', which only the slow tokenizer keeps whole; special "
                    "tokens alone were expected (%s)",
                    mpb_json_text(word), where);
    }
    return MPB_OK;
}

static mpb_status check_config(const mpb_json *root, const char *where)
{
    bool splits = false;

    MPB_TRY(check_never_split(root, where));
    MPB_TRY(mpb_tokenizer_get_flag(root, "split_special_tokens", where, &splits));
    MPB_REQUIRE(!splits, MPB_ERR_DATA,
                "split_special_tokens is true, special tokens were expected to stay whole (%s)",
                where);
    return MPB_OK;
}

mpb_status mpb_tokenizer_read_settings(mpb_tokenizer_source *s)
{
    s->options = (mpb_tokenizer_options){.lowercase = true,
                                         .strip_accents = true,
                                         .split_chinese = true,
                                         .clean_text = true,
                                         .max_word_characters = DEFAULT_WORD_CHARACTERS};
    MPB_TRY(choose_decider(s));
    if (s->json.root != NULL) {
        MPB_TRY(check_json(s->json.root, s->json.path));
    }
    if (s->config.root != NULL) {
        MPB_TRY(check_config(s->config.root, s->config.path));
    }
    if (s->config.root != NULL) {
        MPB_TRY(mpb_tokenizer_get_flag(s->config.root, "clean_up_tokenization_spaces",
                                       s->config.path, &s->options.clean_up));
    }
    if (s->json_decides) {
        return read_json_settings(s);
    }
    return s->config.root == NULL ? MPB_OK : read_config_settings(s);
}
