"""Clips painted as clips, compared with painting each frame alone: python -m tests.benchmarks.video.

Three clips whose true motion is known: a pan over a photo, a subject over a still ground, and a cut between two pans.
The warped error is the mean square difference between a painted frame and the one before it, moved by the true motion,
where both show the same (M. Ruder, A. Dosovitskiy and T. Brox, "Artistic style transfer for videos", GCPR 2016, section
5.2). The style loss is weighted as in the settings. Both are measured on the 8-bit frames. Seconds are medians over the
frames.

With `--fades`, the pan fades in from black and from white, dissolves from another photo, and grows brighter: the
correlation of the last painted frame with the clip's, and how much that is of the one without a fade.
"""

from __future__ import annotations

import styler.engine.runtime  # noqa: F401  # isort: skip  (first: it sets how torch's threads wait)
import itertools
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np
import torch
from PIL import Image
from torch import Tensor

from styler.argument_parser import ArgumentParser
from styler.engine.gram_cache import style_grams
from styler.engine.losses import gram_matrix, style_loss
from styler.engine.model import load_model
from styler.engine.runtime import tune_process
from styler.engine.temporal import TemporalPainter
from styler.engine.transfer import Step, loss_weights, scaled_style, style_transfer
from styler.settings import Settings
from styler.video.optical_flow import BackwardFlow, Floats
from tests.benchmarks import kit

PAN = (2.6, 0.7)  # pixels a frame, across and down
STRIDE = 3.3  # of the subject, across


class Shot(NamedTuple):
    """Frames (3, H, W), whole numbers in 0..255; and the true motion from the frame before, None after a cut."""

    frames: list[Tensor]
    motions: list[BackwardFlow | None]


class Painted(NamedTuple):
    frames: list[Tensor]
    seconds: list[float]


def main() -> None:
    parser = ArgumentParser("python -m tests.benchmarks.video", description=__doc__)
    parser.add_argument("clips", nargs="*", default=list(CLIPS), metavar="pan|subject|cut")
    parser.add_argument("--size", type=int, default=192)
    parser.add_argument("--frames", type=int, default=8)
    parser.add_argument("--painting", default="great-wave")
    parser.add_argument("--fades", action="store_true", help="measure what is painted after fades")
    parser.add_argument("--sheets", type=Path, help="a folder for pictures of all frames, painted both ways")
    options = parser.parse_args()
    tune_process()
    order = kit.order("palace", options.painting, size=options.size)
    settings, (_, style, _) = order.settings, order.tensors()
    load_model(settings)
    if options.fades:
        report_fades(options.size, options.frames, style, settings)
        return
    for name in options.clips:
        shot = CLIPS[name](options.size, options.frames)
        ways = {"alone": alone(shot, style, settings), "clip": as_clip(shot, style, settings)}
        print(f"{name}, {options.frames} frames of {tuple(shot.frames[0].shape[1:])}, {options.painting}", flush=True)
        report(shot, ways, style, settings)
        if options.sheets:
            rows = [shot.frames, ways["alone"].frames, ways["clip"].frames]
            Image.fromarray(np.vstack([np.hstack([pixels(frame) for frame in row]) for row in rows])).save(
                options.sheets / f"{name}.png"
            )


