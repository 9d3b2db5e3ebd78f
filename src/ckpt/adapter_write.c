#include "bottleneck_dir.h"
#include "model_dir_internal.h"
#include "mpibert/ckpt/adapter.h"
#include "peft.h"

mpb_status mpb_adapter_write(const char *directory, const mpb_model_dir_content *content,
                             const char *base)
{
    MPB_TRY(model_dir_write_companions(directory, content));
    MPB_TRY(content->config->bottleneck.kind != MPB_NO_BOTTLENECK
                ? bottleneck_dir_write_configs(directory, content, base)
                : peft_write_config(directory, content, base));
    return mpb_adapter_write_weights(directory, content);
}
