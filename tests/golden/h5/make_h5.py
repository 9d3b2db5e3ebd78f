"""Writes by_h5py.h5, a file as users of h5py write it: python3 make_h5.py"""

from pathlib import Path

import h5py
import numpy

with h5py.File(Path(__file__).parent / "by_h5py.h5", "w") as file:
    file["group/labels"] = numpy.array([[0, 1, 2], [3, 4, -100]], dtype=">i4")
    text = h5py.string_dtype()
    file.create_dataset("id", data=["a", ""], dtype=text)
    file.attrs.create("label_names", ["x", "\u00e9t\u00e9"], dtype=text)
    file.attrs["version"] = 1
