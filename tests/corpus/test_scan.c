/* The scan of a corpus in ranges: counts, label names, hash, wrong records, and the selection. */

#include "corpus_internal.h"
#include "mpibert/shards/split.h"
#include "scratch.h"
#include "tiny_vocabulary.h"

enum { WHOLE = 1 << 20, NUM_TARGETS = 3 };

/* Bytes of a range: a line each, a few, all. */
static const uint64_t targets[NUM_TARGETS] = {1, 10, WHOLE};

static mpb_corpus_options options_for(mpb_data_format format, mpb_task task)
{
    return (mpb_corpus_options){
        .read = {.format = format,
                 .task = task,
                 .text_column = "text",
                 .label_column = "label",
                 .need_labels = true},
        .encode = {.task = task, .max_seq_length = 8, .labelled = true},
        .range_bytes = WHOLE,
    };
}

/* The caller closes the corpus, also on failure. */
static mpb_status scan(const mpb_corpus_options *options, const char *content, mpb_corpus *corpus)
{
    *corpus = (mpb_corpus){.options = options};
    MPB_TRY(mpb_corpus_open_memory(corpus, content, strlen(content), "DATA"));
    return mpb_corpus_scan(corpus);
}

static uint64_t count_of(const mpb_corpus *corpus)
{
    return corpus->first[corpus->ranges.count];
}

static void check_names(const mpb_strings *names, const char *wanted)
{
    mpb_buffer text = {0};

    for (size_t i = 0; i < names->count; i++) {
        CHECK_OK(mpb_buffer_append_format(&text, "%s%s", i == 0 ? "" : " ", names->items[i]));
    }
    CHECK_TEXT(names->count == 0 ? "" : text.data, wanted);
    mpb_buffer_clear(&text);
}

static void counts_and_label_names_are_those_of_all_ranges(void)
{
    static const char content[] = "text,label\na,10\nb,9\n\nc,0\nd,9\ne,10\n";
    mpb_corpus_options options = options_for(MPB_FORMAT_CSV, MPB_TASK_CLASSIFICATION);
    mpb_corpus corpus;

    for (size_t i = 0; i < NUM_TARGETS; i++) {
        options.range_bytes = targets[i];
        CHECK_OK(scan(&options, content, &corpus));
        CHECK(count_of(&corpus) == 5 && corpus.num_bad == 0);
        CHECK(corpus.ranges.count == (i == 0 ? 6 : i == 1 ? 2 : 1));
        check_names(&corpus.label_names, "0 9 10"); /* by value: all are numbers */
        mpb_corpus_close(&corpus);
    }
    CHECK_OK(scan(&options, "text,label\na,10\nb,9\nc,x\n", &corpus));
    check_names(&corpus.label_names, "10 9 x");
    mpb_corpus_close(&corpus);
}

static void each_label_of_a_record_is_a_name(void)
{
    mpb_corpus_options options = options_for(MPB_FORMAT_JSONL, MPB_TASK_MULTILABEL);
    mpb_corpus corpus;

    CHECK_OK(scan(&options,
                  "{\"text\": \"a\", \"label\": [\"z\", \"y\"]}\n"
                  "{\"text\": \"b\", \"label\": []}\n{\"text\": \"c\", \"label\": [\"x\"]}\n",
                  &corpus));
    CHECK(count_of(&corpus) == 3);
    check_names(&corpus.label_names, "x y z");
    mpb_corpus_close(&corpus);
}

static void scores_are_no_names(void)
{
    mpb_corpus_options options = options_for(MPB_FORMAT_CSV, MPB_TASK_REGRESSION);
    mpb_corpus corpus;

    CHECK_OK(scan(&options, "text,label\na,1.5\nb,-2e3\n", &corpus));
    check_names(&corpus.label_names, "");
    mpb_corpus_close(&corpus);
    CHECK_FAILS(scan(&options, "text,label\na,1.5\nb,much\n", &corpus), MPB_ERR_DATA,
                "label 'much' is not a number, a score was expected (DATA, line 3)");
    mpb_corpus_close(&corpus);
}

