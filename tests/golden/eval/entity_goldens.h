/* Written by make_entity_goldens.py; not for editing. */

static const size_t DEFAULT_0_OFFSETS[] = {0,  0,  1,  10, 20, 34, 43,  52,
                                           62, 73, 78, 82, 96, 98, 101, 105};
static const int32_t DEFAULT_0_GOLD[] = {
    8, 7, 0, 2, 1, 7, 4, 2, 1, 8, 0, 0, 6, 7, 0, 2, 0, 0, 8, 1, 0, 0, 3, 3, 0, 0, 7,
    5, 7, 0, 3, 8, 3, 4, 7, 0, 1, 7, 4, 6, 8, 1, 4, 5, 3, 8, 4, 0, 1, 0, 1, 6, 1, 4,
    6, 1, 0, 0, 3, 3, 0, 7, 6, 6, 6, 1, 0, 3, 4, 5, 1, 4, 5, 0, 6, 1, 2, 3, 1, 0, 0,
    7, 7, 2, 8, 3, 7, 8, 3, 2, 6, 6, 1, 6, 6, 3, 1, 2, 1, 2, 2, 1, 2, 2, 2};
static const int32_t DEFAULT_0_PREDICTED[] = {
    8, 12, 0, 0, 1, 7, 10, 2, 1,  8, 0, 0, 6, 6, 0, 2, 0,  0, 8, 1, 0, 7,  2, 2, 0, 0, 7,
    5, 7,  0, 3, 8, 3, 4,  7, 0,  1, 7, 4, 6, 8, 1, 4, 7,  3, 8, 4, 0, 1,  0, 9, 6, 1, 11,
    6, 1,  0, 0, 3, 3, 0,  7, 6,  5, 6, 1, 0, 3, 4, 5, 11, 4, 5, 0, 6, 1,  2, 3, 1, 0, 0,
    7, 11, 2, 8, 5, 7, 8,  3, 12, 6, 6, 1, 6, 6, 3, 1, 2,  1, 2, 2, 1, 11, 2, 2};
static const double DEFAULT_0_VALUES[] = {
    0.84761904761904761, 0.78873239436619713, 0.80000000000000004, 0.79432624113475181,
    0.59127789046653145, 0.53938884216428373, 0.56291187739463588, 0.89117647058823535,
    0.80000000000000004, 0.84133333333333327};
static const double DEFAULT_0_BY_TYPE[] = {
    0.86206896551724133, 0.86206896551724133, 0.86206896551724133, 29.0, 0.0, 0.0, 0.0, 0.0,
    0.91176470588235292, 0.75609756097560976, 0.82666666666666655, 41.0};
static const size_t DEFAULT_1_OFFSETS[] = {0,  0,  1,  11, 14, 24, 38, 48,
                                           50, 56, 67, 70, 79, 81, 84, 88};
static const int32_t DEFAULT_1_GOLD[] = {
    0, 3, 1, 7, 0, 7, 4, 0, 5, 4, 2, 0, 3, 8, 2, 5, 7, 7, 3, 5, 6, 4, 3, 6, 3, 3, 6, 3, 0, 5,
    3, 2, 2, 7, 5, 0, 1, 4, 2, 1, 7, 7, 4, 3, 6, 6, 8, 7, 5, 0, 7, 5, 1, 0, 4, 0, 0, 4, 0, 5,
    4, 0, 0, 2, 6, 7, 3, 0, 4, 3, 2, 0, 1, 7, 1, 8, 5, 1, 3, 1, 2, 1, 2, 2, 1, 2, 2, 2};
static const int32_t DEFAULT_1_PREDICTED[] = {
    0,  3, 1, 7, 0, 7, 4, 0, 5, 4, 2, 0, 3, 8, 2, 1, 7, 6, 3, 5, 6, 6, 3, 6, 3,  5, 6, 3, 0, 5,
    10, 1, 2, 1, 8, 5, 1, 4, 2, 1, 7, 7, 4, 3, 3, 1, 8, 7, 5, 0, 7, 5, 1, 0, 11, 0, 9, 1, 0, 5,
    4,  8, 0, 2, 8, 7, 3, 9, 4, 8, 2, 0, 1, 7, 1, 8, 5, 8, 8, 9, 2, 1, 2, 7, 1,  6, 2, 2};
static const double DEFAULT_1_VALUES[] = {
    0.73863636363636365, 0.647887323943662,  0.75409836065573765, 0.69696969696969691,
    0.46144393241167436, 0.5033333333333333, 0.4797116029510396,  0.70645916748507964,
    0.75409836065573765, 0.72696012138404187};
static const double DEFAULT_1_BY_TYPE[] = {0.61290322580645162,
                                           0.76000000000000001,
                                           0.67857142857142849,
                                           25.0,
                                           0.0,
                                           0.0,
                                           0.0,
                                           0.0,
                                           0.77142857142857146,
                                           0.75,
                                           0.76056338028169024,
                                           36.0};
static const size_t DEFAULT_2_OFFSETS[] = {0,  0,  1,  5,  12, 20, 29, 39,
                                           46, 49, 54, 62, 73, 75, 78, 82};
static const int32_t DEFAULT_2_GOLD[] = {
    0, 4, 2, 0, 0, 3, 2, 3, 0, 4, 5, 5, 3, 0, 7, 1, 7, 0, 1, 8, 0, 4, 3, 8, 6, 0, 6, 6,
    8, 0, 2, 8, 3, 8, 3, 8, 3, 8, 0, 0, 2, 3, 5, 2, 5, 0, 5, 3, 3, 3, 1, 2, 3, 2, 1, 4,
    6, 1, 6, 6, 8, 2, 3, 6, 0, 1, 3, 0, 5, 5, 1, 8, 5, 1, 2, 1, 2, 2, 1, 2, 2, 2};
