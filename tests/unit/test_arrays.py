"""The arrays of a snapshot: what is written reads back from one file, and nonsense is refused."""

import json
import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from concierge.artifacts.arrays import ALIGNMENT, FILE_NAME, Arrays, ArraysWriter
from concierge.errors import BrokenArtifact


def arrays_of(folder, **values):
    """Write some arrays of shape [n] and open them."""
    writer = ArraysWriter(folder)
    for name, array in values.items():
        writer.put(name, array)
    writer.finish()
    return Arrays.open(folder)


def write_raw(folder, header, content=b""):
    """Write a file whose header says anything."""
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    (folder / FILE_NAME).write_bytes(struct.pack("<Q", len(text)) + text + content)


def entry(dtype="F32", shape=(2,), data_offsets=(0, 8)):
    return {"dtype": dtype, "shape": shape, "data_offsets": data_offsets}


def address_of(array):
    return array.__array_interface__["data"][0]


def test_an_array_written_in_pieces_reads_back_whole(tmp_path):
    writer = ArraysWriter(tmp_path)
    column = writer.column("a", np.int8, 3)
    column.append([[1, 2, 3]])
    column.append(np.full((100, 3), 7))
    writer.finish()
    array = Arrays.open(tmp_path)["a"]
    assert array.shape == (101, 3)
    assert array[0].tolist() == [1, 2, 3]


def test_what_was_appended_can_be_read_before_the_end(tmp_path):
    writer = ArraysWriter(tmp_path)
    column = writer.column("a", np.int8, 2)
    column.append([[1, 2], [3, 4]])
    written = column.mapped()
    assert written.tolist() == [[1, 2], [3, 4]]
    column.append([[5, 6]])
    writer.finish()
    assert Arrays.open(tmp_path)["a"].tolist() == [[1, 2], [3, 4], [5, 6]]
    with pytest.raises(ValueError, match="read-only"):
        written[0] = 9


@pytest.mark.parametrize(
    "dtype",
    [np.bool_, np.int8, np.uint8, np.int32, np.int64, np.uint64, np.float32, np.float64],
)
def test_every_dtype_in_use_reads_back(tmp_path, dtype):
    written = np.array([0, 1, 1], dtype)
    read = arrays_of(tmp_path, a=written)["a"]
    assert read.dtype == dtype
    assert read.tolist() == written.tolist()


def test_an_empty_array_opens(tmp_path):
    arrays = arrays_of(tmp_path, a=np.empty(0, np.float32), b=np.ones(1, np.int8))
    assert arrays["a"].shape == (0,)


def test_only_one_file_remains(tmp_path):
    arrays_of(tmp_path, a=np.ones(3), b=np.ones(3, np.bool_))
    assert [path.name for path in tmp_path.iterdir()] == [FILE_NAME]


def test_equal_arrays_make_equal_files(tmp_path):
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        arrays_of(tmp_path / name, a=np.arange(5), b=np.ones(3, np.bool_))
    assert (tmp_path / "one" / FILE_NAME).read_bytes() == (
        tmp_path / "two" / FILE_NAME
    ).read_bytes()


def test_vectors_begin_at_a_cache_line_whatever_lies_beside_them(tmp_path):
    writer = ArraysWriter(tmp_path)
    writer.put("flags", np.ones(7, np.bool_))
    writer.put("prices", np.ones(7))
    writer.column("vectors", np.int8, 384).append(np.ones((7, 384)))
    writer.finish()
    assert address_of(Arrays.open(tmp_path)["vectors"]) % ALIGNMENT == 0


@given(
    st.lists(
        st.tuples(st.sampled_from([np.bool_, np.int32, np.float64]), st.integers(0, 40)), max_size=9
    )
)
def test_items_are_aligned_and_bytes_have_no_gaps(tmp_path_factory, columns):
    folder = tmp_path_factory.mktemp("arrays")
    given_arrays = {
        f"a{number}": np.ones(rows, dtype) for number, (dtype, rows) in enumerate(columns)
    }
    arrays = arrays_of(folder, **given_arrays)
    assert all(arrays[name].flags.aligned for name, array in given_arrays.items() if array.size)
    (length,) = struct.unpack_from("<Q", (folder / FILE_NAME).read_bytes())
    size = (folder / FILE_NAME).stat().st_size
    assert size == 8 + length + sum(array.nbytes for array in given_arrays.values())


def test_what_is_read_cannot_be_written(tmp_path):
    with pytest.raises(ValueError, match="read-only"):
        arrays_of(tmp_path, a=np.ones(2))["a"][0] = 5


def test_a_missing_array_is_named(tmp_path):
    arrays = arrays_of(tmp_path, prices=np.ones(2))
    assert "prices" in arrays
    assert "vectors" not in arrays
    with pytest.raises(BrokenArtifact, match=r"arrays\.safetensors has no array 'vectors'"):
        arrays["vectors"]


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(BrokenArtifact, match=r"arrays\.safetensors is missing"):
        Arrays.open(tmp_path)


@pytest.mark.parametrize(
    "header",
    [
        pytest.param(b"not JSON", id="not JSON"),
        pytest.param(b"\xff\xfe", id="not text"),
        pytest.param(b'{"a":' * 100_000, id="too deep"),
        pytest.param([], id="a list"),
        pytest.param({"a": "F32"}, id="an entry that is a text"),
        pytest.param({"a": {"dtype": "F32"}}, id="no shape"),
        pytest.param({"a": entry(dtype="F8_E4M3")}, id="unknown dtype"),
        pytest.param({"a": entry(dtype=["F32"])}, id="dtype that is a list"),
        pytest.param({"a": entry(data_offsets=(4, 12))}, id="beyond the end"),
        pytest.param({"a": entry(data_offsets=(-8, 0))}, id="before the beginning"),
        pytest.param({"a": entry(data_offsets=(8, 0))}, id="backwards"),
        pytest.param({"a": entry(data_offsets=(0, 4))}, id="too few bytes for the shape"),
        pytest.param({"a": entry(data_offsets=(0, 4, 8))}, id="three offsets"),
        pytest.param({"a": entry(data_offsets=("0", "8"))}, id="offsets that are texts"),
        pytest.param({"a": entry(shape=(-1, -2))}, id="negative shape"),
        pytest.param({"a": entry(shape=(2.0,))}, id="fractional shape"),
        pytest.param({"a": entry(shape=(0, 10**30), data_offsets=(0, 0))}, id="endless shape"),
    ],
)
def test_a_header_of_nonsense_is_refused(tmp_path, header):
    write_raw(tmp_path, header, b"12345678")
    with pytest.raises(BrokenArtifact, match=r"arrays\.safetensors cannot be read"):
        Arrays.open(tmp_path)


@pytest.mark.parametrize("kept", [0, 4, 8, 100, -1])
def test_a_cut_file_is_refused(tmp_path, kept):
    arrays_of(tmp_path, prices=np.ones(20))
    whole = (tmp_path / FILE_NAME).read_bytes()
    (tmp_path / FILE_NAME).write_bytes(whole[:kept])
    with pytest.raises(BrokenArtifact, match=r"arrays\.safetensors cannot be read"):
        Arrays.open(tmp_path)


def test_a_header_longer_than_any_file_is_refused(tmp_path):
    (tmp_path / FILE_NAME).write_bytes(b"\xff" * 8 + b"{}{}")
    with pytest.raises(BrokenArtifact, match=r"arrays\.safetensors cannot be read"):
        Arrays.open(tmp_path)
