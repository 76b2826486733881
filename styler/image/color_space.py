"""What a picture's numbers mean as colours: one description, whichever file or stream told it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Values: TypeAlias = NDArray[np.float64]

REFERENCE_WHITE = 203.0  # cd/m2 of a white page in an HDR picture: ITU-R BT.2408-7, table 1
HLG_PEAK = 1000.0  # cd/m2 of the nominal display of HLG: ITU-R BT.2100-2, table 5
PQ_PEAK = 10000.0  # cd/m2 that PQ reaches

# Code points of ITU-T H.273 (CICP), the numbers in nclx boxes, cICP chunks and the VUI of video streams.
BT709, UNSPECIFIED, SMPTE170M, BT2020, DISPLAY_P3 = 1, 2, 6, 9, 12  # ColourPrimaries
GAMMA22, GAMMA28, LINEAR, LOG100, LOG316, SRGB, PQ, DCI, HLG = 4, 5, 8, 9, 10, 13, 16, 17, 18  # TransferCharacteristics


@dataclass(frozen=True, slots=True)
class Primaries:
    """The CIE 1931 chromaticities (x, y) of the three primaries and of white."""

    red: tuple[float, float]
    green: tuple[float, float]
    blue: tuple[float, float]
    white: tuple[float, float] = (0.3127, 0.3290)

    def to_xyz(self) -> Values:
        """(3, 3): linear RGB to XYZ, where white has Y = 1.

        Raises `ValueError` for points that span no triangle, or a white that they cannot mix.
        """
        columns = np.array([[x, y, 1 - x - y] for x, y in (self.red, self.green, self.blue)]).T
        x, y = self.white
        if abs(np.linalg.det(columns)) < 1e-4 or y <= 0:
            raise ValueError(f"these chromaticities span no gamut: {self}")
        scale = np.linalg.solve(columns, np.array([x / y, 1, (1 - x - y) / y]))
        if (scale <= 0).any():
            raise ValueError(f"these primaries cannot mix their white: {self}")
        return np.asarray(columns * scale)


SRGB_PRIMARIES = Primaries((0.64, 0.33), (0.30, 0.60), (0.15, 0.06))
ADOBE_RGB_PRIMARIES = Primaries((0.64, 0.33), (0.21, 0.71), (0.15, 0.06))
_ILLUMINANT_C = (0.310, 0.316)
_GENERIC_FILM = ((0.681, 0.319), (0.243, 0.692), (0.145, 0.049))
_P3 = ((0.680, 0.320), (0.265, 0.690), (0.150, 0.060))
_SMPTE_C = Primaries((0.630, 0.340), (0.310, 0.595), (0.155, 0.070))
# Table 2 of H.273, without XYZ (10).
_PRIMARIES = {
    BT709: SRGB_PRIMARIES,
    4: Primaries((0.67, 0.33), (0.21, 0.71), (0.14, 0.08), _ILLUMINANT_C),
    5: Primaries((0.64, 0.33), (0.29, 0.60), (0.15, 0.06)),
    SMPTE170M: _SMPTE_C,
    7: _SMPTE_C,
    8: Primaries(*_GENERIC_FILM, _ILLUMINANT_C),
    BT2020: Primaries((0.708, 0.292), (0.170, 0.797), (0.131, 0.046)),
    11: Primaries(*_P3, (0.314, 0.351)),
    DISPLAY_P3: Primaries(*_P3),
    22: Primaries((0.630, 0.340), (0.295, 0.605), (0.155, 0.077)),
}


@dataclass(frozen=True, slots=True)
class ColorSpace:
    """What the numbers of a picture or a frame mean.

    `transfer` is a TransferCharacteristics of H.273, or `power` the exponent in its place (2.2: the light is the
    number to the power of 2.2). `matrix` (MatrixCoefficients) and `full_range` say how the stored numbers become RGB,
    which the decoders do; what is here converted is their RGB. The default is sRGB.
    """

    primaries: Primaries = SRGB_PRIMARIES
    transfer: int = SRGB
    matrix: int = 0
    full_range: bool = True
    power: float | None = None

    @classmethod
    def from_cicp(cls, primaries: int, transfer: int, matrix: int = 0, full_range: bool = True) -> ColorSpace:
        """By the code points of H.273. What is unspecified or reserved counts as sRGB."""
        return cls(_PRIMARIES.get(primaries, SRGB_PRIMARIES), _displayed(transfer), matrix, full_range)

    @property
    def is_srgb(self) -> bool:
        """Its RGB needs no conversion."""
        return self.primaries == SRGB_PRIMARIES and self.transfer == SRGB and self.power is None

    @property
    def is_hdr(self) -> bool:
        """It reaches beyond the white of a page, so its light needs a tone curve."""
        return self.transfer in (PQ, HLG) and self.power is None

    def to_light(self, values: Values) -> Values:
        """Values 0..1, each channel for itself, as linear light: 1 is white, or REFERENCE_WHITE where it is HDR.

        Of HLG this is the light of the scene, 0..1, of which a display's light is still to be made (its OOTF).
        """
        if self.power is not None:
            return np.asarray(values**self.power)
        return np.asarray(_TO_LIGHT[self.transfer](values))


ADOBE_RGB = ColorSpace(ADOBE_RGB_PRIMARIES, power=563 / 256)


def _displayed(transfer: int) -> int:
    """The curve by which a display shows it.

    Pictures for television (BT.709, 601, 2020 and the like) are graded on displays, whose curve is near sRGB's, and
    not by the camera's curve of the standard: all players and browsers show their numbers as they are.
    """
    return transfer if transfer in _TO_LIGHT else SRGB


def _srgb(values: Values) -> Values:
    """IEC 61966-2-1."""
    return np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)


def from_light_to_srgb(light: Values) -> Values:
    """Linear light 0..1 as the numbers 0..1 of sRGB, IEC 61966-2-1."""
    return np.where(light <= 0.0031308, light * 12.92, 1.055 * light ** (1 / 2.4) - 0.055)


# SMPTE ST 2084, in units of 10000 cd/m2.
_M1, _M2, _C1, _C2, _C3 = 2610 / 16384, 2523 / 32, 3424 / 4096, 2413 / 128, 2392 / 128


def pq_to_nits(values: Values) -> Values:
    """Numbers 0..1 of PQ as cd/m2."""
    root = values ** (1 / _M2)
    return np.asarray(PQ_PEAK * (np.maximum(root - _C1, 0) / (_C2 - _C3 * root)) ** (1 / _M1))


def nits_to_pq(nits: Values) -> Values:
    """Light in cd/m2 as the numbers 0..1 of PQ."""
    root = (nits / PQ_PEAK) ** _M1
    return np.asarray(((_C1 + _C2 * root) / (1 + _C3 * root)) ** _M2)


def _hlg(values: Values) -> Values:
    """ITU-R BT.2100-2, table 5: the inverse of HLG's OETF, to the light of the scene 0..1."""
    a = 0.17883277
    b, c = 1 - 4 * a, 0.5 - a * np.log(4 * a)
    return np.where(values <= 0.5, values**2 / 3, (np.exp((values - c) / a) + b) / 12)


_TO_LIGHT: dict[int, Callable[[Values], Values]] = {
    GAMMA22: lambda values: values**2.2,
    GAMMA28: lambda values: values**2.8,
    LINEAR: lambda values: values,
    LOG100: lambda values: np.where(values <= 0, 0.0, 10 ** (2 * (values - 1))),
    LOG316: lambda values: np.where(values <= 0, 0.0, 10 ** (2.5 * (values - 1))),
    SRGB: _srgb,
    PQ: lambda values: pq_to_nits(values) / REFERENCE_WHITE,
    DCI: lambda values: 52.37 / 48 * values**2.6,  # SMPTE ST 428-1
    HLG: _hlg,
}