static const int32_t DEFAULT_2_PREDICTED[] = {
    0, 4, 2, 0, 0,  3, 2,  3,  0, 4, 5, 5,  4, 1, 7, 1, 7, 0, 1, 8, 0, 4, 3, 8, 6, 0, 6, 6,
    8, 0, 9, 8, 3,  8, 12, 10, 9, 8, 0, 12, 2, 3, 5, 2, 5, 2, 8, 3, 3, 3, 1, 2, 3, 2, 1, 4,
    6, 1, 6, 6, 10, 2, 3,  6,  0, 1, 3, 0,  5, 5, 1, 8, 5, 1, 2, 1, 2, 2, 1, 2, 2, 2};
static const double DEFAULT_2_VALUES[] = {
    0.87804878048780488, 0.86206896551724133, 0.90909090909090906, 0.88495575221238931,
    0.64444444444444449, 0.60663082437275984, 0.62485150867189354, 0.96242424242424252,
    0.90909090909090906, 0.93482796604678298};
static const double DEFAULT_2_BY_TYPE[] = {1.0,
                                           0.91666666666666663,
                                           0.95652173913043481,
                                           24.0,
                                           0.0,
                                           0.0,
                                           0.0,
                                           0.0,
                                           0.93333333333333335,
                                           0.90322580645161288,
                                           0.91803278688524592,
                                           31.0};
static const size_t DEFAULT_3_OFFSETS[] = {0, 2, 3};
static const int32_t DEFAULT_3_GOLD[] = {0, 0, 0};
static const int32_t DEFAULT_3_PREDICTED[] = {0, 0, 0};
static const double DEFAULT_3_VALUES[] = {1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0};
static const double DEFAULT_3_BY_TYPE[] = {0.0};
static const size_t DEFAULT_4_OFFSETS[] = {0, 2};
static const int32_t DEFAULT_4_GOLD[] = {0, 0};
static const int32_t DEFAULT_4_PREDICTED[] = {1, 2};
static const double DEFAULT_4_VALUES[] = {0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0};
static const double DEFAULT_4_BY_TYPE[] = {0.0, 0.0, 0.0, 0.0};
static const size_t DEFAULT_5_OFFSETS[] = {0, 2};
static const int32_t DEFAULT_5_GOLD[] = {2, 2};
static const int32_t DEFAULT_5_PREDICTED[] = {0, 0};
static const double DEFAULT_5_VALUES[] = {0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0};
static const double DEFAULT_5_BY_TYPE[] = {0.0, 0.0, 0.0, 1.0};
static const size_t DEFAULT_6_OFFSETS[] = {0, 9, 18, 27, 36, 45, 54};
static const int32_t DEFAULT_6_GOLD[] = {
    3, 5, 4, 5, 9, 1, 4, 7, 6, 7, 10, 4, 10, 4, 10, 9, 5, 6, 4, 5, 3, 4, 3,  5, 5,  2, 10,
    7, 8, 0, 8, 6, 6, 4, 7, 0, 3, 4,  6, 7,  3, 8,  2, 7, 2, 8, 0, 1, 8, 10, 1, 10, 2, 7};
static const int32_t DEFAULT_6_PREDICTED[] = {
    3, 5, 4, 5, 9, 1, 4, 7, 6, 7, 10, 4, 10, 4, 4, 9, 5, 6, 8, 5, 3, 4, 3, 5, 5,  2, 10,
    7, 8, 3, 0, 6, 6, 4, 7, 0, 3, 4,  6, 2,  3, 8, 2, 7, 2, 8, 0, 1, 7, 9, 3, 10, 2, 7};
static const double DEFAULT_6_VALUES[] = {
    0.85185185185185186, 0.83333333333333337, 0.85106382978723405, 0.84210526315789469,
    0.83282312925170066, 0.866604823747681,   0.84191067731440405, 0.83910840932117536,
    0.85106382978723405, 0.83826703669441871};
static const double DEFAULT_6_BY_TYPE[] = {0.80000000000000004,
                                           1.0,
                                           0.88888888888888895,
                                           4.0,
                                           0.8571428571428571,
                                           0.8571428571428571,
                                           0.8571428571428571,
                                           7.0,
                                           0.75,
                                           0.59999999999999998,
                                           0.66666666666666652,
                                           5.0,
                                           0.7142857142857143,
                                           1.0,
                                           0.83333333333333326,
                                           5.0,
                                           0.83333333333333337,
                                           0.90909090909090906,
                                           0.86956521739130432,
                                           11.0,
                                           0.875,
                                           0.69999999999999996,
                                           0.77777777777777768,
                                           10.0,
                                           1.0,
                                           1.0,
                                           1.0,
                                           5.0};
static const size_t IOB1_7_OFFSETS[] = {0, 0, 1, 5, 12, 16, 28, 39, 46, 52, 62, 76, 89, 91, 94, 98};
static const int32_t IOB1_7_GOLD[] = {1, 3, 0, 2, 4, 0, 3, 2, 0, 4, 0, 3, 4, 4, 3, 0, 3, 2, 0, 0,
                                      2, 1, 0, 4, 0, 0, 2, 3, 0, 0, 2, 2, 1, 1, 2, 0, 0, 2, 2, 0,
                                      2, 0, 3, 4, 4, 0, 2, 3, 4, 2, 3, 2, 1, 3, 0, 4, 1, 0, 2, 2,
                                      0, 2, 0, 3, 4, 3, 1, 0, 4, 2, 3, 4, 1, 4, 4, 1, 1, 0, 3, 2,
                                      0, 1, 4, 0, 4, 1, 4, 2, 0, 1, 2, 1, 2, 2, 1, 2, 2, 2};
static const int32_t IOB1_7_PREDICTED[] = {
    1, 0, 0, 2, 4, 0, 3, 2, 0, 4, 0, 3, 3, 4, 3, 0, 3, 2, 0, 0, 5, 1, 0, 0, 0,
    3, 2, 2, 6, 0, 2, 2, 1, 1, 2, 0, 0, 1, 2, 0, 2, 0, 3, 4, 4, 0, 3, 3, 4, 2,
    3, 2, 1, 3, 0, 0, 1, 0, 2, 2, 0, 2, 0, 3, 3, 3, 1, 0, 4, 3, 3, 2, 1, 4, 4,
    3, 1, 6, 3, 6, 0, 1, 5, 0, 2, 1, 4, 2, 3, 1, 2, 1, 4, 2, 1, 2, 2, 2};
