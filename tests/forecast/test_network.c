/* Rates and times as people write them. */

#include "check.h"
#include "mpibert/forecast/network.h"

static double rate_of(const char *text)
{
    mpb_network network;

    CHECK_OK(mpb_network_parse("--network", text, &network));
    return network.bytes_per_second;
}

static void a_rate_is_bits_a_second_of_which_a_share_is_data(void)
{
    const double gigabit = MPB_LINK_SHARE * 1e9 / 8.0;
    const char *const hundred[] = {"100Gb",   "100 Gb", "100GbE", "100Gbit", "100Gb/s",
                                   "100Gbps", "100G",   "0.1Tb",  "100000Mb"};

    for (size_t i = 0; i < sizeof(hundred) / sizeof(*hundred); i++) {
        CHECK_NEAR(rate_of(hundred[i]), 100.0 * gigabit, 1e-6 * gigabit);
    }
    CHECK_NEAR(rate_of("1Gb"), gigabit, 1e-6 * gigabit);
    CHECK_NEAR(rate_of("400Mb/s"), 0.4 * gigabit, 1e-6 * gigabit);
}

static void what_is_no_rate_is_refused_by_name(void)
{
    const char *const wrong[] = {"",        "fast", "100",   "0Gb",    "-1Gb",  "100GB",
                                 "1e999Gb", "Gb",   "0x1Gb", "10 GbX", " 10Gb", "nanGb"};
    mpb_network network;

    for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
        CHECK_FAILS(mpb_network_parse("--network", wrong[i], &network), MPB_ERR_CONFIG,
                    "as in 100Gb, 10GbE");
    }
}

static void a_latency_is_a_time(void)
{
    double seconds = 0.0;

    CHECK_OK(mpb_latency_parse("--latency", "15us", &seconds));
    CHECK_NEAR(seconds, 15e-6, 1e-12);
    CHECK_OK(mpb_latency_parse("--latency", "0.2 ms", &seconds));
    CHECK_NEAR(seconds, 2e-4, 1e-12);
    CHECK_OK(mpb_latency_parse("--latency", "20e-6", &seconds));
    CHECK_NEAR(seconds, 2e-5, 1e-12);
    CHECK_FAILS(mpb_latency_parse("--latency", "15min", &seconds), MPB_ERR_CONFIG,
                "--latency is '15min'");
}

int main(void)
{
    a_rate_is_bits_a_second_of_which_a_share_is_data();
    what_is_no_rate_is_refused_by_name();
    a_latency_is_a_time();
    return 0;
}
