"""How transformers makes batches of sequences of different lengths; a step is a list of batches."""
import torch
from transformers.trainer_pt_utils import BatchRebalanceSampler, get_length_grouped_indices

ACCUMULATED = 4  # batches of a step that batch_rebalance may choose the sizes of


def slices(order, size):
    return [order[i : i + size] for i in range(0, len(order) - size + 1, size)]


def shuffled(chosen, size, seed):
    order = torch.randperm(len(chosen), generator=torch.Generator().manual_seed(seed))
    return [[batch] for batch in slices([chosen[i] for i in order], size)]


def rebalanced(chosen, lengths, size, seed):
    """train_sampling_strategy=batch_rebalance; it can choose only where gradients add up."""
    sampler = BatchRebalanceSampler([int(lengths[i]) for i in chosen], effective_batch_size=size,
                                    dp_size=1, grad_accum=ACCUMULATED, seed=seed)
    return slices([[chosen[i] for i in batch] for batch in sampler], ACCUMULATED)


def grouped(lengths, size, seed, steps):
    """train_sampling_strategy=group_by_length over all sequences; `steps` spread over its first
    run of lengths from long to short."""
    order = get_length_grouped_indices(lengths.tolist(), size,
                                       generator=torch.Generator().manual_seed(seed))
    run = slices(order, size)[: max(1, min(len(lengths) // (4 * size), 50))]
    return [[run[int((k + 0.5) * len(run) / steps)]] for k in range(steps)]


def count_tokens(steps, lengths):
    return [int(sum(lengths[i] for batch in step for i in batch)) for step in steps]