static const double IOB1_7_VALUES[] = {
    0.79591836734693877, 0.57894736842105265, 0.59459459459459463, 0.58666666666666667,
    0.41269841269841273, 0.38989898989898991, 0.40096230954290291, 0.62805662805662799,
    0.59459459459459463, 0.61084982335984728};
static const double IOB1_7_BY_TYPE[] = {
    0.5714285714285714,  0.53333333333333333, 0.55172413793103436, 15.0, 0.0, 0.0, 0.0, 0.0,
    0.66666666666666663, 0.63636363636363635, 0.65116279069767435, 22.0};
static const size_t IOB1_8_OFFSETS[] = {0,  0,  1,  12, 26, 30, 32, 37,
                                        41, 45, 48, 55, 61, 63, 66, 70};
static const int32_t IOB1_8_GOLD[] = {4, 0, 4, 0, 3, 0, 3, 0, 0, 4, 4, 4, 2, 0, 1, 3, 1, 0,
                                      0, 3, 1, 0, 4, 3, 4, 3, 1, 2, 2, 2, 3, 0, 4, 2, 3, 0,
                                      0, 0, 2, 0, 0, 1, 0, 0, 3, 0, 3, 0, 0, 0, 3, 0, 3, 0,
                                      0, 3, 1, 2, 4, 0, 3, 1, 2, 1, 2, 2, 1, 2, 2, 2};
static const int32_t IOB1_8_PREDICTED[] = {4, 6, 4, 0, 3, 0, 3, 0, 0, 4, 4, 4, 2, 0, 1, 3, 4, 0,
                                           0, 3, 1, 0, 4, 3, 4, 3, 1, 2, 2, 2, 3, 0, 3, 2, 3, 3,
                                           1, 0, 2, 3, 0, 4, 0, 0, 3, 6, 3, 4, 0, 0, 3, 0, 3, 0,
                                           0, 3, 4, 2, 4, 0, 3, 1, 2, 1, 2, 2, 5, 2, 4, 5};
static const double IOB1_8_VALUES[] = {
    0.81428571428571428, 0.63636363636363635, 0.875,
    0.73684210526315785, 0.48611111111111116, 0.58333333333333337,
    0.52500000000000002, 0.72916666666666674, 0.875,
    0.78750000000000009};
static const double IOB1_8_BY_TYPE[] = {0.58333333333333337,
                                        0.875,
                                        0.70000000000000007,
                                        8.0,
                                        0.0,
                                        0.0,
                                        0.0,
                                        0.0,
                                        0.875,
                                        0.875,
                                        0.875,
                                        8.0};
static const size_t IOB1_9_OFFSETS[] = {0,  0,  1,  13, 18, 32, 35, 39,
                                        44, 53, 64, 72, 85, 87, 90, 94};
static const int32_t IOB1_9_GOLD[] = {
    2, 2, 0, 2, 2, 3, 0, 3, 0, 1, 1, 4, 4, 4, 4, 0, 4, 2, 1, 0, 2, 4, 1, 0, 0, 2, 0, 2, 1, 4, 2, 1,
    1, 4, 4, 0, 3, 0, 3, 1, 0, 1, 2, 0, 0, 3, 4, 4, 0, 0, 1, 1, 3, 3, 0, 1, 4, 3, 0, 4, 3, 1, 2, 4,
    1, 2, 1, 4, 2, 0, 0, 0, 0, 0, 1, 3, 3, 4, 0, 3, 2, 3, 4, 0, 4, 1, 2, 1, 2, 2, 1, 2, 2, 2};
static const int32_t IOB1_9_PREDICTED[] = {
    2, 2, 0, 6, 5, 3, 0, 3, 4, 1, 1, 4, 4, 2, 4, 5, 4, 2, 1, 0, 2, 1, 1, 0, 0, 2, 0, 2, 1, 4, 2, 1,
    6, 4, 3, 0, 3, 0, 3, 1, 0, 1, 2, 4, 0, 3, 4, 4, 0, 0, 1, 1, 3, 3, 0, 1, 4, 3, 0, 4, 3, 1, 1, 4,
    0, 2, 2, 0, 2, 4, 0, 0, 0, 0, 1, 3, 2, 5, 2, 3, 3, 3, 4, 0, 4, 1, 2, 1, 2, 2, 1, 2, 4, 2};
static const double IOB1_9_VALUES[] = {
    0.7978723404255319,  0.55813953488372092, 0.68571428571428572, 0.61538461538461542,
    0.38405797101449274, 0.45000000000000001, 0.41437632135306551, 0.58695652173913049,
    0.68571428571428572, 0.63243733011174874};
static const double IOB1_9_BY_TYPE[] = {0.5,
                                        0.59999999999999998,
                                        0.54545454545454541,
                                        15.0,
                                        0.0,
                                        0.0,
                                        0.0,
                                        0.0,
                                        0.65217391304347827,
                                        0.75,
                                        0.69767441860465118,
                                        20.0};
static const size_t IOB1_10_OFFSETS[] = {0, 2, 3};
static const int32_t IOB1_10_GOLD[] = {0, 0, 0};
static const int32_t IOB1_10_PREDICTED[] = {0, 0, 0};
static const double IOB1_10_VALUES[] = {1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0};
static const double IOB1_10_BY_TYPE[] = {0.0};
static const size_t IOB1_11_OFFSETS[] = {0, 2};
static const int32_t IOB1_11_GOLD[] = {0, 0};
static const int32_t IOB1_11_PREDICTED[] = {1, 2};
static const double IOB1_11_VALUES[] = {0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0};
static const double IOB1_11_BY_TYPE[] = {0.0, 0.0, 0.0, 0.0};
static const size_t IOB1_12_OFFSETS[] = {0, 2};
static const int32_t IOB1_12_GOLD[] = {2, 2};
static const int32_t IOB1_12_PREDICTED[] = {0, 0};
static const double IOB1_12_VALUES[] = {0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0};
static const double IOB1_12_BY_TYPE[] = {0.0, 0.0, 0.0, 1.0};
static const size_t IOB1_13_OFFSETS[] = {0, 9, 18, 27, 36, 45, 54};
static const int32_t IOB1_13_GOLD[] = {10, 9, 1, 2, 1,  7, 5, 0, 10, 0, 9, 0, 6, 5, 4, 6,  1, 10,
                                       2,  1, 8, 0, 8,  1, 9, 6, 10, 6, 0, 9, 0, 0, 8, 10, 3, 5,
                                       0,  3, 9, 6, 10, 8, 5, 6, 8,  1, 4, 7, 6, 2, 7, 7,  2, 5};
