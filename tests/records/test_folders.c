/* Folders with a sub-folder a class, formats by name, paths that are missing. */

#include "examples.h"
#include "scratch.h"

static const mpb_read_options LABELLED = {.task = MPB_TASK_CLASSIFICATION,
                                          .text_column = "text",
                                          .label_column = "label",
                                          .need_labels = true};

enum { TARGET = 8 }; /* bytes of a range: most ranges hold one text */

static mpb_status read_one(const char *path, const mpb_read_options *options, examples *e)
{
    return examples_read(path, options, TARGET, e);
}

static void classes_and_files_come_in_the_order_of_their_names(const char *root)
{
    examples e = {0};
    char folder[MPB_PATH_SIZE], path[MPB_PATH_SIZE];

    scratch_path(root, "sorted", folder);
    scratch_text(folder, "sci.space/20", "moon", path);
    scratch_text(folder, "sci.space/10", "From: a\n\nMars\n", path);
    scratch_text(folder, "sci.space/.hidden", "no", path);
    scratch_text(folder, "alt.atheism/9", "", path);
    scratch_text(folder, "README", "not a class", path);
    CHECK_OK(read_one(folder, &LABELLED, &e));
    CHECK(e.count == 3 && e.num_ranges > 1);
    CHECK_TEXT(e.items[0].id, "alt.atheism/9");
    CHECK_TEXT(e.items[1].id, "sci.space/10");
    CHECK_TEXT(e.items[2].id, "sci.space/20");
    CHECK(e.items[0].size == 0 && e.items[1].size == 14);
    CHECK_TEXT(e.items[0].labels.items[0], "alt.atheism");
    CHECK_TEXT(e.items[2].labels.items[0], "sci.space");
    examples_clear(&e);
}

static void a_class_without_files_keeps_its_name(const char *root)
{
    mpb_input input = {0};
    char folder[MPB_PATH_SIZE], path[MPB_PATH_SIZE];

    scratch_path(root, "hollow", folder);
    scratch_text(folder, "b/1", "text", path);
    scratch_path(folder, "a", path);
    CHECK_OK(mpb_directory_create(path));
    CHECK_OK(mpb_input_open(folder, folder, &LABELLED, &input));
    CHECK(input.folder.classes.count == 2 && input.folder.files.count == 1);
    CHECK_TEXT(input.folder.classes.items[0], "a");
    mpb_input_close(&input);
}

static void what_is_no_folder_of_classes_is_refused(const char *root)
{
    mpb_read_options unlabelled = LABELLED;
    examples e = {0};
    char folder[MPB_PATH_SIZE], path[MPB_PATH_SIZE];

    scratch_path(root, "nowhere", folder);
    CHECK_FAILS(read_one(folder, &LABELLED, &e), MPB_ERR_DATA, "there is no such file or folder");
    scratch_path(root, "empty", folder);
    CHECK_OK(mpb_directory_create(folder));
    CHECK_FAILS(read_one(folder, &LABELLED, &e), MPB_ERR_DATA, "the folder is empty");
    scratch_path(folder, "class", path);
    CHECK_OK(mpb_directory_create(path));
    CHECK_FAILS(read_one(folder, &LABELLED, &e), MPB_ERR_DATA, "no example in any");
    scratch_path(root, "flat", folder);
    scratch_text(folder, "1", "text", path);
    CHECK_FAILS(read_one(folder, &LABELLED, &e), MPB_ERR_DATA, "one sub-folder a class");
    unlabelled.need_labels = false;
    CHECK_OK(read_one(folder, &unlabelled, &e));
    CHECK(e.count == 1 && e.items[0].labels.count == 0);
    CHECK_TEXT(e.items[0].id, "1");
    examples_clear(&e);
    scratch_path(root, "deep", folder);
    scratch_text(folder, "a/b/1", "text", path);
    CHECK_FAILS(read_one(folder, &LABELLED, &e), MPB_ERR_DATA, "deep/a/b)");
    scratch_path(root, "latin", folder);
    scratch_text(folder, "a/1", "caf\xE9", path);
    CHECK_FAILS(read_one(folder, &LABELLED, &e), MPB_ERR_DATA,
                "byte 0xE9 at offset 3 is not UTF-8; if the text is Latin-1, set data.encoding: "
                "latin-1");
    CHECK(strstr(mpb_status_last(), path) != NULL);
}

