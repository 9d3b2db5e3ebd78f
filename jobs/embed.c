/* mpibert embed: vectors of texts. */

#include "embed.h"

#include <stdlib.h>
#include <string.h>

#include "jobs.h"
#include "mpibert/session/model_data.h"
#include "options.h"

const char mpb_help_embed[] =
    "usage: mpibert embed --model DIR [--input PATH] [--output FILE.h5|.npy|.jsonl]\n"
    "                     [--pooling cls|mean|max|none] [--layer N] [--normalize]\n"
    "                     [--similarity] [--pca N] [--config FILE.yaml] [section.key=value ...]\n"
    "       mpibert embed --model DIR --search QUERY --index FILE.h5 [--top 10]\n\n"
    "Makes a vector of every text of PATH, or of standard input (plain text, one a line; JSON\n"
    "lines with data.format=jsonl), in input order: HDF5, NumPy's format or JSON lines by the\n"
    "ending of --output. Any BERT or DistilBERT will do, with or without a trained head.\n\n"
    "  --model DIR         a model directory, a run, an adapter, or the id of a model, as predict\n"
    "                      takes it; one of sentence-transformers says itself how to pool\n"
    "  --input PATH        file or folder in a format of data.format; -, the default: standard\n"
    "                      input\n"
    "  --output FILE       where the vectors go; -, the default: JSON lines to standard output\n"
    "  --pooling HOW       cls, the default: of [CLS]; mean, max: over all tokens; none: a vector\n"
    "                      a token, with the tokens and their places in the text\n"
    "  --layer N           -1, the default, is the last layer, -2 the one before; 0 the "
    "embeddings\n"
    "  --normalize         divides each vector by its length\n"
    "  --similarity        prints the cosine of each pair of texts and draws a heat map,\n"
    "                      NAME.similarity.svg for an output NAME.*, else embeddings.*\n"
    "  --pca N             prints the first N principal components, 2 or more, and draws the "
    "first\n"
    "                      two, NAME.pca.svg\n"
    "  --search QUERY      prints the texts of --index nearest to QUERY by cosine\n"
    "  --index FILE.h5     an output of this command, made by the same model\n"
    "  --top N             how many, 10 unless given\n"
    "  --config FILE.yaml  how to read the input: data.encoding, data.remove_noise, columns, ...\n";

enum { MOST_COMPONENTS = 100, MOST_FOUND = 100000 };

/* Options as they are written. */
typedef struct written {
    const char *pooling, *layer, *components, *top;
} written;

static mpb_status read_pooling(const char *name, mpb_vector_pooling *pooling)
{
    *pooling = name == NULL ? MPB_NUM_VECTOR_POOLINGS : mpb_vector_pooling_named(name);
    MPB_REQUIRE(name == NULL || *pooling != MPB_NUM_VECTOR_POOLINGS, MPB_ERR_CONFIG,
                "--pooling is '%.100s', cls, mean, max or none was expected (command line)", name);
    return MPB_OK;
}

static mpb_status read_numbers(const written *texts, mpb_embed_arguments *args)
{
    long layer = MPB_LAST_LAYER;

    args->top = 10;
    if (texts->layer != NULL) {
        MPB_TRY(mpb_option_integer("--layer", texts->layer, -1001, 1000, &layer));
    }
    args->wanted.layer = (int)layer;
    if (texts->components != NULL) {
        MPB_TRY(mpb_option_integer("--pca", texts->components, 2, MOST_COMPONENTS,
                                   &args->num_components));
    }
    return texts->top == NULL ? MPB_OK
                              : mpb_option_integer("--top", texts->top, 1, MOST_FOUND, &args->top);
}

static mpb_status parse(int argc, char **argv, mpb_embed_arguments *args)
{
    written texts = {0};
    const mpb_option items[] = {{"--model", &args->request.model, NULL},
                                {"--input", &args->input, NULL},
                                {"--output", &args->output, NULL},
                                {"--config", &args->request.config_path, NULL},
                                {"--pooling", &texts.pooling, NULL},
                                {"--layer", &texts.layer, NULL},
                                {"--normalize", NULL, &args->wanted.normalised},
                                {"--similarity", NULL, &args->similarity},
                                {"--pca", &texts.components, NULL},
                                {"--search", &args->query, NULL},
                                {"--index", &args->index, NULL},
                                {"--top", &texts.top, NULL}};
    const mpb_options options = {.items = items,
                                 .count = sizeof(items) / sizeof(items[0]),
                                 .overrides = args->request.overrides,
                                 .num_overrides = &args->request.num_overrides};

    MPB_TRY(mpb_options_parse(&options, argc, argv));
    MPB_REQUIRE(args->request.model != NULL, MPB_ERR_CONFIG,
                "--model DIR is needed (command line)");
    MPB_REQUIRE(texts.top == NULL || args->query != NULL, MPB_ERR_CONFIG,
                "--top is given without --search, which it belongs to (command line)");
    mpb_option_leave_out_dash(&args->input);
    mpb_option_leave_out_dash(&args->output);
    MPB_TRY(read_pooling(texts.pooling, &args->wanted.pooling));
    return read_numbers(&texts, args);
}

static mpb_status read_arguments(int argc, char **argv, mpb_embed_arguments *args)
{
    args->request.overrides = calloc((size_t)argc + 1, sizeof(*args->request.overrides));
    MPB_REQUIRE(args->request.overrides != NULL, MPB_ERR_SYSTEM, "no memory for the command line");
    MPB_TRY(parse(argc, argv, args));
    MPB_TRY(mpb_embed_check_arguments(args));
    return mpb_option_check_output("--input", args->input, args->output);
}