static const int32_t IOB1_13_PREDICTED[] = {
    9, 9, 1, 2, 1, 7, 2,  0, 10, 0, 8, 0, 6, 5,  4, 9, 1, 10, 2, 1, 8, 0, 8, 8, 9, 6, 10,
    6, 0, 9, 0, 0, 8, 10, 3, 5,  0, 3, 9, 2, 10, 8, 2, 6, 8,  0, 4, 2, 6, 2, 7, 0, 2, 5};
static const double IOB1_13_VALUES[] = {
    0.81481481481481477, 0.81818181818181823, 0.69230769230769229, 0.75000000000000011,
    0.58333333333333337, 0.45000000000000001, 0.50793650793650791, 0.90384615384615385,
    0.69230769230769229, 0.78388278388278387};
static const double IOB1_13_BY_TYPE[] = {0.0,
                                         0.0,
                                         0.0,
                                         0.0,
                                         0.75,
                                         0.59999999999999998,
                                         0.66666666666666652,
                                         5.0,
                                         1.0,
                                         0.75,
                                         0.8571428571428571,
                                         8.0};
static const size_t IOB2_14_OFFSETS[] = {0,  0,  1,  14, 25, 30, 36, 42,
                                         45, 55, 60, 68, 77, 79, 82, 86};
static const int32_t IOB2_14_GOLD[] = {
    0, 1, 2, 2, 2, 4, 1, 0, 1, 3, 4, 0, 0, 0, 2, 4, 0, 4, 1, 3, 3, 1, 3, 3, 0, 1, 3, 2, 1,
    1, 4, 1, 3, 1, 3, 1, 4, 3, 2, 3, 3, 3, 0, 0, 1, 3, 1, 4, 3, 3, 0, 0, 0, 2, 2, 2, 4, 0,
    4, 1, 0, 2, 4, 3, 4, 0, 0, 1, 2, 0, 2, 0, 1, 0, 2, 1, 1, 1, 2, 1, 2, 2, 1, 2, 2, 2};
static const int32_t IOB2_14_PREDICTED[] = {
    0, 0, 6, 2, 2, 2, 1, 5, 1, 3, 4, 0, 0, 0, 2, 4, 0, 4, 1, 3, 3, 1, 3, 3, 0, 1, 3, 2, 1,
    1, 4, 1, 3, 1, 5, 1, 4, 5, 2, 3, 1, 3, 0, 0, 1, 3, 1, 4, 3, 3, 0, 0, 2, 2, 2, 2, 4, 0,
    4, 1, 0, 2, 4, 3, 4, 0, 0, 1, 2, 0, 2, 0, 1, 0, 2, 1, 1, 1, 2, 1, 2, 2, 4, 2, 1, 2};
static const double IOB2_14_VALUES[] = {
    0.88372093023255816, 0.86486486486486491, 0.86486486486486491, 0.86486486486486491,
    0.63492063492063489, 0.57242063492063489, 0.60043787629994527, 0.94594594594594594,
    0.86486486486486491, 0.90121155638397021};
static const double IOB2_14_BY_TYPE[] = {1.0,
                                         0.8125,
                                         0.89655172413793105,
                                         16.0,
                                         0.0,
                                         0.0,
                                         0.0,
                                         0.0,
                                         0.90476190476190477,
                                         0.90476190476190477,
                                         0.90476190476190477,
                                         21.0};
static const size_t IOB2_15_OFFSETS[] = {0,  0,  1,  9,  20, 27, 34, 36,
                                         47, 60, 65, 79, 82, 84, 87, 91};
static const int32_t IOB2_15_GOLD[] = {
    0, 0, 4, 4, 3, 4, 3, 0, 2, 0, 3, 3, 3, 3, 0, 1, 0, 4, 2, 2, 3, 2, 3, 0, 1, 4, 1, 2, 1, 2, 0,
    1, 1, 4, 0, 4, 3, 0, 1, 4, 3, 0, 4, 0, 4, 4, 0, 2, 2, 2, 0, 0, 2, 0, 1, 0, 3, 0, 1, 1, 1, 1,
    2, 4, 0, 3, 4, 2, 2, 3, 2, 2, 0, 0, 4, 3, 1, 0, 1, 2, 2, 0, 1, 2, 1, 2, 2, 1, 2, 2, 2};
static const int32_t IOB2_15_PREDICTED[] = {
    0, 0, 4, 4, 3, 4, 3, 0, 2, 0, 3, 3, 6, 3, 0, 1, 0, 4, 2, 2, 3, 2, 3, 1, 6, 4, 5, 2, 1, 6, 0,
    1, 1, 4, 0, 3, 3, 1, 1, 4, 3, 0, 4, 0, 4, 4, 6, 2, 2, 2, 0, 0, 6, 0, 1, 0, 3, 6, 1, 1, 1, 1,
    2, 4, 0, 3, 4, 3, 2, 3, 2, 3, 0, 0, 4, 3, 1, 0, 1, 2, 2, 0, 1, 2, 1, 2, 2, 1, 2, 2, 2};
static const double IOB2_15_VALUES[] = {
    0.86813186813186816, 0.79411764705882348, 0.87096774193548387, 0.83076923076923082,
    0.54534313725490191, 0.58403361344537819, 0.5633986928104574,  0.81854838709677424,
    0.87096774193548387, 0.84301075268817205};
