"""Writes messages.txt: messages of ONNX as Google's protobuf serialises them, a line "name bytes" each.

    python3 tests/golden/onnx/make_messages.py

tests/onnx/test_protobuf.c makes the same ones.
"""

import pathlib

from onnx import AttributeProto, NodeProto, TensorProto

HERE = pathlib.Path(__file__).resolve().parent
INTEGERS = [0, 1, 127, 128, 300, 2**31, 2**63 - 1, -1, -(2**63)]
FLOATS = [0.0, -0.0, 1.5, -1e-12, 3.4028234663852886e38]
TEXTS = ["", "Gemm", "Käse", "x" * 200]


def messages():
    for i, value in enumerate(INTEGERS):
        yield f"integer-{i}", AttributeProto(i=value)
    for i, value in enumerate(FLOATS):
        yield f"float-{i}", AttributeProto(f=value)
    for i, value in enumerate(TEXTS):
        yield f"text-{i}", AttributeProto(name=value)
    yield "high-field", AttributeProto(type=AttributeProto.INT)
    yield "bytes", TensorProto(raw_data=bytes(range(256)))
    yield "nested", NodeProto(
        input=["x", "w"], op_type="Gemm",
        attribute=[AttributeProto(name="transB", i=1, type=AttributeProto.INT), AttributeProto()])


if __name__ == "__main__":
    lines = [f"{name} {message.SerializeToString().hex()}\n" for name, message in messages()]
    (HERE / "messages.txt").write_text("".join(lines))
