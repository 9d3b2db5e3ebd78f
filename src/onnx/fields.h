#pragma once

/* Numbers of onnx/onnx.proto: of the fields that this module writes, and of constants in them. */

enum { /* ModelProto */
       MODEL_IR_VERSION = 1,
       MODEL_PRODUCER_NAME = 2,
       MODEL_PRODUCER_VERSION = 3,
       MODEL_GRAPH = 7,
       MODEL_OPSET_IMPORT = 8,
       MODEL_METADATA_PROPS = 14
};
enum { OPSET_VERSION = 2 };              /* OperatorSetIdProto */
enum { ENTRY_KEY = 1, ENTRY_VALUE = 2 }; /* StringStringEntryProto */

enum { /* GraphProto */
       GRAPH_FIELD_NODE = 1,
       GRAPH_FIELD_NAME = 2,
       GRAPH_FIELD_INITIALIZER = 5,
       GRAPH_FIELD_INPUT = 11,
       GRAPH_FIELD_OUTPUT = 12
};
enum { NODE_INPUT = 1, NODE_OUTPUT = 2, NODE_NAME = 3, NODE_OP_TYPE = 4, NODE_ATTRIBUTE = 5 };

enum { /* AttributeProto */
       ATTRIBUTE_NAME = 1,
       ATTRIBUTE_F = 2,
       ATTRIBUTE_I = 3,
       ATTRIBUTE_INTS = 8,
       ATTRIBUTE_TYPE = 20
};
enum { ATTRIBUTE_TYPE_FLOAT = 1, ATTRIBUTE_TYPE_INT = 2, ATTRIBUTE_TYPE_INTS = 7 };

enum { /* TensorProto */
       TENSOR_DIMS = 1,
       TENSOR_DATA_TYPE = 2,
       TENSOR_NAME = 8,
       TENSOR_RAW_DATA = 9,
       TENSOR_EXTERNAL_DATA = 13,
       TENSOR_DATA_LOCATION = 14
};
enum { DATA_LOCATION_EXTERNAL = 1 };
enum { DATA_TYPE_FLOAT = 1, DATA_TYPE_INT64 = 7 };

enum { VALUE_INFO_NAME = 1, VALUE_INFO_TYPE = 2 }; /* ValueInfoProto */
enum { TYPE_TENSOR = 1 };                          /* TypeProto */
enum { TENSOR_TYPE_ELEM = 1, TENSOR_TYPE_SHAPE = 2 };
enum { SHAPE_DIM = 1 }; /* TensorShapeProto */
enum { DIM_VALUE = 1, DIM_PARAM = 2 };