static void a_name_with_a_line_break_is_refused(const char *root)
{
    examples e = {0};
    char folder[MPB_PATH_SIZE], path[MPB_PATH_SIZE];

    scratch_path(root, "file", folder);
    scratch_text(folder, "a/1\n2", "text", path);
    CHECK_FAILS(read_one(folder, &LABELLED, &e), MPB_ERR_DATA, "rename it (a/1?2)");
    scratch_path(root, "class", folder);
    scratch_text(folder, "a\nb/1", "text", path);
    CHECK_FAILS(read_one(folder, &LABELLED, &e), MPB_ERR_DATA, "class/a?b)");
}

static void the_name_tells_the_format(const char *root)
{
    mpb_data_format format;
    examples e = {0};
    char path[MPB_PATH_SIZE];

    scratch_text(root, "f/a.csv", "text,label\na,x\n", path);
    CHECK_OK(mpb_data_format_find(path, MPB_FORMAT_AUTO, &format));
    CHECK(format == MPB_FORMAT_CSV);
    CHECK_OK(read_one(path, &LABELLED, &e));
    CHECK(e.count == 1);
    CHECK_OK(mpb_data_format_find(path, MPB_FORMAT_TEXT, &format));
    CHECK(format == MPB_FORMAT_TEXT);
    scratch_text(root, "f/A.CSV", "text;label\na;x\n", path);
    CHECK_OK(read_one(path, &LABELLED, &e));
    CHECK(e.count == 1);
    scratch_text(root, "f/a.tsv", "text\tlabel\nb\tx\n", path);
    CHECK_OK(read_one(path, &LABELLED, &e));
    CHECK_TEXT(e.items[0].text, "b");
    scratch_text(root, "f/a.jsonl", "{\"text\": \"c\", \"label\": \"x\"}\n", path);
    CHECK_OK(read_one(path, &LABELLED, &e));
    CHECK_TEXT(e.items[0].text, "c");
    examples_clear(&e);
    scratch_text(root, "f/lines.json", "{\"text\": \"c\", \"label\": \"x\"}\n", path);
    CHECK_OK(read_one(path, &LABELLED, &e));
    CHECK_TEXT(e.items[0].text, "c");
    CHECK(mpb_data_format_guess(path) == MPB_FORMAT_JSONL);
    scratch_path(root, "f/l*.json", path);
    CHECK(mpb_data_format_guess(path) == MPB_FORMAT_JSONL);
    scratch_text(root, "f/list.json", "[{\"text\": \"d\", \"label\": \"x\"}]\n", path);
    CHECK_OK(read_one(path, &LABELLED, &e));
    CHECK_TEXT(e.items[0].text, "d");
    examples_clear(&e);
    scratch_path(root, "f/none.json", path);
    CHECK(mpb_data_format_guess(path) == MPB_FORMAT_AUTO);
    scratch_text(root, "f/a.label", "x", path);
    CHECK_FAILS(read_one(path, &LABELLED, &e), MPB_ERR_DATA, "set data.format");
    scratch_text(root, "shards/manifest.json", "{}", path);
    scratch_path(root, "shards", path);
    CHECK_OK(mpb_data_format_find(path, MPB_FORMAT_AUTO, &format));
    CHECK(format == MPB_FORMAT_SHARDS);
    CHECK_FAILS(read_one(path, &LABELLED, &e), MPB_ERR_DATA, "raw text was expected");
    scratch_text(root, "f/empty.csv", "", path);
    CHECK_FAILS(read_one(path, &LABELLED, &e), MPB_ERR_DATA, "the file is empty");
}

int main(void)
{
    char root[MPB_PATH_SIZE];

    scratch_make(root);
    classes_and_files_come_in_the_order_of_their_names(root);
    a_class_without_files_keeps_its_name(root);
    what_is_no_folder_of_classes_is_refused(root);
    a_name_with_a_line_break_is_refused(root);
    the_name_tells_the_format(root);
    CHECK_OK(mpb_path_remove(root));
    return 0;
}
