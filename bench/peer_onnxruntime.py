#!/usr/bin/env python3
"""ONNX Runtime as a peer: forward passes in fp32 of the model that torch.onnx exports."""
import os
import tempfile
import time

import onnxruntime
import torch

import peer
from peer_pytorch import PyTorch, load_model
from shards import read_shards


def export(model, path):
    example = (torch.ones(2, 16, dtype=torch.long),) * 2
    names = ["input_ids", "attention_mask"]
    batch, length = torch.export.Dim("batch"), torch.export.Dim("length")
    torch.onnx.export(model.eval(), example, path, input_names=names, output_names=["logits"],
                      dynamic_shapes=({0: batch, 1: length},) * 2, dynamo=True)


def open_session(path, threads):
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_ALL
    return onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])


class OnnxRuntime:
    def __init__(self, args):
        self.sequences = read_shards(args.shards)
        model = load_model(PyTorch.kind, args.model, int(self.sequences.labels.max()) + 1)
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "model.onnx")
            export(model, path)
            self.session = open_session(path, args.threads)

    def infer(self, batches):
        for batch in batches:
            ids, mask = self.sequences.pad(batch)
            self.session.run(None, {"input_ids": ids, "attention_mask": mask})

    def run(self, steps):
        seconds = []
        for batches in steps:
            start = time.perf_counter()
            self.infer(batches)
            seconds.append(time.perf_counter() - start)
        return seconds


if __name__ == "__main__":
    peer.serve(lambda arguments: OnnxRuntime(arguments).run)
