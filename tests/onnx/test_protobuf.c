/* Fields of messages, held against what Google's protobuf makes of the same values
 * (tests/golden/onnx/make_messages.py). */

#include "protobuf.h"

#include <float.h>

#include "check.h"
#include "fields.h"
#include "mpibert/io/file.h"

#define MESSAGES "tests/golden/onnx/messages.txt"

/* Whether the line "name hex" of the file has these bytes, which are cleared. */
static void check_message(const char *name, mpb_buffer *message)
{
    mpb_buffer file = {0};
    mpb_buffer line = {0};

    CHECK_OK(mpb_file_read(MESSAGES, &file));
    CHECK_OK(mpb_buffer_append_format(&line, "%s ", name));
    for (size_t i = 0; i < message->size; i++) {
        CHECK_OK(mpb_buffer_append_format(&line, "%02x", (unsigned char)message->data[i]));
    }
    CHECK_OK(mpb_buffer_append_text(&line, "\n"));
    check_contains(file.data, line.data, __FILE__, __LINE__);
    mpb_buffer_clear(&line);
    mpb_buffer_clear(&file);
    mpb_buffer_clear(message);
}

static void check_numbered(const char *kind, size_t number, mpb_buffer *message)
{
    char name[32];

    snprintf(name, sizeof(name), "%s-%zu", kind, number);
    check_message(name, message);
}

static void integers_are_varints_of_64_bits(void)
{
    const int64_t values[] = {0, 1, 127, 128, 300, 2147483648, INT64_MAX, -1, INT64_MIN};

    for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
        mpb_buffer message = {0};

        CHECK_OK(protobuf_integer(&message, ATTRIBUTE_I, values[i]));
        check_numbered("integer", i, &message);
    }
}

static void floats_are_four_bytes(void)
{
    const float values[] = {0.0f, -0.0f, 1.5f, -1e-12f, FLT_MAX};

    for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
        mpb_buffer message = {0};

        CHECK_OK(protobuf_float(&message, ATTRIBUTE_F, values[i]));
        check_numbered("float", i, &message);
    }
}

static void texts_have_their_length_before_them(void)
{
    char longer[201] = {0};
    const char *const values[] = {"", "Gemm", "K\xC3\xA4se", longer};

    memset(longer, 'x', 200);
    for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
        mpb_buffer message = {0};

        CHECK_OK(protobuf_text(&message, ATTRIBUTE_NAME, values[i]));
        check_numbered("text", i, &message);
    }
}

static void a_field_above_fifteen_has_a_tag_of_two_bytes(void)
{
    mpb_buffer message = {0};

    CHECK_OK(protobuf_integer(&message, ATTRIBUTE_TYPE, ATTRIBUTE_TYPE_INT));
    check_message("high-field", &message);
}

static void bytes_may_follow_from_elsewhere(void)
{
    unsigned char all[256];
    mpb_buffer together = {0};
    mpb_buffer apart = {0};

    for (int i = 0; i < 256; i++) {
        all[i] = (unsigned char)i;
    }
    CHECK_OK(protobuf_bytes(&together, TENSOR_RAW_DATA, all, sizeof(all)));
    check_message("bytes", &together);
    CHECK_OK(protobuf_begin_bytes(&apart, TENSOR_RAW_DATA, sizeof(all)));
    CHECK_OK(mpb_buffer_append(&apart, all, sizeof(all)));
    check_message("bytes", &apart);
}

static void messages_are_fields_of_messages_and_are_cleared(void)
{
    mpb_buffer node = {0};
    mpb_buffer attribute = {0};
    mpb_buffer empty = {0};

    CHECK_OK(protobuf_text(&node, NODE_INPUT, "x"));
    CHECK_OK(protobuf_text(&node, NODE_INPUT, "w"));
    CHECK_OK(protobuf_text(&node, NODE_OP_TYPE, "Gemm"));
    CHECK_OK(protobuf_text(&attribute, ATTRIBUTE_NAME, "transB"));
    CHECK_OK(protobuf_integer(&attribute, ATTRIBUTE_I, 1));
    CHECK_OK(protobuf_integer(&attribute, ATTRIBUTE_TYPE, ATTRIBUTE_TYPE_INT));
    CHECK_OK(protobuf_message(&node, NODE_ATTRIBUTE, &attribute));
    CHECK_OK(protobuf_message(&node, NODE_ATTRIBUTE, &empty));
    CHECK(attribute.data == NULL && attribute.size == 0);
    check_message("nested", &node);
}

int main(void)
{
    integers_are_varints_of_64_bits();
    floats_are_four_bytes();
    texts_have_their_length_before_them();
    a_field_above_fifteen_has_a_tag_of_two_bytes();
    bytes_may_follow_from_elsewhere();
    messages_are_fields_of_messages_and_are_cleared();
    return EXIT_SUCCESS;
}