static void given_names_keep_their_order_and_others_are_refused(void)
{
    char *names[] = {"yes", "no", "never"};
    const mpb_strings given = {names, 3, 3};
    mpb_corpus_options options = options_for(MPB_FORMAT_CSV, MPB_TASK_CLASSIFICATION);
    mpb_corpus corpus;

    options.read.label_names = &given;
    options.range_bytes = 1;
    CHECK_OK(scan(&options, "text,label\na,no\nb,yes\n", &corpus));
    check_names(&corpus.label_names, "yes no never");
    mpb_corpus_close(&corpus);
    CHECK_FAILS(scan(&options, "text,label\na,no\nb,yes\n\nc,maybe\nd,so\n", &corpus), MPB_ERR_DATA,
                "label 'maybe' is not one of the model's: yes, no, never (DATA, line 5)");
    mpb_corpus_close(&corpus);
}

/* All records of a text, with their labels where a split is stratified. */
static void the_labels_of_records_are_numbers_in_label_order(void)
{
    static const char content[] = "text,label\na,z\nb,x\nc,y\nd,z\ne,x\n";
    static const int32_t want[5] = {2, 0, 1, 2, 0};
    mpb_corpus_options options = options_for(MPB_FORMAT_CSV, MPB_TASK_CLASSIFICATION);
    mpb_corpus corpus;

    options.selection = (mpb_corpus_selection){.part = MPB_PART_TRAIN, .stratify = true};
    for (size_t i = 0; i < NUM_TARGETS; i++) {
        options.range_bytes = targets[i];
        CHECK_OK(scan(&options, content, &corpus));
        CHECK(memcmp(corpus.labels, want, sizeof(want)) == 0);
        mpb_corpus_close(&corpus);
    }
    options.selection.stratify = false;
    CHECK_OK(scan(&options, content, &corpus));
    CHECK(corpus.labels == NULL);
    mpb_corpus_close(&corpus);
}

/* "0" and "LABEL_0" are one label, so a range can have more names than there are labels. */
static void both_names_of_a_label_are_one_number(void)
{
    static const int32_t want[6] = {0, 0, 1, 1, 2, 2};
    char *names[] = {"LABEL_0", "LABEL_1", "LABEL_2"};
    const mpb_strings given = {names, 3, 3};
    mpb_corpus_options options = options_for(MPB_FORMAT_CSV, MPB_TASK_CLASSIFICATION);
    mpb_corpus corpus;

    options.read.label_names = &given;
    options.selection = (mpb_corpus_selection){.part = MPB_PART_TRAIN, .stratify = true};
    CHECK_OK(
        scan(&options, "text,label\na,0\nb,LABEL_0\nc,1\nd,LABEL_1\ne,2\nf,LABEL_2\n", &corpus));
    CHECK(memcmp(corpus.labels, want, sizeof(want)) == 0);
    mpb_corpus_close(&corpus);
}

static void the_hash_changes_with_every_byte_of_the_records(void)
{
    char content[] = "text,label\nabc,x\n\"d\ne\",y\n";
    size_t begin = strlen("text,label\n");
    mpb_corpus_options options = options_for(MPB_FORMAT_CSV, MPB_TASK_CLASSIFICATION);
    char hashes[sizeof(content)][MPB_SHARD_HASH_SIZE];
    size_t count = 0;
    mpb_corpus corpus;

    options.read.skip_bad = true; /* what becomes a wrong row counts, too */
    options.range_bytes = 1;
    for (size_t i = begin - 1; i < strlen(content); i++) {
        if (i >= begin) {
            content[i] ^= 1;
        }
        CHECK_OK(scan(&options, content, &corpus));
        memcpy(hashes[count++], corpus.source_sha256, sizeof(hashes[0]));
        mpb_corpus_close(&corpus);
        if (i >= begin) {
            content[i] ^= 1;
        }
    }
    for (size_t i = 0; i < count; i++) {
        for (size_t k = 0; k < i; k++) {
            CHECK(strcmp(hashes[i], hashes[k]) != 0);
        }
    }
}

