#!/usr/bin/env bash
# One would guess: FFmpeg's filter lut3d applies a colour table (.cube) as the file says, its domain (DOMAIN_MIN and
# DOMAIN_MAX, the values that the first and the last entry stand for) included, or refuses what it cannot do.
#
# What is so: it reads the domain only in lines behind LUT_3D_SIZE; in front, where Adobe's specification allows it as
# well and many files have it, it is passed over. Where it is read, its width is taken, but not its beginning, and only
# if it is more than 1. Here each file changes nothing between 0 and 1. Depending on the order of three lines, lut3d
# makes twice the light or the right picture of the one for 0 to 2, and black or half the light of the one for -1 to 1;
# of the one for 0.25 to 0.75, greys of half the contrast. Nothing is said. OpenColorIO is right each time; pillow-lut
# takes every file for one of 0 to 1.
#
# Who meets it: who gives clips the look of a painting or a film by someone's tables, above all tables for scene light
# or for film scans, whose domain is wider.
#
# Source: run here; libavfilter/vf_lut3d.c, parse_cube(); FFmpeg's manual of lut3d names no limit of the format.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check \
    imageio-ffmpeg==0.8.1 numpy==2.4.6 opencolorio==2.6.0 pillow==13.0.0 pillow-lut==1.1.0
cd "$folder"
"$folder/venv/bin/python" - <<'PY'
import subprocess
from importlib.metadata import version

import imageio_ffmpeg
import numpy as np
import PyOpenColorIO
from PIL import Image
from pillow_lut import load_cube_file

FFMPEG = imageio_ffmpeg.get_ffmpeg_exe()
SHADES = np.array([64, 96, 128, 160, 191], np.uint8)  # greys that lie within each domain
PICTURE = np.repeat(SHADES[None, :, None], 3, axis=2)


def table(low, high, order):
    """A file that changes no colour between `low` and `high`, but keeps all in 0..1."""
    grid = np.linspace(low, high, 17)
    domain = [f"DOMAIN_{name} {value} {value} {value}" for name, value in (("MIN", low), ("MAX", high))]
    head = {"domain, size": [*domain, "LUT_3D_SIZE 17"], "size, domain": ["LUT_3D_SIZE 17", *domain]}[order]
    kept = grid.clip(0, 1)
    rows = [f"{r:.6f} {g:.6f} {b:.6f}" for b in kept for g in kept for r in kept]
    return "\n".join([*head, *rows]) + "\n"


def by_ffmpeg(path):
    raw = ["-f", "rawvideo", "-pix_fmt", "rgb24"]
    command = [FFMPEG, "-loglevel", "warning", *raw, "-s", f"{len(SHADES)}x1", "-i", "-"]
    command += ["-vf", f"lut3d={path}", *raw, "-"]
    done = subprocess.run(command, input=PICTURE.tobytes(), capture_output=True, check=True)
    assert b"lut3d" not in done.stderr, "no warning"
    return np.frombuffer(done.stdout, np.uint8).reshape(-1, 3)[:, 0].astype(int)


def by_pillow(path):
    return np.asarray(Image.fromarray(PICTURE).filter(load_cube_file(path)))[0, :, 0].astype(int)


def by_ocio(path):
    transform = PyOpenColorIO.FileTransform(path, interpolation=PyOpenColorIO.INTERP_LINEAR)
    colours = (PICTURE[0] / 255).astype(np.float32)
    PyOpenColorIO.Config.CreateRaw().getProcessor(transform).getDefaultCPUProcessor().applyRGB(colours)
    return (colours[:, 0] * 255).round().astype(int)


def right(shades):
    return bool(np.abs(shades - SHADES).max() <= 1)


versions = [f"{name} {version(name)}" for name in ("opencolorio", "pillow-lut")]
print("FFmpeg", imageio_ffmpeg.get_ffmpeg_version(), *versions)
print("  the shades:", SHADES.tolist())
found = {}
for low, high in ((0, 1), (0, 2), (-1, 1), (0.25, 0.75)):
    for order in ("domain, size", "size, domain"):
        path = f"{low}-{high}-{order[0]}.cube"
        with open(path, "w") as file:
            file.write(table(low, high, order))
        film, picture, meant = by_ffmpeg(path), by_pillow(path), by_ocio(path)
        print(f"  {low} to {high}, {order}: lut3d {film.tolist()}, pillow-lut {picture.tolist()}")
        assert right(meant)
        found[low, high, order] = right(film)
        assert right(picture) == (high - low == 1), "this has changed"
        if (low, order) == (-1, "size, domain"):
            assert film.max() == 0, "this has changed"
good = [case for case, well in found.items() if well]
assert good == [(0, 1, "domain, size"), (0, 1, "size, domain"), (0, 2, "size, domain")], "this has changed"
PY
