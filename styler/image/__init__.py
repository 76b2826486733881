"""Pictures: bytes to pixels and back. Free of torch.

- `codec`: reads and writes pictures: orientation, colour, transparency, limits
- `png`, `tiff`: the parts of these formats that Pillow reads wrongly
- `colors`: keeps the photo's own colours
- `faces`: finds the faces in a photo, so that they stay recognisable
"""