static mpb_status scan_folder(const mpb_corpus_options *options, const char *folder,
                              char hash[MPB_SHARD_HASH_SIZE], uint64_t *count)
{
    mpb_corpus corpus = {.options = options};
    mpb_strings paths = {0};
    mpb_corpus_options here = *options;
    mpb_status status;

    CHECK_OK(mpb_strings_add(&paths, folder, strlen(folder)));
    here.paths = &paths;
    corpus.options = &here;
    status = mpb_corpus_open(&corpus, NULL);
    if (status == MPB_OK) {
        status = mpb_corpus_scan(&corpus);
    }
    if (status == MPB_OK) {
        memcpy(hash, corpus.source_sha256, MPB_SHARD_HASH_SIZE);
        *count = count_of(&corpus);
    }
    mpb_corpus_close(&corpus);
    mpb_strings_clear(&paths);
    return status;
}

static void the_hash_of_a_folder_changes_with_texts_and_names(const char *root)
{
    mpb_corpus_options options = options_for(MPB_FORMAT_FOLDER, MPB_TASK_CLASSIFICATION);
    char folder[MPB_PATH_SIZE], path[MPB_PATH_SIZE];
    char hashes[4][MPB_SHARD_HASH_SIZE];
    uint64_t count;

    scratch_path(root, "hashed", folder);
    scratch_text(folder, "a/1", "one", path);
    scratch_text(folder, "b/2", "two", path);
    CHECK_OK(scan_folder(&options, folder, hashes[0], &count));
    CHECK(count == 2);
    scratch_text(folder, "b/2", "twO", path);
    CHECK_OK(scan_folder(&options, folder, hashes[1], &count));
    CHECK_OK(mpb_path_remove(path));
    scratch_text(folder, "b/3", "two", path);
    CHECK_OK(scan_folder(&options, folder, hashes[2], &count));
    CHECK_OK(mpb_path_remove(path));
    scratch_text(folder, "b/2", "two", path);
    CHECK_OK(scan_folder(&options, folder, hashes[3], &count));
    CHECK(strcmp(hashes[0], hashes[1]) != 0 && strcmp(hashes[0], hashes[2]) != 0);
    CHECK(strcmp(hashes[1], hashes[2]) != 0);
    CHECK_TEXT(hashes[3], hashes[0]);
}

static void wrong_records_are_counted_and_the_first_is_named(void)
{
    static const char content[] = "text,label\na,x\nb\nc,y\nd,x,z\n\"e\"f,x\ng,\nh,x\n";
    mpb_corpus_options options = options_for(MPB_FORMAT_CSV, MPB_TASK_CLASSIFICATION);
    mpb_corpus corpus;

    options.read.skip_bad = true;
    for (size_t i = 0; i < NUM_TARGETS; i++) {
        options.range_bytes = targets[i];
        CHECK_OK(scan(&options, content, &corpus));
        CHECK(count_of(&corpus) == 3 && corpus.num_bad == 4);
        CHECK_TEXT(corpus.first_bad,
                   "the row has 1 cells, 2 were expected as in the first row (DATA, line 3)");
        mpb_corpus_close(&corpus);
    }
    CHECK_FAILS(scan(&options, "text,label\nb\n", &corpus), MPB_ERR_DATA, "there is no example");
    mpb_corpus_close(&corpus);
}