static const double IOB2_15_BY_TYPE[] = {0.8125,
                                         0.9285714285714286,
                                         0.86666666666666659,
                                         14.0,
                                         0.0,
                                         0.0,
                                         0.0,
                                         0.0,
                                         0.82352941176470584,
                                         0.82352941176470584,
                                         0.82352941176470584,
                                         17.0};
static const size_t IOB2_16_OFFSETS[] = {0,  0,  1,  9,  18, 20, 28, 35,
                                         49, 59, 67, 77, 79, 81, 84, 88};
static const int32_t IOB2_16_GOLD[] = {
    1, 4, 4, 0, 4, 2, 2, 1, 2, 1, 3, 4, 0, 0, 1, 0, 1, 4, 0, 0, 0, 2, 2, 0, 4, 2, 0, 4, 3, 0,
    1, 0, 2, 0, 4, 2, 1, 0, 3, 3, 2, 4, 0, 0, 3, 3, 0, 3, 2, 4, 0, 0, 4, 1, 1, 2, 3, 0, 2, 4,
    0, 2, 2, 0, 0, 3, 2, 2, 2, 0, 0, 2, 4, 0, 2, 2, 1, 0, 1, 1, 2, 1, 2, 2, 1, 2, 2, 2};
static const int32_t IOB2_16_PREDICTED[] = {
    1, 4, 4, 0, 4, 2, 2, 1, 2, 1, 3, 4, 0, 0, 1, 0, 1, 4, 0, 0, 0, 2, 3, 0, 4, 2, 0, 4, 2, 6,
    1, 1, 2, 0, 0, 2, 1, 6, 3, 3, 0, 4, 0, 0, 3, 3, 4, 3, 2, 4, 0, 0, 4, 1, 1, 2, 1, 0, 2, 4,
    0, 2, 2, 0, 0, 6, 3, 2, 2, 6, 6, 2, 4, 0, 2, 2, 1, 0, 1, 1, 2, 1, 2, 2, 1, 2, 2, 2};
static const double IOB2_16_VALUES[] = {0.85227272727272729,
                                        0.79166666666666663,
                                        0.82608695652173914,
                                        0.8085106382978724,
                                        0.75,
                                        0.77777777777777779,
                                        0.76078431372549016,
                                        0.77717391304347827,
                                        0.82608695652173914,
                                        0.79829497016197781};
static const double IOB2_16_BY_TYPE[] = {
    0.625, 0.55555555555555558, 0.58823529411764708, 9.0, 0.875, 1.0, 0.93333333333333335, 14.0};
static const size_t IOB2_17_OFFSETS[] = {0, 2, 3};
static const int32_t IOB2_17_GOLD[] = {0, 0, 0};
static const int32_t IOB2_17_PREDICTED[] = {0, 0, 0};
static const double IOB2_17_VALUES[] = {1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0};
static const double IOB2_17_BY_TYPE[] = {0.0};
static const size_t IOB2_18_OFFSETS[] = {0, 2};
static const int32_t IOB2_18_GOLD[] = {0, 0};
static const int32_t IOB2_18_PREDICTED[] = {1, 2};
static const double IOB2_18_VALUES[] = {0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0};
static const double IOB2_18_BY_TYPE[] = {0.0, 0.0, 0.0, 0.0};
static const size_t IOB2_19_OFFSETS[] = {0, 2};
static const int32_t IOB2_19_GOLD[] = {2, 2};
static const int32_t IOB2_19_PREDICTED[] = {0, 0};
static const double IOB2_19_VALUES[] = {0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0};
static const double IOB2_19_BY_TYPE[] = {0.0};
static const size_t IOB2_20_OFFSETS[] = {0, 9, 18, 27, 36, 45, 54};
static const int32_t IOB2_20_GOLD[] = {5, 2, 8, 9, 8,  6, 9, 8,  1, 4, 1, 0,  3, 9, 9, 1, 1, 4,
                                       9, 6, 9, 0, 10, 2, 6, 9,  8, 2, 7, 4,  0, 3, 3, 6, 3, 6,
                                       7, 1, 1, 7, 5,  1, 1, 10, 6, 3, 2, 10, 7, 8, 3, 3, 4, 1};
static const int32_t IOB2_20_PREDICTED[] = {
    5, 2, 6, 9, 8, 6, 9, 8, 1, 4, 1, 0, 1, 9, 9, 6, 1,  4, 9, 6, 9,  0, 10, 2, 6, 9, 8,
    2, 7, 4, 0, 6, 3, 6, 9, 6, 7, 1, 1, 7, 5, 1, 1, 10, 0, 3, 2, 10, 7, 8,  3, 3, 4, 1};
static const double IOB2_20_VALUES[] = {
    0.88888888888888884, 0.8571428571428571,  0.83333333333333337, 0.84507042253521125,
    0.88988095238095244, 0.86565656565656557, 0.86908510592721122, 0.88988095238095233,
    0.83333333333333337, 0.85024170111889397};
static const double IOB2_20_BY_TYPE[] = {1.0,
                                         1.0,
                                         1.0,
                                         4.0,
                                         1.0,
                                         0.80000000000000004,
                                         0.88888888888888895,
                                         5.0,
                                         1.0,
                                         0.72727272727272729,
                                         0.8421052631578948,
                                         11.0,
                                         1.0,
                                         1.0,
                                         1.0,
                                         4.0,
                                         0.7142857142857143,
                                         0.83333333333333337,
                                         0.76923076923076916,
                                         6.0,
                                         0.625,
                                         0.83333333333333337,
                                         0.7142857142857143,
                                         6.0};
static const size_t IOBES_21_OFFSETS[] = {0,  0,  1,  3,  17, 25, 33, 38,
                                          50, 60, 73, 76, 78, 80, 83, 87};
static const int32_t IOBES_21_GOLD[] = {
    1, 7, 6, 3, 8, 0, 3, 7, 5, 2, 8, 6, 1, 1, 0, 2, 0, 4, 7, 1, 6, 7, 2, 0, 5, 5, 0, 1, 5,
    6, 8, 8, 8, 1, 1, 4, 8, 0, 1, 1, 0, 3, 2, 1, 8, 8, 4, 4, 5, 3, 3, 0, 6, 7, 0, 3, 0, 7,
    2, 8, 1, 7, 2, 1, 8, 2, 2, 0, 8, 2, 6, 0, 0, 1, 6, 0, 3, 2, 1, 2, 1, 2, 2, 1, 2, 2, 2};
