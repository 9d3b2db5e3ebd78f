/* Written by make_multilabel_goldens.py; not for editing. */

static const float SEVERAL_LOGITS[] = {
    -0.25f,        1.46000004f,   -3.0f,         1.91999996f,     -1.01999998f,  3.69000006f,
    -3.0f,         0.349999994f,  -0.140000001f, 0.560000002f,    -3.0f,         4.80000019f,
    2.86999989f,   -3.11999989f,  -3.0f,         -4.75f,          4.07999992f,   -3.76999998f,
    -3.0f,         1.62f,         0.980000019f,  -2.20000005f,    -3.0f,         -3.55999994f,
    -2.92000008f,  2.76999998f,   -3.0f,         0.49000001f,     1.62f,         0.790000021f,
    -3.0f,         0.239999995f,  0.430000007f,  2.36999989f,     -3.0f,         1.64999998f,
    2.82999992f,   -1.08000004f,  -3.0f,         -1.0f,           2.56999993f,   3.25f,
    -3.0f,         -2.96000004f,  -1.01999998f,  0.939999998f,    -3.0f,         1.19000006f,
    1.98000002f,   1.85000002f,   -3.0f,         1.87f,           -1.48000002f,  0.469999999f,
    -3.0f,         4.65999985f,   1.39999998f,   -0.00999999978f, -3.0f,         2.06999993f,
    -1.98000002f,  -0.140000001f, -3.0f,         1.84000003f,     -0.589999974f, 1.74000001f,
    -3.0f,         1.61000001f,   -2.43000007f,  1.42999995f,     -3.0f,         -0.839999974f,
    0.0900000036f, -2.95000005f,  -3.0f,         0.839999974f,    -1.09000003f,  0.469999999f,
    -3.0f,         -1.73000002f,  -5.32999992f,  -4.69000006f,    -3.0f,         -2.24000001f,
    -0.589999974f, 1.13999999f,   -3.0f,         2.38000011f,     -0.899999976f, 1.13f,
    -3.0f,         2.43000007f,   1.38f,         0.730000019f,    -3.0f,         1.53999996f,
    1.73000002f,   1.91999996f,   -3.0f,         3.1099999f};
static const float SEVERAL_TARGETS[] = {
    0.0f, 0.0f, 0.0f, 0.0f, 0.0f, 0.0f, 0.0f, 0.0f, 0.0f, 0.0f, 0.0f, 0.0f, 0.0f, 0.0f, 0.0f,
    0.0f, 0.0f, 0.0f, 0.0f, 0.0f, 1.0f, 0.0f, 0.0f, 0.0f, 0.0f, 0.0f, 0.0f, 0.0f, 0.0f, 1.0f,
    1.0f, 0.0f, 0.0f, 0.0f, 1.0f, 1.0f, 1.0f, 0.0f, 1.0f, 1.0f, 1.0f, 0.0f, 0.0f, 1.0f, 0.0f,
    0.0f, 1.0f, 1.0f, 0.0f, 0.0f, 1.0f, 1.0f, 0.0f, 0.0f, 0.0f, 1.0f, 0.0f, 1.0f, 1.0f, 1.0f,
    0.0f, 0.0f, 0.0f, 0.0f, 0.0f, 1.0f, 0.0f, 1.0f, 1.0f, 1.0f, 1.0f, 0.0f, 0.0f, 0.0f, 0.0f,
    0.0f, 0.0f, 0.0f, 0.0f, 0.0f, 0.0f, 1.0f, 0.0f, 0.0f, 0.0f, 0.0f, 0.0f, 0.0f, 1.0f, 0.0f,
    0.0f, 1.0f, 0.0f, 0.0f, 0.0f, 1.0f, 0.0f, 0.0f, 1.0f, 1.0f};
static const double SEVERAL_VALUES[] = {
    1.0715987414643928,  0.080000000000000002, 0.31914893617021278, 0.51724137931034486,
    0.39473684210526316, 0.23161764705882354,  0.50454545454545452, 0.31158952609256874,
    0.26318458417849899, 0.51724137931034486,  0.34330787768571919, 0.32666666666666666,
    0.34000000000000002, 0.30666666666666664,  0.36351364323949298};
static const double SEVERAL_LABELS[] = {0.25,
                                        0.59999999999999998,
                                        0.35294117647058826,
                                        5.0,
                                        0.17647058823529413,
                                        0.59999999999999998,
                                        0.27272727272727271,
                                        5.0,
                                        0.0,
                                        0.0,
                                        0.0,
                                        8.0,
                                        0.5,
                                        0.81818181818181823,
                                        0.62068965517241381,
                                        11.0};
static const float NO_TARGET_LOGITS[] = {1.0f, -1.0f, -1.0f, -2.0f, 0.5f, 3.0f};
static const float NO_TARGET_TARGETS[] = {0.0f, 0.0f, 0.0f, 0.0f, 0.0f, 0.0f};
static const double NO_TARGET_VALUES[] = {1.0148962348919148,
                                          0.33333333333333331,
                                          0.0,
                                          0.0,
                                          0.0,
                                          0.0,
                                          0.0,
                                          0.0,
                                          0.0,
                                          0.0,
                                          0.0,
                                          0.0,
                                          0.0,
                                          0.0,
                                          0.4938629669027334};
