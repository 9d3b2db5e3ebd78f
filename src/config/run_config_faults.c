#include "run_config_faults.h"

#include <string.h>

/* Bytes of all lines: what a status describes, less room for the line that counts the rest. */
enum { LONGEST_TEXT = 960 };

static const char SEPARATOR[] = "\n    ";

static mpb_status append(run_faults *faults, const char *fault)
{
    size_t size = faults->text.size + sizeof(SEPARATOR) + strlen(fault);

    faults->count++;
    if (faults->shown > 0 && size > LONGEST_TEXT) {
        return MPB_OK;
    }
    MPB_TRY(mpb_buffer_append_text(&faults->text, faults->shown == 0 ? "" : SEPARATOR));
    faults->shown++;
    return mpb_buffer_append_text(&faults->text, fault);
}

mpb_status run_faults_take(run_faults *faults, mpb_status status)
{
    return status == MPB_ERR_CONFIG ? append(faults, mpb_status_last()) : status;
}

mpb_status run_faults_tell(const run_faults *faults)
{
    if (faults->count == 0) {
        return MPB_OK;
    }
    if (faults->count > faults->shown) {
        return MPB_FAIL(MPB_ERR_CONFIG, "%s%sand %zu more", faults->text.data, SEPARATOR,
                        faults->count - faults->shown);
    }
    return MPB_FAIL(MPB_ERR_CONFIG, "%s", faults->text.data);
}

void run_faults_clear(run_faults *faults)
{
    mpb_buffer_clear(&faults->text);
}
