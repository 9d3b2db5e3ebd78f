#!/usr/bin/env python3
"""PyTorch DDP over gloo as a peer: the same steps, each process on its part of every batch.

Rank, number of processes and address come from the environment, as torchrun sets it.
"""
import torch
import torch.distributed as dist

import peer
from peer_pytorch import PyTorch


class Distributed(PyTorch):
    def __init__(self, args):
        super().__init__(args)
        dist.init_process_group("gloo")
        self.model = torch.nn.parallel.DistributedDataParallel(
            self.model, gradient_as_bucket_view=True)

    def train(self, model, precision, batches, pad_to):
        own = [batch[dist.get_rank()::dist.get_world_size()] for batch in batches]
        with model.no_sync():
            for batch in own[:-1]:
                self.add_gradients(model, precision, batch, pad_to, 1 / len(own))
        self.add_gradients(model, precision, own[-1], pad_to, 1 / len(own))
        self.update()


if __name__ == "__main__":
    peer.serve(lambda arguments: Distributed(arguments).run)
