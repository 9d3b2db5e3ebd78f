"""Writes mixed.safetensors (many types) and written.safetensors (what mpibert's writer must give,
byte by byte) with the reference library: python3 make_safetensors.py"""

from pathlib import Path

import torch
from safetensors.torch import save_file

folder = Path(__file__).parent
numbers = [0.0, -0.0, 1.0, -2.5, 65504.0, 2.0**-24, 3 * 2.0**-16, float("inf"), 1 / 3]
save_file(
    {
        "f64": torch.tensor(numbers, dtype=torch.float64),
        "f32": torch.tensor(numbers, dtype=torch.float32),
        "f16": torch.tensor(numbers, dtype=torch.float16),
        "bf16": torch.tensor(numbers, dtype=torch.bfloat16),
        "i64": torch.arange(6, dtype=torch.int64).reshape(1, 6),
        "i32": torch.arange(3, dtype=torch.int32),
        "u8": torch.tensor([1, 2, 3], dtype=torch.uint8),
        "bool": torch.tensor([True, False, True]),
        "scalar": torch.tensor(0.5),
        "empty": torch.zeros(0, 4),
    },
    folder / "mixed.safetensors",
    metadata={"format": "pt"},
)
save_file(
    {
        "b.weight": torch.arange(6, dtype=torch.float32).reshape(2, 3) / 4,
        "a.bias": torch.tensor([-1.0, 1.5]),
        'c"\u00e9': torch.tensor(7.0),
        "B": torch.zeros(0, 3),
    },
    folder / "written.safetensors",
    metadata={"format": "pt"},
)
