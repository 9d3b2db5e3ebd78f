#include "corpus_internal.h"
#include "scan.h"

void mpb_corpus_report_skipped(const mpb_corpus *corpus, const mpb_log *log, uint64_t skipped)
{
    if (skipped > 0) {
        mpb_log_warning(log, "%llu wrong examples were left out; the first: %s",
                        (unsigned long long)skipped,
                        corpus->first_bad[0] == '\0' ? "too long a question" : corpus->first_bad);
    }
}

/* Two spellings of one class are classes of their own to the program. */
static mpb_status warn_of_spellings(const mpb_corpus *corpus, const mpb_log *log)
{
    const char *first;
    const char *second;

    if (mpb_corpus_given_names(corpus) != NULL) {
        return MPB_OK;
    }
    MPB_TRY(mpb_label_names_look_alike(&corpus->label_names, &first, &second));
    if (first != NULL) {
        mpb_log_warning(log,
                        "labels '%s' and '%s' differ only by blanks or case: they are two classes "
                        "(%s)",
                        first, second, corpus->inputs[0].name);
    }
    return MPB_OK;
}

/* What the tags of entities do not agree in. */
static void warn_of_tags(const mpb_corpus *corpus, const mpb_log *log)
{
    char warning[MPB_TAG_WARNING_SIZE];

    if (mpb_tag_survey_judge(&corpus->tags, warning)) {
        mpb_log_warning(log, "%s", warning);
    }
}

mpb_status mpb_corpus_report_labels(const mpb_corpus *corpus, const mpb_log *log)
{
    warn_of_tags(corpus, log);
    return warn_of_spellings(corpus, log);
}

mpb_status mpb_corpus_check_tags(const mpb_corpus *corpus)
{
    const mpb_strings *names = &corpus->label_names;

    MPB_REQUIRE(mpb_task_data_of(corpus->options->read.task)->labels != MPB_LABELS_TAGS ||
                    mpb_corpus_given_names(corpus) != NULL || names->count > 1,
                MPB_ERR_DATA,
                "all words have the tag '%s', two different ones at least were expected (%s)",
                names->count == 0 ? "" : names->items[0], corpus->inputs[0].name);
    return MPB_OK;
}

void mpb_corpus_report_truncation(const mpb_corpus *corpus, const mpb_log *log,
                                  const mpb_truncation *t)
{
    const mpb_labels labels = mpb_task_data_of(corpus->options->read.task)->labels;
    char cuts[MPB_CUTS_SIZE];

    mpb_truncation_describe_cuts(t, cuts);
    mpb_log_info(log, "%s", cuts);
    if (t->chunks > 0) {
        mpb_log_info(log, "%llu of %llu texts became %llu chunks",
                     (unsigned long long)t->chunked_texts, (unsigned long long)t->texts,
                     (unsigned long long)t->chunks);
    }
    if (t->targets > 0) {
        mpb_truncation_describe_targets(t, labels == MPB_LABELS_ANSWERS ? "answers" : "entities",
                                        cuts);
        mpb_log_info(log, "%s", cuts);
    }
}
