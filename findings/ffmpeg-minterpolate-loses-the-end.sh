#!/usr/bin/env bash
# One would guess: FFmpeg's filter minterpolate, which adds pictures between those of a clip for smooth motion, keeps the
# clip's length and all of its pictures; of the last one there is nothing to add, so it stands as long as before.
#
# What is so: the last picture is never shown, and nothing of what comes before it in its place: a clip of n pictures ends
# where the last but one begins. Ten pictures of a tenth of a second each (1 s) become 0.82 s; three become 0.12 s; of two, or
# of one, nothing is left, and FFmpeg ends with status 0. So it is in all modes (mci, blend, dup), and also when the rate is
# that of the clip. The filters fps and framerate, which do the same without motion, keep 1 s.
#
# Who meets it: who smooths GIFs, stickers and slow motion, which have few pictures: a loop that jumps at its end, and sound
# that is longer than its film.
#
# Source: run here, with FFmpeg 9.0.2 of imageio-ffmpeg; stackoverflow.com/questions/71178068 (of two pictures nothing is left).
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check imageio-ffmpeg==0.8.1 numpy==2.4.6
"$folder/venv/bin/python" - <<'PY'
import subprocess

import imageio_ffmpeg
import numpy as np

SIZE, RATE, TO = 64, 10, 50


def through(filter, count):
    """Which of the clip's pictures (or what between two) stands in each of the pictures that come out."""
    clip = np.repeat(20 + 20 * np.arange(count, dtype=np.uint8), SIZE * SIZE * 3).tobytes()
    raw = ["-f", "rawvideo", "-pix_fmt", "rgb24"]
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", *raw, "-s", f"{SIZE}x{SIZE}", "-r", str(RATE), "-i", "-"]
    ended = subprocess.run([*command, "-vf", filter, *raw, "-"], input=clip, capture_output=True)
    assert ended.returncode == 0, ended.stderr
    pictures = np.frombuffer(ended.stdout, np.uint8).reshape(-1, SIZE, SIZE, 3)
    return (pictures[:, SIZE // 2, SIZE // 2, 0].astype(float) - 20) / 20


print("FFmpeg", imageio_ffmpeg.get_ffmpeg_version())
for count in (10, 3, 2, 1):
    for filter in (f"minterpolate=fps={TO}", f"minterpolate=fps={TO}:mi_mode=blend", f"framerate=fps={TO}", f"fps={TO}"):
        found = through(filter, count)
        last = f"the last shows picture {round(found[-1], 1)} of 0 to {count - 1}" if len(found) else "nothing"
        print(f"  {count / RATE} s by {filter}: {len(found) / TO} s, {last}")
        if filter.startswith("minterpolate"):
            kept = max(0, (count - 2) * TO // RATE + 1) if count > 2 else 0
            assert len(found) == kept and (not kept or round(found[-1]) == count - 2), "this has changed"
        elif count > 1:
            assert len(found) == count * TO // RATE and round(found[-1]) == count - 1
PY