static const int32_t IOBES_21_PREDICTED[] = {
    1, 7, 6, 3, 8, 0, 3, 7, 8, 2,  0, 6, 1, 1, 0, 2, 0, 3, 7, 2, 6, 7, 6, 0,  5, 5,  0, 1, 5,
    6, 8, 8, 8, 1, 1, 4, 8, 0, 10, 1, 0, 3, 2, 1, 8, 8, 4, 4, 0, 3, 3, 0, 11, 7, 0,  3, 0, 7,
    2, 8, 1, 7, 2, 1, 8, 2, 2, 6,  8, 2, 6, 0, 0, 1, 6, 0, 3, 2, 1, 7, 1, 2,  2, 10, 2, 2, 2};
static const double IOBES_21_VALUES[] = {
    0.87356321839080464, 0.9285714285714286,  0.8666666666666667,  0.89655172413793105,
    0.95454545454545459, 0.82954545454545459, 0.88311688311688308, 0.93333333333333335,
    0.8666666666666667,  0.89523809523809528};
static const double IOBES_21_BY_TYPE[] = {0.90909090909090906,
                                          0.90909090909090906,
                                          0.90909090909090906,
                                          11.0,
                                          1.0,
                                          0.75,
                                          0.8571428571428571,
                                          4.0};
static const size_t IOBES_22_OFFSETS[] = {0,  0,  1,  6,  17, 27, 29, 42,
                                          51, 59, 66, 78, 90, 92, 95, 99};
static const int32_t IOBES_22_GOLD[] = {1, 2, 1, 7, 2, 6, 7, 6, 1, 7, 5, 1, 1, 5, 8, 1, 1, 6, 4, 8,
                                        1, 3, 1, 6, 5, 8, 2, 1, 2, 4, 7, 6, 0, 6, 6, 3, 7, 7, 6, 6,
                                        8, 7, 1, 8, 2, 0, 5, 3, 0, 5, 2, 5, 6, 0, 8, 6, 7, 0, 0, 7,
                                        5, 0, 2, 7, 6, 5, 1, 7, 3, 4, 5, 6, 0, 0, 4, 1, 4, 6, 3, 3,
                                        6, 0, 1, 8, 2, 6, 8, 7, 6, 7, 1, 2, 1, 2, 2, 1, 2, 2, 2};
static const int32_t IOBES_22_PREDICTED[] = {
    1,  2, 1,  7,  2, 6, 5, 6, 1, 7, 5, 12, 1, 5, 8, 1,  8, 6, 4, 8, 1, 3, 5, 6,  5,
    11, 9, 11, 1,  4, 7, 6, 0, 6, 6, 3, 7,  7, 6, 6, 8,  2, 8, 9, 2, 2, 5, 3, 12, 5,
    2,  5, 6,  0,  8, 6, 7, 0, 0, 7, 5, 0,  1, 1, 6, 11, 1, 1, 1, 4, 5, 6, 0, 10, 4,
    1,  4, 10, 12, 8, 6, 0, 1, 8, 2, 6, 8,  7, 6, 7, 1,  2, 1, 8, 2, 4, 2, 2, 8};
static const double IOBES_22_VALUES[] = {
    0.74747474747474751, 0.5714285714285714,  0.8571428571428571,  0.68571428571428572,
    0.46753246753246752, 0.58333333333333337, 0.51821862348178138, 0.67903525046382185,
    0.8571428571428571,  0.75650665124349337};
static const double IOBES_22_BY_TYPE[] = {
    0.54545454545454541, 0.75, 0.63157894736842102, 8.0, 0.0, 0.0, 0.0, 0.0,
    0.8571428571428571,  1.0,  0.92307692307692302, 6.0};
static const size_t IOBES_23_OFFSETS[] = {0,  0,  1,  5,  13, 27, 29,  40,
                                          49, 63, 74, 86, 97, 99, 102, 106};
static const int32_t IOBES_23_GOLD[] = {
    0, 0, 5, 2, 1, 8, 2, 0, 1, 1, 4, 4, 0, 6, 0, 2, 2, 0, 8, 0, 1, 0, 5, 1, 3, 6, 3,
    6, 5, 5, 3, 5, 6, 0, 3, 4, 0, 0, 5, 8, 5, 8, 5, 7, 3, 6, 2, 3, 2, 3, 4, 7, 7, 3,
    5, 2, 3, 0, 4, 0, 8, 0, 4, 0, 0, 2, 4, 3, 1, 4, 8, 5, 3, 0, 3, 8, 1, 1, 8, 3, 7,
    3, 0, 6, 8, 2, 5, 5, 1, 1, 6, 2, 6, 3, 5, 3, 6, 1, 2, 1, 2, 2, 1, 2, 2, 2};
static const int32_t IOBES_23_PREDICTED[] = {
    8,  0, 5, 2, 0, 8, 2,  6, 2, 1, 4, 4, 0, 6, 0,  2,  5, 3, 8, 0, 1, 10, 5,  1, 3, 6, 1,
    11, 5, 5, 3, 5, 6, 0,  3, 4, 0, 0, 1, 8, 5, 12, 10, 7, 3, 6, 2, 3, 2,  7,  4, 7, 7, 3,
    10, 2, 3, 0, 4, 0, 8,  0, 4, 0, 0, 2, 4, 3, 1,  4,  8, 5, 3, 0, 3, 8,  1,  1, 8, 3, 9,
    3,  0, 6, 8, 7, 5, 10, 1, 1, 4, 2, 5, 3, 5, 3,  4,  1, 2, 1, 2, 2, 1,  10, 2, 2};
static const double IOBES_23_VALUES[] = {
    0.80188679245283023, 0.80952380952380953, 0.89473684210526316, 0.85000000000000009,
    0.5690235690235691,  0.59999999999999998, 0.58070175438596494, 0.85539606592238171,
    0.89473684210526316, 0.86952908587257616};
