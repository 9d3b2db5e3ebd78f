/* Written by make_token_goldens.py; not for editing. */

/* (4, 3), of words with labels 2, 0, 1, 1 */
static const float TOKEN_OUTPUTS[] = {0.5f,  -1.0f, 2.0f, 0.25f, 0.75f, -0.5f,
                                      -1.5f, 1.0f,  0.0f, 2.0f,  0.5f,  1.0f};

/* without and with class weights 0.5, 1.25, 2 and a label smoothing of 0.1 */
static const double TOKEN_LOSSES[] = {0.92885017875756737, 0.85360602081393144};