/* JSON lines may have an id or none, each for itself. */
static void ids_that_were_asked_for_are_compared(void)
{
    static const char mixed[] = "{\"text\": \"a\", \"label\": 1, \"id\": \"p\"}\n"
                                "{\"text\": \"b\", \"label\": 1}\n"
                                "{\"text\": \"c\", \"label\": 1}\n"
                                "{\"text\": \"d\", \"label\": 1, \"id\": \"q\"}\n";
    static const char again[] = "{\"text\": \"b\", \"label\": 1, \"id\": \"r\"}\n"
                                "{\"text\": \"a\", \"label\": 1, \"id\": \"p\"}\n"
                                "{\"text\": \"c\", \"label\": 1, \"id\": 5}\n"
                                "{\"text\": \"c\", \"label\": 1, \"id\": 5.0}\n"
                                "{\"text\": \"d\", \"label\": 1, \"id\": \"p\"}\n"
                                "{\"text\": \"d\", \"label\": 1, \"id\": \"q\"}\n";
    mpb_corpus_options options = options_for(MPB_FORMAT_JSONL, MPB_TASK_CLASSIFICATION);
    mpb_corpus corpus;

    for (size_t i = 0; i < NUM_TARGETS; i++) {
        options.range_bytes = targets[i];
        options.read.skip_bad = false;
        options.read.id_column = NULL;
        CHECK_OK(scan(&options, mixed, &corpus));
        CHECK(count_of(&corpus) == 4 && corpus.num_repeated == 0);
        mpb_corpus_close(&corpus);
        CHECK_OK(scan(&options, again, &corpus));
        CHECK(count_of(&corpus) == 6 && corpus.num_repeated == 0);
        mpb_corpus_close(&corpus);
        options.read.id_column = "id";
        CHECK_FAILS(scan(&options, again, &corpus), MPB_ERR_DATA,
                    "id 'p' was found before, at DATA, line 2 (DATA, line 5)");
        mpb_corpus_close(&corpus);
        options.read.skip_bad = true;
        CHECK_OK(scan(&options, again, &corpus));
        CHECK(corpus.num_repeated == 1 && corpus.repeated[0] == 4);
        mpb_corpus_close(&corpus);
    }
}

/* Label i in row i, but for the last rows, which repeat the first label. */
static void write_labels(size_t labels, size_t rows, mpb_buffer *content)
{
    mpb_buffer_reset(content);
    CHECK_OK(mpb_buffer_append_text(content, "text,label\n"));
    for (size_t i = 0; i < rows; i++) {
        CHECK_OK(mpb_buffer_append_format(content, "a,%zu\n", i < labels ? i : 0));
    }
}

/* Two spellings of one class; more than two are as one pair. */
static void names_that_look_alike_are_found(void)
{
    static const struct {
        const char *items[3];
        size_t first;
        size_t second;
    } cases[] = {{{"Ham", "ham", "spam"}, 0, 1},
                 {{"a b", "c", "a  B"}, 0, 2},
                 {{"a", "b", "ab"}, 3, 3},
                 {{"\xC3\xA9", "\xC3\x89", "e"}, 3, 3}};

    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        const mpb_strings names = {.items = (char **)(uintptr_t)cases[i].items, .count = 3};
        const char *first, *second;

        CHECK_OK(mpb_label_names_look_alike(&names, &first, &second));
        CHECK(first == (cases[i].first == 3 ? NULL : names.items[cases[i].first]));
        CHECK(second == (cases[i].second == 3 ? NULL : names.items[cases[i].second]));
    }
}

static void labels_of_tables_lose_the_blanks_around_them(void)
{
    mpb_corpus_options options = options_for(MPB_FORMAT_CSV, MPB_TASK_CLASSIFICATION);
    mpb_corpus corpus;

    CHECK_OK(scan(&options, "text,label\na,x \nb,\" x\"\nc,\tx\nd,x y\n", &corpus));
    CHECK(corpus.label_names.count == 2);
    CHECK_TEXT(corpus.label_names.items[0], "x");
    CHECK_TEXT(corpus.label_names.items[1], "x y");
    mpb_corpus_close(&corpus);
    CHECK_FAILS(scan(&options, "text,label\na, \n", &corpus), MPB_ERR_DATA, "has no label");
    mpb_corpus_close(&corpus);
}

