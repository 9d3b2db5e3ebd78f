/* Principal components; tests/jobs/embed.sh compares them with scikit-learn's. */

#include "mpibert/vectors/pca.h"

#include "check.h"

/* Numbers of an ellipse in a plane of `width` dimensions: x along the first, y along the last. */
static void fill_ellipse(size_t count, size_t width, float *rows)
{
    memset(rows, 0, count * width * sizeof(*rows));
    for (size_t i = 0; i < count; i++) {
        const double angle = 6.283185307179586 * (double)i / (double)count;

        rows[i * width] = (float)(3.0 * cos(angle) + 5.0);
        rows[i * width + width - 1] = (float)(-2.0 * sin(angle));
    }
}

/* The axes are the components, whichever side is longer; floats hold the ellipse to 2e-7. The
 * largest number of a component is positive, so y is turned round. */
static void components_are_the_axes(size_t count, size_t width)
{
    float rows[64 * 8];
    mpb_pca pca = {0};

    fill_ellipse(count, width, rows);
    CHECK_OK(mpb_pca_fit(count, width, rows, 2, &pca));
    CHECK_NEAR(pca.components[0], 1.0, 1e-6);
    CHECK_NEAR(pca.components[2 * width - 1], 1.0, 1e-6);
    CHECK_NEAR(pca.mean[0], 5.0, 1e-6);
    CHECK_NEAR(pca.ratios[0], 9.0 / 13.0, 1e-6);
    CHECK_NEAR(pca.ratios[1], 4.0 / 13.0, 1e-6);
    for (size_t i = 0; i < count; i++) {
        const double angle = 6.283185307179586 * (double)i / (double)count;

        CHECK_NEAR(pca.projected[2 * i], 3.0 * cos(angle), 2e-6);
        CHECK_NEAR(pca.projected[2 * i + 1], -2.0 * sin(angle), 2e-6);
    }
    mpb_pca_clear(&pca);
}

static void what_does_not_vary_has_no_component(void)
{
    const float alike[] = {1.0f, 2.0f, 3.0f, 1.0f, 2.0f, 3.0f};
    const float line[] = {1.0f, 2.0f, 3.0f, 1.0f, 4.0f, 3.0f};
    mpb_pca pca = {0};

    CHECK_OK(mpb_pca_fit(2, 3, alike, 2, &pca));
    for (size_t i = 0; i < 4; i++) {
        CHECK(pca.projected[i] == 0.0 && pca.ratios[i / 2] == 0.0);
    }
    mpb_pca_clear(&pca);
    CHECK_OK(mpb_pca_fit(2, 3, line, 2, &pca));
    CHECK_NEAR(pca.ratios[0], 1.0, 1e-15);
    CHECK_NEAR(pca.projected[0], -1.0, 1e-15);
    CHECK(pca.projected[1] == 0.0 && pca.ratios[1] == 0.0);
    mpb_pca_clear(&pca);
}

static void more_components_than_there_are_is_refused(void)
{
    const float rows[6] = {0.0f};
    mpb_pca pca = {0};

    CHECK_FAILS(mpb_pca_fit(2, 3, rows, 3, &pca), MPB_ERR_CONFIG,
                "3 principal components of 2 vectors of 3 numbers were asked for");
    CHECK(pca.projected == NULL);
}

int main(void)
{
    components_are_the_axes(64, 8); /* columns are fewer */
    components_are_the_axes(5, 8);  /* rows are */
    components_are_the_axes(8, 8);
    what_does_not_vary_has_no_component();
    more_components_than_there_are_is_refused();
    return 0;
}
