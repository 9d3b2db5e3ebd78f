#include "mpibert/model/lora.h"

#include <math.h>
#include <string.h>

bool mpb_lora_finds(const char *target, const char *module, size_t length)
{
    const size_t end = strlen(target);

    return end <= length && memcmp(module + length - end, target, end) == 0 &&
           (end == length || module[length - end - 1] == '.');
}

float mpb_lora_scale(const mpb_lora *lora)
{
    const double rank = (double)lora->rank;

    return (float)(lora->alpha / (lora->use_rslora ? sqrt(rank) : rank));
}

void mpb_lora_merge(const mpb_lora *lora, int out, int in, const float *a, const float *b,
                    float *weight)
{
    const float scale = mpb_lora_scale(lora);

    for (size_t o = 0; o < (size_t)out; o++) {
        float *row = weight + o * (size_t)in;

        for (size_t k = 0; k < (size_t)lora->rank; k++) {
            const float factor = scale * b[o * (size_t)lora->rank + k];

            for (size_t i = 0; i < (size_t)in; i++) {
                row[i] += factor * a[k * (size_t)in + i];
            }
        }
    }
}
