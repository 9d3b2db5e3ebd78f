#include "mpibert/io/yaml.h"

#include <string.h>

#include "check.h"
#include "scratch.h"

static mpb_yaml_node *parsed(const char *text)
{
    mpb_yaml_node *root = NULL;

    CHECK_OK(mpb_yaml_parse(text, strlen(text), "c.yaml", &root));
    return root;
}

static void a_tree_knows_kinds_lines_and_quotes(void)
{
    mpb_yaml_node *root = parsed("# comment\n"
                                 "model:\n"
                                 "  name: 'bert'   # why\n"
                                 "  lora: {rank: 8, targets: [query, \"value\"]}\n"
                                 "training:\n"
                                 "  epochs: 3\n"
                                 "  class_weights:\n");
    const mpb_yaml_node *model = mpb_yaml_member(root, "model");
    const mpb_yaml_node *targets = mpb_yaml_member(mpb_yaml_member(model, "lora"), "targets");
    const mpb_yaml_node *training = mpb_yaml_member(root, "training");

    CHECK(root->kind == MPB_YAML_MAP && root->num_children == 2 && root->key == NULL);
    CHECK(model->line == 2 && model->kind == MPB_YAML_MAP);
    CHECK_TEXT(mpb_yaml_member(model, "name")->text, "bert");
    CHECK(mpb_yaml_member(model, "name")->quoted && mpb_yaml_member(model, "name")->line == 3);
    CHECK(targets->kind == MPB_YAML_LIST && targets->num_children == 2);
    CHECK_TEXT(targets->children[0].text, "query");
    CHECK(!targets->children[0].quoted && targets->children[1].quoted);
    CHECK(targets->children[1].line == 4 && targets->children[1].key == NULL);
    CHECK_TEXT(mpb_yaml_member(training, "epochs")->text, "3");
    CHECK_TEXT(mpb_yaml_member(training, "class_weights")->text, "");
    CHECK(mpb_yaml_member(training, "none") == NULL && mpb_yaml_member(targets, "query") == NULL);
    mpb_yaml_destroy(&root);
    CHECK(root == NULL);
    mpb_yaml_destroy(&root);
}

static void an_empty_file_is_an_empty_map(void)
{
    const char *empty[] = {"", "\n# nothing\n", "---\n", "{}"};

    for (size_t i = 0; i < sizeof(empty) / sizeof(empty[0]); i++) {
        mpb_yaml_node *root = parsed(empty[i]);

        CHECK(root->kind == MPB_YAML_MAP && root->num_children == 0);
        mpb_yaml_destroy(&root);
    }
}

static void refused(const char *text, const char *part)
{
    mpb_yaml_node *root = NULL;

    CHECK_FAILS(mpb_yaml_parse(text, strlen(text), "c.yaml", &root), MPB_ERR_CONFIG, "(c.yaml");
    CHECK_FAILS(mpb_yaml_parse(text, strlen(text), "c.yaml", &root), MPB_ERR_CONFIG, part);
    CHECK(root == NULL);
}

static void what_is_no_plain_data_is_refused_with_its_line(void)
{
    char deep[101];

    refused("a: 1\nb: 2\na: 3\n", "key 'a' stands twice, in lines 1 and 3 (c.yaml, line 3)");
    refused("a: &x 1\nb: 2\n", "anchors");
    refused("a: 1\nb: *x\n", "(c.yaml, line 2");
    refused("a:\n  - !!int 3\n", "tags are not allowed in a configuration (c.yaml, line 2)");
    refused("a: 1\n---\nb: 2\n", "a second document");
    refused("a: 1\n  b: 2\n", "line 2");
    refused("a: [1, 2\nb: 3\n", "line 2");
    refused("a: \"open\n", "c.yaml, line");
    refused("a:\n\tb: 1\n", "line 2");
    refused("[1, 2]: 3\n", "as a key");
    refused("\"\": 3\n", "a key is empty (c.yaml, line 1)");
    refused("a: \"x\\0y\"\n", "NUL");
    refused("a: \xff\n", "byte 3");
    memset(deep, '[', sizeof(deep) - 1);
    deep[sizeof(deep) - 1] = '\0';
    refused(deep, "32 levels");
}

static void a_file_is_read_and_a_missing_one_named(void)
{
    char folder[MPB_PATH_SIZE], path[MPB_PATH_SIZE];
    mpb_yaml_node *root = NULL;

    scratch_make(folder);
    CHECK_OK(mpb_path_join(folder, "c.yaml", path, sizeof(path)));
    CHECK_OK(mpb_file_replace(path, "a: b\n", 5));
    CHECK_OK(mpb_yaml_read(path, &root));
    CHECK_TEXT(mpb_yaml_member(root, "a")->text, "b");
    mpb_yaml_destroy(&root);
    CHECK_FAILS(mpb_yaml_read("/no/such.yaml", &root), MPB_ERR_CONFIG, "(/no/such.yaml)");
    CHECK_FAILS(mpb_yaml_read(folder, &root), MPB_ERR_CONFIG, folder);
    CHECK_OK(mpb_path_remove(folder));
}

int main(void)
{
    a_tree_knows_kinds_lines_and_quotes();
    an_empty_file_is_an_empty_map();
    what_is_no_plain_data_is_refused_with_its_line();
    a_file_is_read_and_a_missing_one_named();
    return EXIT_SUCCESS;
}
