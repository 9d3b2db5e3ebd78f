/* Numbers and bytes packed one behind the other. */

#include "parcel.h"

#include "check.h"

/* Texts of odd lengths put what follows at any address. */
static void what_was_packed_is_unpacked_in_the_same_order(void)
{
    static const char bytes[] = {0, 1, 0, 2};
    mpb_buffer packed = {0};
    mpb_parcel parcel;
    size_t size;

    for (uint64_t i = 0; i < 9; i++) {
        CHECK_OK(mpb_parcel_put_number(&packed, UINT64_MAX - i));
        CHECK_OK(mpb_parcel_put_text(&packed, "long text" + i));
        CHECK_OK(mpb_parcel_put_bytes(&packed, bytes, sizeof(bytes)));
        CHECK_OK(mpb_parcel_put_bytes(&packed, NULL, 0));
    }
    parcel = mpb_parcel_open(&packed);
    for (uint64_t i = 0; i < 9; i++) {
        CHECK(!mpb_parcel_ends(&parcel));
        CHECK(mpb_parcel_number(&parcel) == UINT64_MAX - i);
        CHECK_TEXT(mpb_parcel_text(&parcel), "long text" + i);
        CHECK(memcmp(mpb_parcel_bytes(&parcel, &size), bytes, sizeof(bytes)) == 0);
        CHECK(size == sizeof(bytes));
        (void)mpb_parcel_bytes(&parcel, &size);
        CHECK(size == 0);
    }
    CHECK(mpb_parcel_ends(&parcel));
    mpb_buffer_clear(&packed);
}

static void a_parcel_of_nothing_has_ended(void)
{
    const mpb_buffer nothing = {0};
    mpb_parcel parcel = mpb_parcel_open(&nothing);

    CHECK(mpb_parcel_ends(&parcel));
}

int main(void)
{
    what_was_packed_is_unpacked_in_the_same_order();
    a_parcel_of_nothing_has_ended();
    return 0;
}
