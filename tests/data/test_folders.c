/* Folders with a sub-folder a class, formats by name, paths that are missing. */

#include "mpibert/core/strings.h"
#include "mpibert/data/examples.h"
#include "scratch.h"

static const mpb_read_options LABELLED = {
    .text_column = "text", .label_column = "label", .need_labels = true};

static mpb_status read_one(const char *path, const mpb_read_options *options,
                           mpb_examples *examples)
{
    mpb_strings paths = {0};
    mpb_status status;

    CHECK_OK(mpb_strings_add(&paths, path, strlen(path)));
    status = mpb_examples_read(&paths, options, examples);
    mpb_strings_clear(&paths);
    return status;
}

static void classes_and_files_come_in_the_order_of_their_names(const char *root)
{
    mpb_examples examples = {0};
    char folder[MPB_PATH_SIZE], path[MPB_PATH_SIZE];

    scratch_path(root, "sorted", folder);
    scratch_text(folder, "sci.space/20", "moon", path);
    scratch_text(folder, "sci.space/10", "From: a\n\nMars\n", path);
    scratch_text(folder, "sci.space/.hidden", "no", path);
    scratch_text(folder, "alt.atheism/9", "", path);
    scratch_text(folder, "README", "not a class", path);
    CHECK_OK(read_one(folder, &LABELLED, &examples));
    CHECK(examples.count == 3 && examples.label_names.count == 2);
    CHECK_TEXT(examples.label_names.items[0], "alt.atheism");
    CHECK_TEXT(examples.items[0].id, "alt.atheism/9");
    CHECK_TEXT(examples.items[1].id, "sci.space/10");
    CHECK_TEXT(examples.items[2].id, "sci.space/20");
    CHECK(examples.items[0].size == 0 && examples.items[2].label == 1);
    mpb_examples_clear(&examples);
}

static void texts_are_cleaned_before_they_are_cut(const char *root)
{
    mpb_read_options options = LABELLED;
    mpb_examples examples = {0};
    char folder[MPB_PATH_SIZE], path[MPB_PATH_SIZE];

    scratch_path(root, "noisy", folder);
    scratch_text(folder, "a/1", "From: x\n\n> quoted\nd\xC3\xA9j\xC3\xA0 vu\n--\nname", path);
    options.remove_headers = options.remove_footers = options.remove_quotes = true;
    options.max_chars = 4;
    CHECK_OK(read_one(folder, &options, &examples));
    CHECK_TEXT(examples.items[0].text, "d\xC3\xA9j\xC3\xA0");
    mpb_examples_clear(&examples);
}

static void a_class_without_files_keeps_its_name(const char *root)
{
    mpb_examples examples = {0};
    char folder[MPB_PATH_SIZE], path[MPB_PATH_SIZE];

    scratch_path(root, "hollow", folder);
    scratch_text(folder, "b/1", "text", path);
    scratch_path(folder, "a", path);
    CHECK_OK(mpb_directory_create(path));
    CHECK_OK(read_one(folder, &LABELLED, &examples));
    CHECK(examples.label_names.count == 2 && examples.items[0].label == 1);
    mpb_examples_clear(&examples);
}

static void what_is_no_folder_of_classes_is_refused(const char *root)
{
    mpb_read_options unlabelled = LABELLED;
    mpb_examples examples = {0};
    char folder[MPB_PATH_SIZE], path[MPB_PATH_SIZE];

    scratch_path(root, "nowhere", folder);
    CHECK_FAILS(read_one(folder, &LABELLED, &examples), MPB_ERR_DATA,
                "there is no such file or folder");
    scratch_path(root, "empty", folder);
    CHECK_OK(mpb_directory_create(folder));
    CHECK_FAILS(read_one(folder, &LABELLED, &examples), MPB_ERR_DATA, "the folder is empty");
    scratch_path(folder, "class", path);
    CHECK_OK(mpb_directory_create(path));
    CHECK_FAILS(read_one(folder, &LABELLED, &examples), MPB_ERR_DATA, "no example in any");
    scratch_path(root, "flat", folder);
    scratch_text(folder, "1", "text", path);
    CHECK_FAILS(read_one(folder, &LABELLED, &examples), MPB_ERR_DATA, "one sub-folder a class");
    unlabelled.need_labels = false;
    CHECK_OK(read_one(folder, &unlabelled, &examples));
    CHECK(examples.count == 1 && examples.items[0].label == -1);
    mpb_examples_clear(&examples);
    scratch_path(root, "deep", folder);
    scratch_text(folder, "a/b/1", "text", path);
    CHECK_FAILS(read_one(folder, &LABELLED, &examples), MPB_ERR_DATA, "deep/a/b)");
    scratch_path(root, "latin", folder);
    scratch_text(folder, "a/1", "caf\xE9", path);
    CHECK_FAILS(read_one(folder, &LABELLED, &examples), MPB_ERR_DATA,
                "byte 0xE9 at offset 3 is not UTF-8; if the text is Latin-1, set data.encoding: "
                "latin-1");
    CHECK(strstr(mpb_status_last(), path) != NULL);
    CHECK(examples.count == 0);
}

static void the_name_tells_the_format(const char *root)
{
    mpb_data_format format;
    mpb_examples examples = {0};
    char path[MPB_PATH_SIZE];

    scratch_text(root, "f/a.csv", "text,label\na,x\n", path);
    CHECK_OK(mpb_data_format_find(path, MPB_FORMAT_AUTO, &format));
    CHECK(format == MPB_FORMAT_CSV);
    CHECK_OK(read_one(path, &LABELLED, &examples));
    CHECK(examples.count == 1);
    CHECK_OK(mpb_data_format_find(path, MPB_FORMAT_TEXT, &format));
    CHECK(format == MPB_FORMAT_TEXT);
    scratch_text(root, "f/a.tsv", "text\tlabel\nb\tx\n", path);
    CHECK_OK(read_one(path, &LABELLED, &examples));
    scratch_text(root, "f/a.jsonl", "{\"text\": \"c\", \"label\": \"x\"}\n", path);
    CHECK_OK(read_one(path, &LABELLED, &examples));
    CHECK(examples.count == 3);
    mpb_examples_clear(&examples);
    scratch_text(root, "f/a.label", "x", path);
    CHECK_FAILS(read_one(path, &LABELLED, &examples), MPB_ERR_DATA, "set data.format");
    scratch_text(root, "shards/manifest.json", "{}", path);
    scratch_path(root, "shards", path);
    CHECK_OK(mpb_data_format_find(path, MPB_FORMAT_AUTO, &format));
    CHECK(format == MPB_FORMAT_SHARDS);
    CHECK_FAILS(read_one(path, &LABELLED, &examples), MPB_ERR_DATA, "raw text was expected");
    scratch_text(root, "f/empty.csv", "", path);
    CHECK_FAILS(read_one(path, &LABELLED, &examples), MPB_ERR_DATA, "the file is empty");
}

int main(void)
{
    char root[MPB_PATH_SIZE];

    scratch_make(root);
    classes_and_files_come_in_the_order_of_their_names(root);
    texts_are_cleaned_before_they_are_cut(root);
    a_class_without_files_keeps_its_name(root);
    what_is_no_folder_of_classes_is_refused(root);
    the_name_tells_the_format(root);
    CHECK_OK(mpb_path_remove(root));
    return 0;
}
