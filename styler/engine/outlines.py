"""Where a subject ends: the outlines of a photo, which its painting is not to lose in the ground.

The content loss counts a difference for as much as it is large. So what parts a white rocket from a pale wall counts
for next to nothing beside a dark collar, and both become the same green. Here the brightness in which outlines are seen
is a loss of its own (`styler.engine.losses.outline_loss`), on subjects, and on empty skies, which have none: other
grounds belong to the style.

S. Li et al., "Laplacian-Steered Neural Style Transfer" (ACM Multimedia 2017), section 3: the Laplacian of the smoothed
picture. Differs from Li et al.: a difference of Gaussians, which is nearly the same, of brightness alone, so that
colours are free; and each place relative to what there is, so that a faint outline counts as much as a strong one.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

from styler.engine.features import FeatureExtractor
from styler.engine.guidance import Contrast
from styler.engine.pyramid import resize_map
from styler.engine.strokes import blurred

LUMINANCE = (0.299, 0.587, 0.114)
EDGE = 128  # places: the long edge of the picture, or up to twice as much, where outlines are looked at
FINE = 1 / 128  # of the long edge: a Gaussian that takes strokes away, ...
WIDE = 2  # ... and one so many times as wide, by which a place is told from its ground
FAINT = 0.3  # of the mean square: what is fainter counts for less, ...
UNSEEN = 1.0  # ... and what is fainter than a level of 255, squared, for nothing
EMPTY = 0.5  # how much a flat place counts, where a subject is 1


def subject_of(extractor: FeatureExtractor, content: Tensor, faces: Tensor | None) -> Tensor:
    """Where outlines of `content` (3, H, W) count: (h, w), 0 to 1. `faces` (y, x) are subjects.

    And on flat places none is to come that is not in the photo: what the style may not do to a subject, it would do to
    the sky around it.
    """
    contrast = Contrast(extractor, content)
    seen = torch.maximum(contrast.saliency(), EMPTY * contrast.flatness())
    return seen if faces is None else torch.maximum(seen, resize_map(faces.to(seen.device), seen.shape))


class Outlines:
    """Those of a photo (3, H, W) in 0..255, where `subject` (y, x), of any size, 0 to 1, has some."""

    def __init__(self, content: Tensor, subject: Tensor) -> None:
        height, width = content.shape[1:]
        self.pooled = min(max(1, max(height, width) // EDGE), height, width)
        self.sigma = FINE * max(height, width) / self.pooled
        self.brightness = self._brightness(content)
        # Of each Gaussian, what lies within the picture: there is nothing to see beyond its edge.
        self.within = [self._blurred(torch.ones_like(self.brightness), scale) for scale in (1, WIDE)]
        around = blurred(self._band(self.brightness).square(), self.sigma)
        # How much a difference counts at each place, (1, h, w).
        self.weights = resize_map(subject, around.shape[1:]) / (around + FAINT * around.mean()).clamp_min(UNSEEN)

    def change(self, image: Tensor) -> Tensor:
        """What an image (3, H, W) differs from the photo by, as outlines are seen: (1, h, w)."""
        return self._band(self._brightness(image) - self.brightness)

    def gradient(self, change: Tensor, size: tuple[int, int]) -> Tensor:
        """By the image, (3, *size), where `change` (1, h, w) is the gradient by what `change` returns."""
        fine, wide = (
            self._blurred(change / within, scale) for scale, within in zip((1, WIDE), self.within, strict=True)
        )
        by_place = (fine - wide) / self.pooled**2
        by_pixel = by_place.repeat_interleave(self.pooled, 1).repeat_interleave(self.pooled, 2)
        below, beyond = size[0] - by_pixel.shape[1], size[1] - by_pixel.shape[2]
        return functional.pad(by_pixel, (0, beyond, 0, below)) * _luminance(change)

    def _brightness(self, image: Tensor) -> Tensor:
        """Of an image (3, H, W), by places of `pooled` pixels across and down: (1, h, w)."""
        return functional.avg_pool2d((image * _luminance(image)).sum(0, keepdim=True), self.pooled)

    def _band(self, brightness: Tensor) -> Tensor:
        fine, wide = (
            self._blurred(brightness, scale) / within for scale, within in zip((1, WIDE), self.within, strict=True)
        )
        return fine - wide

    def _blurred(self, brightness: Tensor, scale: float) -> Tensor:
        """With zeros beyond the edge, so that it is its own adjoint."""
        return blurred(brightness, scale * self.sigma, "constant")


def _luminance(image: Tensor) -> Tensor:
    return image.new_tensor(LUMINANCE).view(3, 1, 1)