static const double IOBES_23_BY_TYPE[] = {0.88888888888888884,
                                          0.80000000000000004,
                                          0.8421052631578948,
                                          10.0,
                                          0.0,
                                          0.0,
                                          0.0,
                                          0.0,
                                          0.81818181818181823,
                                          1.0,
                                          0.90000000000000002,
                                          9.0};
static const size_t IOBES_24_OFFSETS[] = {0, 2, 3};
static const int32_t IOBES_24_GOLD[] = {0, 0, 0};
static const int32_t IOBES_24_PREDICTED[] = {0, 0, 0};
static const double IOBES_24_VALUES[] = {1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0};
static const double IOBES_24_BY_TYPE[] = {0.0};
static const size_t IOBES_25_OFFSETS[] = {0, 2};
static const int32_t IOBES_25_GOLD[] = {0, 0};
static const int32_t IOBES_25_PREDICTED[] = {1, 2};
static const double IOBES_25_VALUES[] = {0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0};
static const double IOBES_25_BY_TYPE[] = {0.0};
static const size_t IOBES_26_OFFSETS[] = {0, 2};
static const int32_t IOBES_26_GOLD[] = {2, 2};
static const int32_t IOBES_26_PREDICTED[] = {0, 0};
static const double IOBES_26_VALUES[] = {0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0};
static const double IOBES_26_BY_TYPE[] = {0.0};
static const size_t IOBES_27_OFFSETS[] = {0, 9, 18, 27, 36, 45, 54};
static const int32_t IOBES_27_GOLD[] = {5, 2, 6, 6, 5,  0, 5, 5, 7,  10, 3, 4, 0, 8, 2,  9,  8,  2,
                                        9, 5, 4, 6, 10, 5, 5, 3, 9,  5,  3, 2, 2, 9, 8,  10, 10, 7,
                                        8, 7, 8, 8, 1,  8, 3, 2, 10, 0,  5, 3, 8, 6, 10, 10, 7,  0};
static const int32_t IOBES_27_PREDICTED[] = {
    5, 2, 6, 6, 5, 0, 5,  9, 7, 10, 3, 4, 0, 8, 2, 9, 8, 2,  3, 5, 4, 6, 10, 5,  5,  3, 9,
    5, 3, 2, 2, 9, 8, 10, 5, 7, 8,  7, 8, 8, 1, 8, 3, 2, 10, 1, 5, 8, 8, 6,  10, 10, 5, 0};
static const double IOBES_27_VALUES[] = {
    0.88888888888888884, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0};