/* A column of texts in the place of labels. */
static void labels_of_more_than_4096_bytes_are_refused(void)
{
    mpb_corpus_options options = options_for(MPB_FORMAT_CSV, MPB_TASK_CLASSIFICATION);
    mpb_buffer content = {0};
    mpb_corpus corpus;

    CHECK_OK(mpb_buffer_append_format(&content, "text,label\na,%04096d\n", 0));
    CHECK_OK(scan(&options, content.data, &corpus));
    mpb_corpus_close(&corpus);
    mpb_buffer_reset(&content);
    CHECK_OK(mpb_buffer_append_format(&content, "text,label\na,%04097d\n", 0));
    CHECK_FAILS(scan(&options, content.data, &corpus), MPB_ERR_DATA,
                "a label or id of 4097 bytes was found, at most 4096 were expected");
    mpb_corpus_close(&corpus);
    mpb_buffer_clear(&content);
}

static void an_example_of_more_than_65536_labels_is_refused(void)
{
    mpb_corpus_options options = options_for(MPB_FORMAT_CSV, MPB_TASK_MULTILABEL);
    mpb_buffer content = {0};
    mpb_corpus corpus;

    CHECK_OK(mpb_buffer_append_text(&content, "text,label\na,\""));
    for (int i = 0; i <= 65536; i++) {
        CHECK_OK(mpb_buffer_append_text(&content, "x,"));
    }
    CHECK_OK(mpb_buffer_append_text(&content, "\"\n"));
    CHECK_FAILS(scan(&options, content.data, &corpus), MPB_ERR_DATA, "more than 65536 labels");
    mpb_corpus_close(&corpus);
    mpb_buffer_clear(&content);
}

/* Over all ranges, and not as a fault of the records that come too late. */
static void more_labels_than_65536_are_refused(void)
{
    static const uint64_t ranges[] = {WHOLE, 100000};
    mpb_corpus_options options = options_for(MPB_FORMAT_CSV, MPB_TASK_CLASSIFICATION);
    mpb_buffer content = {0};
    mpb_corpus corpus;

    for (int i = 0; i < 4; i++) {
        options.range_bytes = ranges[i / 2];
        options.read.skip_bad = i % 2 == 1;
        write_labels(65536, 65540, &content);
        CHECK_OK(scan(&options, content.data, &corpus));
        CHECK(corpus.label_names.count == 65536 && corpus.num_bad == 0);
        mpb_corpus_close(&corpus);
        write_labels(65537, 65540, &content);
        CHECK_FAILS(scan(&options, content.data, &corpus), MPB_ERR_DATA,
                    "there are more than 65536 different labels: is data.label_column right? "
                    "(DATA)");
        mpb_corpus_close(&corpus);
    }
    mpb_buffer_clear(&content);
}

/* Rows 0 to 9 of two classes. */
static const char TEN[] = "text,label\na,x\nb,y\nc,x\nd,y\ne,x\nf,y\ng,x\nh,y\ni,x\nj,y\n";

static void select_of_ten(const mpb_corpus_selection *selection, char chosen[11])
{
    mpb_corpus_options options = options_for(MPB_FORMAT_CSV, MPB_TASK_CLASSIFICATION);
    mpb_corpus corpus;
    uint64_t by_range = 0;

    options.selection = *selection;
    options.range_bytes = 10;
    CHECK_OK(scan(&options, TEN, &corpus));
    CHECK_OK(mpb_corpus_select(&corpus));
    for (size_t i = 0; i < 10; i++) {
        chosen[i] = mpb_corpus_is_selected(&corpus, i) ? '1' : '0';
    }
    chosen[10] = '\0';
    for (size_t i = 0; i < corpus.ranges.count; i++) {
        by_range += mpb_corpus_range_count(&corpus, i);
    }
    CHECK(by_range == corpus.num_selected);
    mpb_corpus_close(&corpus);
}

