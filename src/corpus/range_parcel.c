#include "scan.h"

mpb_range_parcel mpb_range_parcel_next(mpb_parcel *parcel)
{
    mpb_range_parcel found = {.range = (size_t)mpb_parcel_number(parcel)};

    found.count = mpb_parcel_number(parcel);
    found.num_bad = mpb_parcel_number(parcel);
    found.first_bad = mpb_parcel_text(parcel);
    found.digest = mpb_parcel_text(parcel);
    found.num_names = mpb_parcel_number(parcel);
    found.names = *parcel;
    for (uint64_t i = 0; i < found.num_names; i++) {
        (void)mpb_parcel_text(parcel);
    }
    found.tags = mpb_parcel_bytes(parcel, &found.tags_size);
    found.labels = mpb_parcel_bytes(parcel, &found.labels_size);
    found.ids = mpb_parcel_bytes(parcel, &found.ids_size);
    return found;
}