static const double IOBES_27_BY_TYPE[] = {0.0};
static const struct {
    mpb_entity_scheme scheme;
    const char *names;
    size_t num_sequences;
    const size_t *offsets;
    const int32_t *gold;
    const int32_t *predicted;
    /* accuracy; precision, recall, F1: micro, macro, weighted */
    const double *expected;
    const char *types;     /* that occur */
    const double *by_type; /* precision, recall, F1, support of each */
} ENTITY_CASES[] = {
    {MPB_ENTITIES_DEFAULT,
     "O B-PER I-PER E-PER S-PER B-LOC I-LOC E-LOC S-LOC B-MISC I-MISC E-MISC S-MISC", 15,
     DEFAULT_0_OFFSETS, DEFAULT_0_GOLD, DEFAULT_0_PREDICTED, DEFAULT_0_VALUES, "LOC MISC PER",
     DEFAULT_0_BY_TYPE},
    {MPB_ENTITIES_DEFAULT,
     "O B-PER I-PER E-PER S-PER B-LOC I-LOC E-LOC S-LOC B-MISC I-MISC E-MISC S-MISC", 15,
     DEFAULT_1_OFFSETS, DEFAULT_1_GOLD, DEFAULT_1_PREDICTED, DEFAULT_1_VALUES, "LOC MISC PER",
     DEFAULT_1_BY_TYPE},
    {MPB_ENTITIES_DEFAULT,
     "O B-PER I-PER E-PER S-PER B-LOC I-LOC E-LOC S-LOC B-MISC I-MISC E-MISC S-MISC", 15,
     DEFAULT_2_OFFSETS, DEFAULT_2_GOLD, DEFAULT_2_PREDICTED, DEFAULT_2_VALUES, "LOC MISC PER",
     DEFAULT_2_BY_TYPE},
    {MPB_ENTITIES_DEFAULT, "O B-A I-A", 2, DEFAULT_3_OFFSETS, DEFAULT_3_GOLD, DEFAULT_3_PREDICTED,
     DEFAULT_3_VALUES, "", DEFAULT_3_BY_TYPE},
    {MPB_ENTITIES_DEFAULT, "O B-A I-A", 1, DEFAULT_4_OFFSETS, DEFAULT_4_GOLD, DEFAULT_4_PREDICTED,
     DEFAULT_4_VALUES, "A", DEFAULT_4_BY_TYPE},
    {MPB_ENTITIES_DEFAULT, "O B-A I-A", 1, DEFAULT_5_OFFSETS, DEFAULT_5_GOLD, DEFAULT_5_PREDICTED,
     DEFAULT_5_VALUES, "A", DEFAULT_5_BY_TYPE},
    {MPB_ENTITIES_DEFAULT, "B I B--X B-X- B-X-Y I-X-Y B-\303\251 B-P B-PP O B-", 6,
     DEFAULT_6_OFFSETS, DEFAULT_6_GOLD, DEFAULT_6_PREDICTED, DEFAULT_6_VALUES,
     "-X P PP X- X-Y _ \303\251", DEFAULT_6_BY_TYPE},
    {MPB_ENTITIES_IOB1, "O B-PER I-PER B-LOC I-LOC B-MISC I-MISC", 15, IOB1_7_OFFSETS, IOB1_7_GOLD,
     IOB1_7_PREDICTED, IOB1_7_VALUES, "LOC MISC PER", IOB1_7_BY_TYPE},
    {MPB_ENTITIES_IOB1, "O B-PER I-PER B-LOC I-LOC B-MISC I-MISC", 15, IOB1_8_OFFSETS, IOB1_8_GOLD,
     IOB1_8_PREDICTED, IOB1_8_VALUES, "LOC MISC PER", IOB1_8_BY_TYPE},
    {MPB_ENTITIES_IOB1, "O B-PER I-PER B-LOC I-LOC B-MISC I-MISC", 15, IOB1_9_OFFSETS, IOB1_9_GOLD,
     IOB1_9_PREDICTED, IOB1_9_VALUES, "LOC MISC PER", IOB1_9_BY_TYPE},
    {MPB_ENTITIES_IOB1, "O B-A I-A", 2, IOB1_10_OFFSETS, IOB1_10_GOLD, IOB1_10_PREDICTED,
     IOB1_10_VALUES, "", IOB1_10_BY_TYPE},
    {MPB_ENTITIES_IOB1, "O B-A I-A", 1, IOB1_11_OFFSETS, IOB1_11_GOLD, IOB1_11_PREDICTED,
     IOB1_11_VALUES, "A", IOB1_11_BY_TYPE},
    {MPB_ENTITIES_IOB1, "O B-A I-A", 1, IOB1_12_OFFSETS, IOB1_12_GOLD, IOB1_12_PREDICTED,
     IOB1_12_VALUES, "A", IOB1_12_BY_TYPE},
    {MPB_ENTITIES_IOB1, "B I B--X B-X- B-X-Y I-X-Y B-\303\251 B-P B-PP O B-", 6, IOB1_13_OFFSETS,
     IOB1_13_GOLD, IOB1_13_PREDICTED, IOB1_13_VALUES, "PP X-Y _", IOB1_13_BY_TYPE},
    {MPB_ENTITIES_IOB2, "O B-PER I-PER B-LOC I-LOC B-MISC I-MISC", 15, IOB2_14_OFFSETS,
     IOB2_14_GOLD, IOB2_14_PREDICTED, IOB2_14_VALUES, "LOC MISC PER", IOB2_14_BY_TYPE},
    {MPB_ENTITIES_IOB2, "O B-PER I-PER B-LOC I-LOC B-MISC I-MISC", 15, IOB2_15_OFFSETS,
     IOB2_15_GOLD, IOB2_15_PREDICTED, IOB2_15_VALUES, "LOC MISC PER", IOB2_15_BY_TYPE},
    {MPB_ENTITIES_IOB2, "O B-PER I-PER B-LOC I-LOC B-MISC I-MISC", 15, IOB2_16_OFFSETS,
     IOB2_16_GOLD, IOB2_16_PREDICTED, IOB2_16_VALUES, "LOC PER", IOB2_16_BY_TYPE},
    {MPB_ENTITIES_IOB2, "O B-A I-A", 2, IOB2_17_OFFSETS, IOB2_17_GOLD, IOB2_17_PREDICTED,
     IOB2_17_VALUES, "", IOB2_17_BY_TYPE},
    {MPB_ENTITIES_IOB2, "O B-A I-A", 1, IOB2_18_OFFSETS, IOB2_18_GOLD, IOB2_18_PREDICTED,
     IOB2_18_VALUES, "A", IOB2_18_BY_TYPE},
    {MPB_ENTITIES_IOB2, "O B-A I-A", 1, IOB2_19_OFFSETS, IOB2_19_GOLD, IOB2_19_PREDICTED,
     IOB2_19_VALUES, "", IOB2_19_BY_TYPE},
    {MPB_ENTITIES_IOB2, "B I B--X B-X- B-X-Y I-X-Y B-\303\251 B-P B-PP O B-", 6, IOB2_20_OFFSETS,
     IOB2_20_GOLD, IOB2_20_PREDICTED, IOB2_20_VALUES, "P PP X X-Y _ \303\251", IOB2_20_BY_TYPE},
    {MPB_ENTITIES_IOBES,
     "O B-PER I-PER E-PER S-PER B-LOC I-LOC E-LOC S-LOC B-MISC I-MISC E-MISC S-MISC", 15,
     IOBES_21_OFFSETS, IOBES_21_GOLD, IOBES_21_PREDICTED, IOBES_21_VALUES, "LOC PER",
     IOBES_21_BY_TYPE},
    {MPB_ENTITIES_IOBES,
     "O B-PER I-PER E-PER S-PER B-LOC I-LOC E-LOC S-LOC B-MISC I-MISC E-MISC S-MISC", 15,
     IOBES_22_OFFSETS, IOBES_22_GOLD, IOBES_22_PREDICTED, IOBES_22_VALUES, "LOC MISC PER",
     IOBES_22_BY_TYPE},
    {MPB_ENTITIES_IOBES,
     "O B-PER I-PER E-PER S-PER B-LOC I-LOC E-LOC S-LOC B-MISC I-MISC E-MISC S-MISC", 15,
     IOBES_23_OFFSETS, IOBES_23_GOLD, IOBES_23_PREDICTED, IOBES_23_VALUES, "LOC MISC PER",
     IOBES_23_BY_TYPE},
    {MPB_ENTITIES_IOBES, "O B-A I-A", 2, IOBES_24_OFFSETS, IOBES_24_GOLD, IOBES_24_PREDICTED,
     IOBES_24_VALUES, "", IOBES_24_BY_TYPE},
    {MPB_ENTITIES_IOBES, "O B-A I-A", 1, IOBES_25_OFFSETS, IOBES_25_GOLD, IOBES_25_PREDICTED,
     IOBES_25_VALUES, "", IOBES_25_BY_TYPE},
    {MPB_ENTITIES_IOBES, "O B-A I-A", 1, IOBES_26_OFFSETS, IOBES_26_GOLD, IOBES_26_PREDICTED,
     IOBES_26_VALUES, "", IOBES_26_BY_TYPE},
    {MPB_ENTITIES_IOBES, "B I B--X B-X- B-X-Y I-X-Y B-\303\251 B-P B-PP O B-", 6, IOBES_27_OFFSETS,
     IOBES_27_GOLD, IOBES_27_PREDICTED, IOBES_27_VALUES, "", IOBES_27_BY_TYPE},
};