static const double NO_TARGET_LABELS[] = {0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0};
static const float NOTHING_AT_ALL_LOGITS[] = {-1.0f, -1.0f, -1.0f, -1.0f, -1.0f, -1.0f,
                                              -1.0f, -1.0f, -1.0f, -1.0f, -1.0f, -1.0f};
static const float NOTHING_AT_ALL_TARGETS[] = {0.0f, 0.0f, 0.0f, 0.0f, 0.0f, 0.0f,
                                               0.0f, 0.0f, 0.0f, 0.0f, 0.0f, 0.0f};
static const double NOTHING_AT_ALL_VALUES[] = {
    0.31326168751822281, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0,
    0.26894142136999516};
static const double NOTHING_AT_ALL_LABELS[] = {0.0, 0.0, 0.0, 0.0, 0.0, 0.0,
                                               0.0, 0.0, 0.0, 0.0, 0.0, 0.0};
static const float ALL_LABELS_RIGHT_LOGITS[] = {2.0f, -2.0f, 0.100000001f, -1.0f, 5.0f, 1.0f};
static const float ALL_LABELS_RIGHT_TARGETS[] = {1.0f, 0.0f, 1.0f, 0.0f, 1.0f, 1.0f};
static const double ALL_LABELS_RIGHT_VALUES[] = {
    0.25524856749620728, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0,
    0.20966705830966184};
static const double ALL_LABELS_RIGHT_LABELS[] = {1.0, 1.0, 1.0, 1.0, 1.0, 1.0,
                                                 1.0, 1.0, 1.0, 1.0, 1.0, 2.0};
static const float AT_THE_THRESHOLD_LOGITS[] = {0.0f, 1.00000001e-07f, -0.0f, -1.00000001e-07f};
static const float AT_THE_THRESHOLD_TARGETS[] = {1.0f, 1.0f, 0.0f, 1.0f};
static const double AT_THE_THRESHOLD_VALUES[] = {0.69314718055994584,
                                                 0.0,
                                                 1.0,
                                                 0.33333333333333331,
                                                 0.5,
                                                 0.5,
                                                 0.25,
                                                 0.33333333333333331,
                                                 0.66666666666666663,
                                                 0.33333333333333331,
                                                 0.44444444444444442,
                                                 0.5,
                                                 0.25,
                                                 0.33333333333333331,
                                                 0.25};
static const double AT_THE_THRESHOLD_LABELS[] = {0.0, 0.0, 0.0, 1.0, 1.0, 0.5, 0.66666666666666663,
                                                 2.0};
static const float HUGE_LOGITS_LOGITS[] = {3.00000001e+38f, -3.00000001e+38f, 90.0f, -90.0f};
static const float HUGE_LOGITS_TARGETS[] = {1.0f, 0.0f, 1.0f, 0.0f};
static const double HUGE_LOGITS_VALUES[] = {
    2.0485031559976287e-40, 1.0, 1.0, 1.0, 1.0, 0.5, 0.5, 0.5, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0,
    2.0485031559976287e-40};
static const double HUGE_LOGITS_LABELS[] = {1.0, 1.0, 1.0, 2.0, 0.0, 0.0, 0.0, 0.0};
static const struct {
    const char *name;
    size_t num_examples;
    int num_labels;
    const float *logits;
    const float *targets;
    /* loss, accuracy; precision, recall, F1: micro, macro, weighted, samples; calibration */
    const double *expected;
    const double *labels; /* precision, recall, F1, support of each */
} MULTILABEL_CASES[] = {
    {"several", 25, 4, SEVERAL_LOGITS, SEVERAL_TARGETS, SEVERAL_VALUES, SEVERAL_LABELS},
    {"no_target", 3, 2, NO_TARGET_LOGITS, NO_TARGET_TARGETS, NO_TARGET_VALUES, NO_TARGET_LABELS},
    {"nothing_at_all", 4, 3, NOTHING_AT_ALL_LOGITS, NOTHING_AT_ALL_TARGETS, NOTHING_AT_ALL_VALUES,
     NOTHING_AT_ALL_LABELS},
    {"all_labels_right", 2, 3, ALL_LABELS_RIGHT_LOGITS, ALL_LABELS_RIGHT_TARGETS,
     ALL_LABELS_RIGHT_VALUES, ALL_LABELS_RIGHT_LABELS},
    {"at_the_threshold", 2, 2, AT_THE_THRESHOLD_LOGITS, AT_THE_THRESHOLD_TARGETS,
     AT_THE_THRESHOLD_VALUES, AT_THE_THRESHOLD_LABELS},
    {"huge_logits", 2, 2, HUGE_LOGITS_LOGITS, HUGE_LOGITS_TARGETS, HUGE_LOGITS_VALUES,
     HUGE_LOGITS_LABELS},
};
