"""The arrays of a snapshot open with the library of their format, which only these tests have."""

import numpy as np
from safetensors.numpy import load_file

from concierge.artifacts.arrays import FILE_NAME, ArraysWriter


def test_other_tools_open_the_arrays_of_a_snapshot(tmp_path):
    writer = ArraysWriter(tmp_path)
    writer.column("vectors", np.int8, 3).append([[1, 2, 3], [4, 5, 6]])
    writer.put("in_stock", np.array([True, False]))
    writer.put("prices", np.array([12.5, np.nan]))
    writer.put("hashes", np.array([1 << 63], np.uint64))
    writer.put("nothing", np.empty(0, np.float32))
    writer.finish()
    read = load_file(tmp_path / FILE_NAME)
    assert read["vectors"].tolist() == [[1, 2, 3], [4, 5, 6]]
    assert read["in_stock"].tolist() == [True, False]
    assert read["prices"][0] == 12.5
    assert read["hashes"].tolist() == [1 << 63]
    assert read["nothing"].shape == (0,)
