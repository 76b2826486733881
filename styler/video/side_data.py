"""What a stream tells of a frame beside its pixels."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from typing import NamedTuple, cast

from av.sidedata.sidedata import Type
from av.video.frame import VideoFrame

from styler.video.filter import filtered

_EXIF = 31  # FFmpeg's AV_FRAME_DATA_EXIF, for which PyAV has no name


class SideData(NamedTuple):
    """Each as FFmpeg lays it out in memory, empty where the stream does not tell it."""

    display_matrix: bytes
    icc_profile: bytes
    light_level: bytes
    mastering_display: bytes

    @property
    def matrix(self) -> tuple[int, int, int, int]:
        """a, b, c and d of x' = a x + c y and y' = b x + d y: ISO/IEC 14496-12, section 6.2.2."""
        if not self.display_matrix:
            return 1, 0, 0, 1
        a, b, _, c, d = struct.unpack_from("=5i", self.display_matrix)
        return a, b, c, d

    @property
    def peak(self) -> float | None:
        """cd/m2 of the brightest pixel: as measured in all of the clip, or as much as its makers could see."""
        if self.light_level and (brightest := struct.unpack_from("=I", self.light_level)[0]):
            return float(brightest)
        if len(self.mastering_display) >= 88:  # AVMasteringDisplayMetadata: 10 fractions, the last is max_luminance
            above, below, _, has_luminance = struct.unpack_from("=4i", self.mastering_display, 72)
            return above / below if has_luminance and below and above > 0 else None
        return None


def side_data(frame: VideoFrame) -> SideData:
    try:
        found = cast(Mapping[Type, bytes], frame.side_data)
    except ValueError:  # it has Exif data, as of a JPEG or a PNG
        found = cast(Mapping[Type, bytes], filtered(frame, ("sidedata", f"mode=delete:type={_EXIF}")).side_data)
    types = (Type.DISPLAYMATRIX, Type.ICC_PROFILE, Type.CONTENT_LIGHT_LEVEL, Type.MASTERING_DISPLAY_METADATA)
    return SideData(*(bytes(found[type]) if type in found else b"" for type in types))
