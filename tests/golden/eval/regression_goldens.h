/* Written by make_regression_goldens.py; not for editing. */

static const float SMOOTH_X[] = {
    -1.73213482f,  -0.083696194f, -1.16322601f,   -0.629288077f, -0.488005817f,
    -0.713313401f, 0.553378463f,  -0.0630859733f, -0.589431286f, 0.409637839f,
    0.829855323f,  -1.64302337f,  -0.256730139f,  -0.980747342f, -0.173155218f,
    -1.2894187f,   0.0206903946f, -0.0378857404f, -0.30433774f,  -1.04792655f,
    -0.396190345f, -1.09132886f,  -1.35520875f,   0.22478573f,   -1.10934997f};
static const float SMOOTH_Y[] = {
    0.304228693f,  0.67473954f,  -2.57942963f, -0.0425151698f, -1.34571958f,
    -0.323599488f, 0.320321232f, -2.0199728f,  -0.528138161f,  -0.0509711131f,
    1.37692821f,   -2.00295854f, 0.609676838f, -1.58934641f,   -0.417868495f,
    -1.48518252f,  1.45907652f,  0.549270213f, 2.27956367f,    0.117953107f,
    0.646897554f,  0.295018435f, -1.28421593f, 0.0423644185f,  0.795713902f};
static const float TIES_X[] = {3.0f, 4.0f, -0.0f, 5.0f, 2.0f, 2.0f,  3.0f,  2.0f, 4.0f,  1.0f,
                               0.0f, 1.0f, 2.0f,  3.0f, 0.0f, -1.0f, -1.0f, 1.0f, -0.0f, 4.0f,
                               1.0f, 2.0f, 3.0f,  1.0f, 1.0f, 2.0f,  3.0f,  4.0f, -0.0f, 3.0f};
static const float TIES_Y[] = {3.4000001f,   4.0f,        0.0f,         4.19999981f,  2.4000001f,
                               2.5999999f,   3.20000005f, 1.39999998f,  5.0f,         0.200000003f,
                               1.39999998f,  1.79999995f, 2.79999995f,  2.0f,         0.600000024f,
                               0.200000003f, 0.0f,        0.200000003f, 0.600000024f, 5.0f,
                               0.800000012f, 3.20000005f, 3.79999995f,  1.20000005f,  1.39999998f,
                               2.20000005f,  1.20000005f, 5.0f,         0.800000012f, 4.5999999f};
static const float OPPOSED_X[] = {3.0f, 2.0f, 2.0f, 1.0f};
static const float OPPOSED_Y[] = {1.0f, 2.0f, 2.0f, 3.0f};
static const float TWO_X[] = {0.300000012f, 0.699999988f};
static const float TWO_Y[] = {5.0f, 1.0f};
static const float ONE_X[] = {0.25f};
static const float ONE_Y[] = {1.0f};
static const float CONSTANT_X[] = {2.5f, 2.5f, 2.5f, 2.5f, 2.5f, 2.5f};
static const float CONSTANT_Y[] = {0.0f, 1.0f, 2.0f, 3.0f, 4.0f, 5.0f};
static const float CONSTANT_TARGETS_X[] = {0.0f, 1.0f, 2.0f};
static const float CONSTANT_TARGETS_Y[] = {4.0f, 4.0f, 4.0f};
static const float NEARLY_CONSTANT_X[] = {1.0f,        1.00000012f, 1.00000024f,
                                          1.00000036f, 1.00000048f, 1.0000006f,
                                          1.00000072f, 1.00000083f, 1.00000095f};
static const float NEARLY_CONSTANT_Y[] = {-0.20476611f,  -0.352257013f, 0.265090913f,
                                          -0.464244604f, -0.47863847f,  -0.721315742f,
                                          -0.519759774f, 0.160226703f,  -0.380352736f};
static const float HUGE_X[] = {3.00000001e+38f, -3.00000001e+38f, 9.99999968e+37f, 1.99999994e+38f};
static const float HUGE_Y[] = {-1.99999994e+38f, 3.00000001e+38f, 9.99999993e+36f,
                               -3.00000001e+38f};
static const float TINY_X[] = {5.99999569e-40f,
                               5.00000108e-40f,
                               4.00000647e-40f,
                               2.99999784e-40f,
                               2.00000323e-40f,
                               9.9999461e-41f,
                               0.0f};
static const float TINY_Y[] = {9.9999461e-41f, 2.99999784e-40f, 2.00000323e-40f, 0.0f, 0.0f,
                               0.0f,           1.00000022e-39f};
static const struct {
    const char *name;
    size_t count;
    const float *predicted;
    const float *targets;
    double expected[3]; /* MSE, Pearson, Spearman */
} REGRESSION_CASES[] = {
    {"smooth",
     25,
     SMOOTH_X,
     SMOOTH_Y,
     {1.2333733964137672, 0.45892432210872874, 0.42153846153846153}},
    {"ties", 30, TIES_X, TIES_Y, {0.73999999403953853, 0.87708028344743927, 0.88431691483726116}},
    {"opposed", 4, OPPOSED_X, OPPOSED_Y, {2.0, -0.99999999999999978, -1.0}},
    {"two", 2, TWO_X, TWO_Y, {11.089999947547913, -1.0, -0.99999999999999989}},
    {"one", 1, ONE_X, ONE_Y, {0.5625, NAN, NAN}},
    {"constant", 6, CONSTANT_X, CONSTANT_Y, {2.9166666666666665, NAN, NAN}},
    {"constant_targets", 3, CONSTANT_TARGETS_X, CONSTANT_TARGETS_Y, {9.6666666666666661, NAN, NAN}},
    {"nearly_constant",
     9,
     NEARLY_CONSTANT_X,
     NEARLY_CONSTANT_Y,
     {1.7815264079026341, -0.14018016482607729, -0.31666666666666665}},
    {"huge",
     4,
     HUGE_X,
     HUGE_Y,
     {2.1702499726671693e+77, -0.93057207127921082, -0.79999999999999993}},
    {"tiny", 7, TINY_X, TINY_Y, {2.10000098435761e-79, -0.40805998403617821, 0.07412493166611013}},
};
