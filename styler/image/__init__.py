"""Pictures: bytes to pixels and back. Free of torch.

- `codec`: reads and writes pictures: orientation, colour, transparency, limits
- `color_space`: what a picture's numbers mean as colours, whoever tells it: codes of H.273, ICC, PNG's chunks
- `srgb`: the one conversion of all of them to sRGB, HDR included
- `png`, `tiff`: the parts of these formats that Pillow reads wrongly
- `colors`: keeps the photo's own colours
- `faces`: finds the faces in a photo, so that they stay recognisable
"""
