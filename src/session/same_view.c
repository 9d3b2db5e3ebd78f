#include "mpibert/session/same_view.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

mpb_status mpb_same_config(const mpb_comm *comm, const mpb_run_config *config, const char *path)
{
    mpb_buffer text = {0};
    mpb_status status = mpb_comm_agree(comm, mpb_run_config_write(config, &text));

    if (status == MPB_OK) {
        status = mpb_comm_compare(comm, text.data, text.size, "the configuration",
                                  path == NULL ? "command line" : path);
    }
    mpb_buffer_clear(&text);
    return status;
}

/* What a model's directory says, without what a run trains of it, which mpb_same_config has. */
static mpb_status describe_model(const mpb_opened_model *opened, mpb_buffer *text)
{
    const mpb_model_config *config = &opened->config;
    const size_t size = offsetof(mpb_model_config, num_labels) + sizeof(config->num_labels);

    MPB_TRY(mpb_buffer_append(text, config, size));
    for (size_t i = 0; i < opened->label_names.count; i++) {
        MPB_TRY(mpb_buffer_append_format(text, "%s\n", opened->label_names.items[i]));
    }
    return mpb_buffer_append_format(text, "%d %s", opened->length, opened->vocab_sha256);
}

mpb_status mpb_same_model(const mpb_comm *comm, const mpb_opened_model *opened)
{
    mpb_buffer text = {0};
    mpb_status status = mpb_comm_agree(comm, describe_model(opened, &text));

    if (status == MPB_OK) {
        status = mpb_comm_compare(comm, text.data, text.size, "the model", opened->directory);
    }
    mpb_buffer_clear(&text);
    return status;
}

/* Four FNV-1a hashes of 64 bits side by side, of the bits of every fourth weight. */
static void hash_weights(const float *weights, size_t count, uint64_t hashes[4])
{
    static const uint64_t begin = UINT64_C(14695981039346656037);
    static const uint64_t prime = UINT64_C(1099511628211);

    for (int i = 0; i < 4; i++) {
        hashes[i] = begin;
    }
    for (size_t i = 0; i < count; i++) {
        uint32_t bits;

        memcpy(&bits, &weights[i], sizeof(bits));
        hashes[i % 4] = (hashes[i % 4] ^ bits) * prime;
    }
}

mpb_status mpb_same_weights(const mpb_comm *comm, const float *weights, size_t count,
                            const char *where)
{
    uint64_t hashes[4];

    if (mpb_comm_size(comm) == 1) {
        return MPB_OK;
    }
    hash_weights(weights, count, hashes);
    return mpb_comm_compare(comm, hashes, sizeof(hashes), "the weights", where);
}

mpb_status mpb_same_data(const mpb_comm *comm, const mpb_dataset *dataset, const char *where)
{
    char digest[MPB_SHA256_TEXT] = "";

    if (mpb_comm_size(comm) == 1) {
        return MPB_OK;
    }
    MPB_TRY(mpb_comm_agree(comm, mpb_dataset_digest(dataset, digest)));
    return mpb_comm_compare(comm, digest, sizeof(digest), "the data", where);
}
