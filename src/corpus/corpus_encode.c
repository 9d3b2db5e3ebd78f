#include "corpus_internal.h"

/* The sink that encodes the selected records of one range. */
typedef struct encoding {
    const mpb_corpus *corpus;
    mpb_encoder *encoder;
    mpb_dataset *dataset;
    mpb_deal *serve;
    uint64_t next; /* the number of the next record */
} encoding;

static mpb_status check_repeated(const mpb_corpus *corpus, uint64_t number,
                                 const mpb_record *record)
{
    char where[MPB_PLACE_SIZE];

    if (!mpb_corpus_is_repeated(corpus, number)) {
        return MPB_OK;
    }
    mpb_place_describe(&record->place, where);
    return MPB_FAIL(MPB_ERR_DATA, "id '%s' is repeated (%s)", record->id, where);
}

/* What the scan let pass may still not fit, as a question that leaves its context no room. */
static mpb_status encode(encoding *e, const mpb_record *record, uint64_t number)
{
    mpb_status status = mpb_encoder_add(e->encoder, record, number, e->dataset);

    if (status == MPB_ERR_DATA && e->corpus->options->read.skip_bad) {
        mpb_encoder_skip(e->encoder);
    }
    return status;
}

static mpb_status take(void *context, const mpb_record *record)
{
    encoding *e = context;
    const mpb_corpus *corpus = e->corpus;
    const mpb_strings *names = corpus->label_names.count > 0 ? &corpus->label_names : NULL;
    uint64_t number;

    MPB_TRY(mpb_record_check(record, &corpus->options->read, names));
    number = e->next++;
    MPB_TRY(check_repeated(corpus, number, record));
    if (!mpb_corpus_is_selected(corpus, number)) {
        return MPB_OK;
    }
    if (e->serve != NULL) {
        MPB_TRY(mpb_deal_serve(e->serve));
    }
    return encode(e, record, number);
}

mpb_status mpb_corpus_encode(const mpb_corpus *corpus, size_t range, mpb_encoder *encoder,
                             mpb_input_scratch *scratch, mpb_deal *serve, mpb_dataset *dataset)
{
    const mpb_range *stretch = &corpus->ranges.items[range];
    encoding e = {.corpus = corpus,
                  .encoder = encoder,
                  .dataset = dataset,
                  .serve = serve,
                  .next = corpus->first[range]};
    mpb_sink sink = {.take = take, .context = &e, .skip_bad = corpus->options->read.skip_bad};

    MPB_TRY(mpb_input_read(&corpus->inputs[stretch->input], stretch, scratch, &sink));
    return mpb_encoder_flush(encoder, dataset);
}

mpb_status mpb_corpus_encoder(const mpb_corpus *corpus, mpb_encoder **encoder)
{
    mpb_encode_options options = corpus->options->encode;

    options.label_names = &corpus->label_names;
    options.num_scores = mpb_num_scores(&corpus->options->read);
    return mpb_encoder_create(&options, encoder);
}