/* What the directory said of pooling counts, too. */
static mpb_status check_pooling(const mpb_embed_arguments *args)
{
    const bool pooled = args->wanted.pooling != MPB_VECTOR_NONE;

    MPB_REQUIRE(pooled || mpb_embed_format_of(args->output) != MPB_EMBED_NPY, MPB_ERR_CONFIG,
                "--pooling none gives texts as many vectors as they have tokens, which NumPy's "
                "format cannot hold: FILE.h5 or FILE.jsonl was expected (--output)");
    MPB_REQUIRE(pooled || (!args->similarity && args->num_components == 0 && args->query == NULL),
                MPB_ERR_CONFIG,
                "--pooling none gives a vector a token: --similarity, --pca and --search compare "
                "texts, by cls, mean or max (command line)");
    return MPB_OK;
}

static mpb_status check_count(const mpb_embed_arguments *args, size_t count)
{
    const char *where = args->input == NULL ? "standard input" : args->input;

    MPB_REQUIRE(count > 0, MPB_ERR_DATA, "there are no texts, one at least was expected (%s)",
                where);
    MPB_REQUIRE(!args->similarity || count <= MPB_SIMILARITY_TEXTS, MPB_ERR_CONFIG,
                "--similarity compares %d texts with each other at most, there are %zu: --search "
                "finds the nearest of many (%s)",
                MPB_SIMILARITY_TEXTS, count, where);
    MPB_REQUIRE((size_t)args->num_components <= count, MPB_ERR_CONFIG,
                "%ld principal components are found of as many texts at least, there are %zu "
                "(--pca, %s)",
                args->num_components, count, where);
    return MPB_OK;
}

static mpb_status make_set(const mpb_embed_model *model, const mpb_embed_arguments *args,
                           const mpb_dataset *dataset, mpb_vector_set *set)
{
    mpb_documents documents = {0};
    mpb_status status = mpb_documents_find(dataset, &documents);

    if (status == MPB_OK) {
        status = check_count(args, documents.count);
    }
    status = mpb_comm_agree(model->comm, status);
    if (status == MPB_OK) {
        set->facts = mpb_embedding_facts(model->opened, model->config, &args->wanted);
        status = mpb_embedding_make(model->comm, model->inference, model->opened, model->config,
                                    dataset, &documents, set);
    }
    mpb_documents_clear(&documents);
    return status;
}

/* JSON lines and NumPy's format have no texts. */
static bool needs_texts(const mpb_embed_arguments *args)
{
    return args->similarity || args->num_components > 0 ||
           args->wanted.pooling == MPB_VECTOR_NONE ||
           mpb_embed_format_of(args->output) == MPB_EMBED_HDF5;
}

/* An index alone needs to know which weights it is of, and hashing these takes a while. */
static mpb_status write(const mpb_embed_model *model, const mpb_embed_arguments *args,
                        mpb_vector_set *set)
{
    if (mpb_embed_format_of(args->output) == MPB_EMBED_HDF5) {
        MPB_TRY(mpb_inference_digest(model->inference, set->facts.weights_sha256));
    }
    return mpb_embed_write(model->log, args, model->opened, set);
}

static mpb_status embed(const mpb_embed_model *model, const mpb_embed_arguments *args)
{
    mpb_dataset dataset = {0};
    mpb_vector_set set = {0};
    mpb_status status = mpb_texts_load(model->log, model->comm, model->config, model->opened,
                                       args->input, needs_texts(args), &dataset);

    if (status == MPB_OK) {
        status = make_set(model, args, &dataset, &set);
    }
    mpb_dataset_clear(&dataset);
    if (status == MPB_OK && mpb_comm_rank(model->comm) == 0) {
        status = write(model, args, &set);
    }
    mpb_vector_set_clear(&set);
    return mpb_comm_agree(model->comm, status);
}

static mpb_status run(const mpb_log *log, const mpb_comm *comm, const mpb_embed_arguments *args,
                      const mpb_opened_model *opened, const mpb_run_config *config)
{
    mpb_embed_model model = {.log = log, .comm = comm, .config = config, .opened = opened};
    mpb_status status = mpb_inference_create(log, comm, opened, config, NULL, &model.inference);

    if (status == MPB_OK) {
        status = (args->query == NULL ? embed : mpb_embed_search)(&model, args);
    }
    mpb_inference_destroy(&model.inference);
    return status;
}

mpb_status mpb_job_embed(const mpb_log *log, const mpb_comm *comm, int argc, char **argv)
{
    mpb_run_config config = {0};
    mpb_opened_model opened = {0};
    mpb_embed_arguments args = {0};
    mpb_status status = mpb_comm_agree(comm, read_arguments(argc, argv, &args));

    if (status == MPB_OK) {
        status = mpb_inference_open(log, comm, &args.request, &opened, &config);
    }
    if (status == MPB_OK) {
        status = mpb_comm_agree(comm, mpb_embedding_settle(&opened, &args.wanted));
    }
    if (status == MPB_OK) {
        status = check_pooling(&args);
    }
    if (status == MPB_OK) {
        status = run(log, comm, &args, &opened, &config);
    }
    mpb_opened_model_close(&opened);
    mpb_run_config_clear(&config);
    free(args.request.overrides);
    return status;
}
