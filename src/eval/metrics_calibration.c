#include "mpibert/eval/metrics_calibration.h"

#include <assert.h>
#include <math.h>

/* Bins are closed above: the smallest m with confidence <= (m + 1) / 15. */
static int bin_of(double confidence)
{
    int bin = 0;

    while (bin + 1 < MPB_CALIBRATION_BINS && confidence > (bin + 1.0) / MPB_CALIBRATION_BINS) {
        bin++;
    }
    return bin;
}

void mpb_calibration_add(mpb_calibration *calibration, double confidence, bool hit)
{
    const int bin = bin_of(confidence);

    assert(confidence >= 0.0);
    calibration->predictions[bin]++;
    calibration->hits[bin] += hit ? 1 : 0;
    calibration->confidence[bin] += confidence;
}

double mpb_calibration_error(const mpb_calibration *calibration)
{
    int64_t total = 0;
    double gaps = 0.0;

    for (int bin = 0; bin < MPB_CALIBRATION_BINS; bin++) {
        total += calibration->predictions[bin];
        gaps += fabs((double)calibration->hits[bin] - calibration->confidence[bin]);
    }
    return total > 0 ? gaps / (double)total : NAN;
}

double mpb_perplexity(double loss, uint64_t count)
{
    return count > 0 ? exp(loss / (double)count) : NAN;
}
