#!/usr/bin/env bash
# One would guess: safetensors.numpy.save_file() writes the array that one gives it, or refuses one that does not lie
# in C's order, as safetensors.torch does for tensors. Version 0.7.0 wrote it right.
#
# What is so: version 0.8.0 notes the array's shape, and copies as many bytes from its address as there are. Of a
# matrix in Fortran's order, or a transposed one, the file has the right shape and the numbers in the order in which
# they lay in memory; of every second column, both columns of the first half. No error, no warning, neither at saving
# nor at loading: a network only gives other results.
#
# Who meets it: who saves a transposed layer (x @ W, where PyTorch wants W.T), planes of a picture or filters made by
# transpose(2, 0, 1), a cropped table, or what PCA and other linear algebra return, which is often in Fortran's order.
# numpy.ascontiguousarray() before saving helps.
#
# Source: run here; bindings/python/py_src/safetensors/numpy.py, `_flatten`: data_ptr and data_len, no strides (0.7.0
# has tobytes() there); github.com/safetensors/safetensors, issue 825 (open). The docstring, in both versions, asks for
# tensors that are "contiguous and dense"; an array in Fortran's order is both in NumPy's words.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
for version in 0.7.0 0.8.0; do
    python3 -m venv "$folder/$version"
    "$folder/$version/bin/pip" install --quiet --disable-pip-version-check numpy==2.4.6 safetensors=="$version"
    "$folder/$version/bin/python" - <<'PY'
import numpy as np
import safetensors
from safetensors.numpy import load, save

photo = np.arange(4 * 5 * 3, dtype=np.uint8).reshape(4, 5, 3)
layer = np.linspace(0, 1, 12, dtype=np.float32).reshape(3, 4)
arrays = {
    "layer": layer,
    "layer.T": layer.T,
    "asfortranarray(layer)": np.asfortranarray(layer),
    "layer[:, ::2]": layer[:, ::2],
    "photo.transpose(2, 0, 1)": photo.transpose(2, 0, 1),
}
print("safetensors", safetensors.__version__)
for name, array in arrays.items():
    with_copy = load(save({name: np.ascontiguousarray(array)}))[name]
    assert np.array_equal(with_copy, array)
    loaded = load(save({name: array}))[name]
    same = bool(np.array_equal(loaded, array))
    print(f"  {name}: {'the same' if same else f'{np.mean(loaded != array):.0%} of the numbers are others'}")
    assert loaded.shape == array.shape and loaded.dtype == array.dtype
    right = safetensors.__version__ == "0.7.0" or name == "layer"
    assert same == right, "this has changed"
    if name == "layer.T" and not right:
        assert np.array_equal(loaded.ravel(), layer.ravel()), "this has changed"
PY
done
