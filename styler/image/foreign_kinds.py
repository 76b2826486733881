"""Kinds of pictures, and of what is taken for one, that no reader here knows, told by their bytes."""

from __future__ import annotations

import re

# Each by how its files begin, as a regular expression.
_BEGINNINGS = {
    "JPEG XL": rb"\xff\x0a|\x00\x00\x00\x0cJXL ",
    "JPEG 2000": rb"\x00\x00\x00\x0cjP  |\xff\x4f\xff\x51",
    "JPEG XR": rb"II\xbc\x01",
    "JPEG-LS": rb"\xff\xd8\xff\xf7",
    "Photoshop (PSD)": rb"8BPS",
    "GIMP (XCF)": rb"gimp xcf",
    "PDF": rb"%PDF",
    "PostScript": rb"%!PS|\xc5\xd0\xd3\xc6",
    "web page (HTML)": rb"(?i:(\xef\xbb\xbf)?\s*<(!doctype )?html)",
    "SVG": rb"(\xef\xbb\xbf)?\s*<(?=.{,4000}<svg\s|svg\s)",  # there may be a prologue and comments before it
    "QOI": rb"qoif",
    "BPG": rb"BPG\xfb",
    "FLIF": rb"FLIF",
    "DjVu": rb"AT&TFORM",
    "DirectDraw Surface (DDS)": rb"DDS ",
    "icon (ICO)": rb"\x00\x00\x01\x00[^\x00]",
    "cursor (CUR)": rb"\x00\x00\x02\x00[^\x00]",
    "icon (ICNS)": rb"icns",
    "MNG": rb"\x8aMNG",
    "JNG": rb"\x8bJNG",
    "PPM, PGM or PBM": rb"P[1-6][\s#]",
    "PAM": rb"P7\n",
    "PFM": rb"P[Ff]\n",
    "PCX": rb"\x0a[\x00\x02-\x05][\x00\x01][\x01\x02\x04\x08]",
    "SGI": rb"\x01\xda[\x00\x01][\x01\x02]",
    "Sun raster": rb"\x59\xa6\x6a\x95",
    "XPM": rb"/\* XPM \*/",
    "MIFF": rb"id=ImageMagick",
    "FITS": rb"SIMPLE  =",
    "DPX": rb"SDPX|XPDS",
    "Cineon": rb"\x80\x2a\x5f\xd7",
    "XBM": rb"#define \S+_width",
    "PNG for Apple's devices (CgBI)": rb"\x89PNG\r\n\x1a\n.{4}CgBI",
    "Windows metafile (WMF or EMF)": rb"\xd7\xcd\xc6\x9a|\x01\x00\x00\x00.{36} EMF",
    "OpenEXR": rb"\x76\x2f\x31\x01",
    "Radiance HDR": rb"#\?RADIANCE",
    "camera raw (RAF)": rb"FUJIFILM",
    "camera raw (ORF)": rb"IIRO|IIRS|MMOR",
    "camera raw (RW2)": rb"IIU\x00",
    "camera raw (CR3)": rb".{4}ftypcrx ",
    "camera raw (CRW)": rb"II\x1a\x00\x00\x00HEAPCCDR",
    "camera raw (X3F)": rb"FOVb",
    "camera raw (MRW)": rb"\x00MRM",
    # A colour map or none, seven kinds of pixels, where the map is, the corner and the size, bits a pixel.
    "TGA": rb".(\x01[\x01\x09].{5}|\x00[\x02\x03\x0a\x0b]\x00{5}).{8}[\x08\x0f\x10\x18\x20][\x00-\x3f]",
}
_KINDS = {kind: re.compile(beginning, re.DOTALL) for kind, beginning in _BEGINNINGS.items()}


def foreign_kind(data: bytes) -> str:
    """What kind of picture it is that cannot be read; nothing if it is none of these."""
    return next((kind for kind, beginning in _KINDS.items() if beginning.match(data)), "")