def pan(size: int, frames: int, name: str = "palace") -> Shot:
    """A window moves over a larger photo."""
    ground = photo(name, size * 3 // 2)
    shown = [window(ground, (size * 3 // 4, size), PAN[0] * t, PAN[1] * t) for t in range(frames)]
    motion = moved(shown[0].shape[1:], *PAN)
    return Shot(shown, [None, *[motion] * (frames - 1)])


def subject(size: int, frames: int) -> Shot:
    """A round cut-out of the cat moves over a still photo."""
    height = size * 3 // 4
    ground = window(photo("palace", size * 3 // 2), (height, size), 0, 0)
    cat = photo("chelsea", size // 2)
    shown, masks = [], []
    for t in range(frames):
        x, y = size * 0.3 + STRIDE * t, height * 0.55
        mask = ellipse((height, size), x, y, size * 0.18, height * 0.22)
        sprite = window(cat, (height, size), cat.shape[2] / 2 - x, cat.shape[1] / 2 - y)
        shown.append(torch.where(mask, sprite, ground))
        masks.append(mask.numpy())
    return Shot(shown, [None, *[over(now, before) for before, now in itertools.pairwise(masks)]])


def cut(size: int, frames: int) -> Shot:
    """A pan over one photo, then a pan over another."""
    first, second = pan(size, frames // 2), pan(size, frames - frames // 2, "coffee")
    return Shot(first.frames + second.frames, first.motions + second.motions)


CLIPS: dict[str, Callable[[int, int], Shot]] = {"pan": pan, "subject": subject, "cut": cut}


def fades(size: int, frames: int) -> dict[str, Shot]:
    """The pan as it is, and as it comes by a fade that takes all but the last two frames."""
    whole, other = pan(size, frames), pan(size, frames, "coffee")
    shares = [min(1.0, number / (frames - 2)) for number in range(frames)]

    def over(grounds: Sequence[Tensor | float]) -> Shot:
        mixed = [
            share * frame + (1 - share) * each for share, frame, each in zip(shares, whole.frames, grounds, strict=True)
        ]
        return Shot([frame.round() for frame in mixed], whole.motions)

    brighter = [(0.3 + 0.7 * share) * frame for share, frame in zip(shares, whole.frames, strict=True)]
    return {
        "as it is": whole,
        "from black": over([0.0] * frames),
        "from white": over([255.0] * frames),
        "dissolve": over(other.frames),
        "brighter": Shot([frame.round() for frame in brighter], whole.motions),
    }


def report_fades(size: int, frames: int, style: Tensor, settings: Settings) -> None:
    plain = 0.0
    for name, shot in fades(size, frames).items():
        last = as_clip(shot, style, settings).frames[-1]
        likeness = float(np.corrcoef(last.mean(0).ravel(), shot.frames[-1].mean(0).ravel())[0, 1])
        plain = plain or likeness
        print(f"{name:10} correlation {likeness:.2f}, {likeness / plain:.2f} of that without a fade", flush=True)


def photo(name: str, size: int) -> Tensor:
    return kit.order(name, "great-wave", size=size).tensors()[0]


def window(picture: Tensor, size: tuple[int, int], x: float, y: float) -> Tensor:
    """The part (3, height, width) of a picture from (x, y) on; x and y need not be whole pixels."""
    array, shift = picture.permute(1, 2, 0).numpy(), np.array([[1, 0, x], [0, 1, y]], np.float32)
    flags = cv2.INTER_LANCZOS4 | cv2.WARP_INVERSE_MAP
    seen = cv2.warpAffine(array, shift, size[::-1], flags=flags, borderMode=cv2.BORDER_REFLECT_101)
    return torch.from_numpy(seen.clip(0, 255).round()).permute(2, 0, 1).contiguous()


def ellipse(size: tuple[int, int], x: float, y: float, across: float, down: float) -> Tensor:
    row, column = torch.meshgrid(*(torch.arange(side) for side in size), indexing="ij")
    return ((column - x) / across) ** 2 + ((row - y) / down) ** 2 < 1


def grid(size: Sequence[int]) -> Floats:
    return np.dstack(np.meshgrid(*(np.arange(side, dtype=np.float32) for side in reversed(size))))


def moved(size: Sequence[int], x: float, y: float) -> BackwardFlow:
    origin = grid(size) + np.array([x, y], np.float32)
    inside = (origin >= 0).all(2) & (origin <= np.array([size[1] - 1, size[0] - 1])).all(2)
    return BackwardFlow(origin, inside.astype(np.float32))


def over(now: Floats, before: Floats) -> BackwardFlow:
    """The subject's motion where it is, and no motion elsewhere; unknown where the other one was before."""
    origin = grid(now.shape)
    origin[..., 0] -= STRIDE * now
    was = cv2.remap(before.astype(np.float32), origin, None, cv2.INTER_LINEAR)
    return BackwardFlow(origin, np.where(now, was > 0.99, was < 0.01).astype(np.float32))


def alone(shot: Shot, style: Tensor, settings: Settings) -> Painted:
    return painted(style_transfer(frame, style, settings) for frame in shot.frames)


def as_clip(shot: Shot, style: Tensor, settings: Settings) -> Painted:
    temporal = TemporalPainter([style], settings)
    return painted(temporal.paint(pixels(frame), frame) for frame in shot.frames)


def painted(frames: Iterator[Iterator[Step]]) -> Painted:
    done = Painted([], [])
    for steps in frames:
        begin = time.perf_counter()
        *_, last = steps
        done.seconds.append(time.perf_counter() - begin)
        assert last.image is not None
        done.frames.append(last.image.clamp(0, 255).round())
    return done


def report(shot: Shot, ways: dict[str, Painted], style: Tensor, settings: Settings) -> None:
    """Print one line for each way, and what painting them as a clip gains."""
    rows = [
        (warped_error(shot, way.frames), styles_loss(way.frames, style, settings), way.seconds) for way in ways.values()
    ]
    for name, (error, loss, seconds) in zip(ways, rows, strict=True):
        later = statistics.median(seconds[1:])
        print(
            f"  {name:6} warped error {error:7.1f} (rms {error**0.5:5.2f})  style loss {loss:.4f}  {later:6.2f} s/frame"
        )
    (error, loss, seconds), (ours, our_loss, our_seconds) = rows
    known = [i for i, motion in enumerate(shot.motions) if motion]
    quicker = statistics.median(seconds[i] for i in known) / statistics.median(our_seconds[i] for i in known)
    gain = f"error {error / ours:.1f} times lower (rms {(error / ours) ** 0.5:.1f})"
    print(f"  {gain}, style loss {our_loss / loss - 1:+.1%}, {quicker:.1f} times quicker after a scene's first frame")


def warped_error(shot: Shot, frames: Sequence[Tensor]) -> float:
    errors = []
    for before, now, motion in zip(frames, frames[1:], shot.motions[1:], strict=False):
        if motion:
            difference = motion.warp(pixels(before).astype(np.float32)) - pixels(now)
            errors.append((np.square(difference).mean(2) * motion.confidence).sum() / motion.confidence.sum())
    return float(np.mean(errors))


def styles_loss(frames: Sequence[Tensor], style: Tensor, settings: Settings) -> float:
    """The mean style loss of the frames."""
    extractor, weights = load_model(settings), loss_weights(settings).style
    targets = style_grams(extractor, scaled_style(style, kit.level_of(frames[0]), settings), weights)
    losses = []
    for frame in frames:
        features = dict(extractor.outputs(frame, set(weights)))
        grams = {layer: gram_matrix(features[layer].contiguous(memory_format=torch.channels_last)) for layer in weights}
        losses.append(sum(weights[layer] * style_loss(grams[layer], targets[layer]).item() for layer in weights))
    return statistics.fmean(losses)


def pixels(frame: Tensor) -> np.ndarray:
    return frame.permute(1, 2, 0).to(torch.uint8).contiguous().numpy()


if __name__ == "__main__":
    main()