static void check_selected(const mpb_corpus_selection *selection, const char *want)
{
    char chosen[11];

    select_of_ten(selection, chosen);
    CHECK_TEXT(chosen, want);
}

/* numpy.random.RandomState(42).shuffle(arange(10)) is 8 1 5 0 7 2 9 4 3 6; of these four,
 * train_test_split(test_size=0.25, random_state=0) validates with the third, 5. Both as NumPy 2.4
 * and scikit-learn 1.9 print them. */
static void a_selection_is_that_of_the_shuffled_records(void)
{
    mpb_corpus_selection s = {0};

    check_selected(&s, "1111111111");
    s.max_samples = 4;
    check_selected(&s, "1111000000");
    s.shuffle = true;
    s.shuffle_seed = 42;
    check_selected(&s, "1100010010");
    s.part = MPB_PART_VALIDATION;
    s.train_share = 0.75;
    s.val_share = 0.25;
    check_selected(&s, "0000010000");
    s.part = MPB_PART_TRAIN;
    check_selected(&s, "1100000010");
    s = (mpb_corpus_selection){.shuffle = true, .shuffle_seed = 42, .max_samples = 10};
    check_selected(&s, "1111111111");
}

/* Two of each class validate, and the parts do not meet. */
static void the_parts_of_a_stratified_selection_make_up_the_whole(void)
{
    mpb_corpus_selection s = {.shuffle = true,
                              .part = MPB_PART_TRAIN,
                              .train_share = 0.6,
                              .val_share = 0.4,
                              .stratify = true};
    char train[11], validation[11];
    int even = 0;

    select_of_ten(&s, train);
    s.part = MPB_PART_VALIDATION;
    select_of_ten(&s, validation);
    for (size_t i = 0; i < 10; i++) {
        CHECK(train[i] != validation[i]);
        even += validation[i] == '1' && i % 2 == 0;
    }
    CHECK(even == 2 && strlen(validation) - strspn(validation, "0") > 0);
}

static void a_split_that_leaves_nothing_is_refused(void)
{
    mpb_corpus_options options = options_for(MPB_FORMAT_CSV, MPB_TASK_CLASSIFICATION);
    mpb_corpus corpus;

    options.selection = (mpb_corpus_selection){
        .max_samples = 1, .part = MPB_PART_TRAIN, .train_share = 0.5, .val_share = 0.5};
    CHECK_OK(scan(&options, TEN, &corpus));
    CHECK_FAILS(mpb_corpus_select(&corpus), MPB_ERR_DATA, "too few");
    mpb_corpus_close(&corpus);
}

int main(void)
{
    char root[MPB_PATH_SIZE];

    scratch_make(root);
    counts_and_label_names_are_those_of_all_ranges();
    each_label_of_a_record_is_a_name();
    scores_are_no_names();
    given_names_keep_their_order_and_others_are_refused();
    the_labels_of_records_are_numbers_in_label_order();
    both_names_of_a_label_are_one_number();
    the_hash_changes_with_every_byte_of_the_records();
    the_hash_of_a_folder_changes_with_texts_and_names(root);
    wrong_records_are_counted_and_the_first_is_named();
    ids_that_were_asked_for_are_compared();
    names_that_look_alike_are_found();
    labels_of_tables_lose_the_blanks_around_them();
    labels_of_more_than_4096_bytes_are_refused();
    an_example_of_more_than_65536_labels_is_refused();
    more_labels_than_65536_are_refused();
    a_selection_is_that_of_the_shuffled_records();
    the_parts_of_a_stratified_selection_make_up_the_whole();
    a_split_that_leaves_nothing_is_refused();
    CHECK_OK(mpb_path_remove(root));
    return 0;
}
