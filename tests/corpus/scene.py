"""The test picture: patches of colour in its corners, a grey ramp, and a white square that moves on."""

from __future__ import annotations

import numpy as np

WIDTH, HEIGHT, FRAMES = 96, 64, 5
STEP = 16  # pixels by which the square moves from one frame to the next
PATCHES = {(0, 0): (200, 40, 40), (0, 1): (40, 160, 60), (1, 0): (40, 60, 200), (1, 1): (210, 190, 50)}


def frame(number: int) -> np.ndarray:
    """(64, 96, 3) uint8."""
    pixels = np.full((HEIGHT, WIDTH, 3), 60, np.uint8)
    for (row, column), color in PATCHES.items():
        pixels[row * 48 : row * 48 + 16, column * 64 : column * 64 + 32] = color
    pixels[24:40] = np.linspace(0, 255, WIDTH).round().astype(np.uint8)[:, None]
    pixels[48:64, 32:64] = 0
    left = 32 + number * STEP // 2 % 32
    pixels[52:60, left : left + 8] = 255
    pixels[0:16, 40:48] = 230  # not the same if mirrored
    return pixels


def alpha() -> np.ndarray:
    """(64, 96) uint8: transparent left of the middle in the upper third."""
    opacity = np.full((HEIGHT, WIDTH), 255, np.uint8)
    opacity[16:24, :48] = 0
    return opacity


def half_clear() -> np.ndarray:
    """(64, 96) uint8: half transparent in the upper third, the patches of colour included."""
    opacity = np.full((HEIGHT, WIDTH), 255, np.uint8)
    opacity[:24] = 128
    return opacity
