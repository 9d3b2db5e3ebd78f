/* Written by make_class_weights_goldens.py; not for editing. */

static const int COUNTS[] = {7, 1, 120, 5, 64};
static const double BALANCED[] = {5.628571428571429, 39.399999999999999, 0.32833333333333331,
                                  7.8799999999999999, 0.61562499999999998};
