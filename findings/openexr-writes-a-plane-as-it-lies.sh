#!/usr/bin/env bash
# One would guess: OpenEXR's Python module writes the numbers that NumPy shows of an array, or refuses an array that does
# not lie in memory in order. So {"R": image[..., 0], "G": image[..., 1], "B": image[..., 2]} are the picture's planes.
#
# What is so: it takes an array's address and shape and reads on from there, whatever its strides. Of a plane that is a view
# of a picture, it reads the first third of the whole picture: red, green and blue of one pixel become three neighbours in
# one row. The same with a picture of PyTorch's order that was turned by transpose(1, 2, 0) or permute(), with one cut out of
# a larger one, and with one of Fortran's order. Nothing is raised or printed, and the file is valid for every reader. After
# numpy.ascontiguousarray() it is right.
#
# Who meets it: who saves normals, depth, masks or linear pictures from a script: image[..., 0] is the way to take a channel
# out, and a test with a picture of one grey level does not see it.
#
# Source: github.com/AcademySoftwareFoundation/openexr, issue 1929 (open since 2024; the maintainer there regrets that the
# documentation does not say so); src/wrappers/python/PyOpenEXR.cpp, PyPart::writePixels(), computes strides from the width.
# OpenImageIO is the second reader and writer here: what it writes from the same views is right.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check numpy==2.4.6 openexr==3.5.3 openimageio==3.2.2.0
cd "$folder"
"$folder/venv/bin/python" - <<'PY'
import numpy as np
import OpenEXR
import OpenImageIO as oiio

HEIGHT, WIDTH = 4, 6
HEADER = {"compression": OpenEXR.ZIP_COMPRESSION, "type": OpenEXR.scanlineimage}
right = np.arange(HEIGHT * WIDTH * 3, dtype=np.float32).reshape(HEIGHT, WIDTH, 3)
views = {  # each of them is equal to `right` as NumPy sees it; none makes OpenEXR read outside of an array's memory
    "as it is": right,
    "turned from (3, H, W)": np.ascontiguousarray(right.transpose(2, 0, 1)).transpose(1, 2, 0),
    "of Fortran's order": np.asfortranarray(right),
    "cut out of a larger one": np.pad(right, ((0, 2), (0, 2), (0, 0)))[:HEIGHT, :WIDTH],
}
assert all(np.array_equal(view, right) for view in views.values())


def by_openexr(channels):
    with OpenEXR.File(HEADER, channels) as file:
        file.write("picture.exr")
    return oiio.ImageBuf("picture.exr").get_pixels("float")


def by_openimageio(view):
    buffer = oiio.ImageBuf(oiio.ImageSpec(WIDTH, HEIGHT, 3, "float"))
    for channel in range(3):
        plane = oiio.ROI(0, WIDTH, 0, HEIGHT, 0, 1, channel, channel + 1)
        assert buffer.set_pixels(plane, view[..., channel : channel + 1])
    return buffer.get_pixels("float")


def wrong(found):
    return int((found != right).sum())


print("OpenEXR", OpenEXR.__version__, "OpenImageIO", oiio.VERSION_STRING, "- wrong numbers of", right.size)
planes = by_openexr({name: right[..., index] for index, name in enumerate("RGB")})
copies = by_openexr({name: np.ascontiguousarray(right[..., index]) for index, name in enumerate("RGB")})
print(f"  planes that are views: {wrong(planes)}; planes that are copies: {wrong(copies)}")
print(f"  row 0 of red is {right[0, :, 0].astype(int)}, and {planes[0, :, 0].astype(int)} in the file")
assert wrong(copies) == 0
assert np.array_equal(planes[..., 0].ravel(), right.ravel()[: HEIGHT * WIDTH]), "this has changed"
for name, view in views.items():
    found, other = wrong(by_openexr({"RGB": view})), wrong(by_openimageio(view))
    copied = wrong(by_openexr({"RGB": np.ascontiguousarray(view)}))
    print(f"  a picture {name}: {found}; copied: {copied}; by OpenImageIO: {other}")
    assert copied == 0 and other == 0
    assert (found > 0) == (name != "as it is"), "this has changed"
PY
