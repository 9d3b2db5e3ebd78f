#!/usr/bin/env python3
"""PEFT on PyTorch + transformers as a peer that trains adapters of low rank and the head."""
import peft
import torch

import peer
from peer_pytorch import PyTorch

ADAPTERS = peft.LoraConfig(task_type=peft.TaskType.SEQ_CLS, r=8, lora_alpha=16, lora_dropout=0.1,
                           target_modules=["query", "value"])


class LowRank(PyTorch):
    def __init__(self, args):
        super().__init__(args)
        self.model = peft.get_peft_model(self.model, ADAPTERS)
        self.compiled = torch.compile(self.model)
        trained = [p for p in self.model.parameters() if p.requires_grad]
        self.optimizer = torch.optim.AdamW(trained, lr=5e-4, weight_decay=0.01, fused=True)


if __name__ == "__main__":
    peer.serve(lambda arguments: LowRank(arguments).run)
