"""Pictures: bytes to pixels and back. Free of torch.

- `codec`: the way in and out: `decode` and `encode`
- `loader`: opens, checks and decodes a file, by the reader that is right for it
- `limits`: which sizes can be painted, and how much memory a picture may take
- `errors`: what these raise for a file that cannot be read, beside what Pillow raises
- `refusals`: the sentence for a file that cannot be read; `foreign_kinds`: kinds that no reader knows, by their bytes
- `color_tags`: which colours a file tells, by an ICC profile or by codes
- `color_space`: what a picture's numbers mean as colours, whoever tells it: codes of H.273, ICC, PNG's chunks
- `srgb`: the one conversion of all of them to sRGB, HDR included
- `modes`: images of rare modes in usual ones, and smaller
- `deep_color`: pictures of more than 8 bits, where HDR or linear light needs them
- `deep_frame`: what is white in FFmpeg's frames of 16 bits, those of clips included
- `channels`: images of every mode to colours and alpha, which is filled
- `bmp`, `heif`, `heif_item`, `jpeg`, `png`, `tiff`, `tiff_kinds`, `tiff_ycbcr`, `webp`: what these formats tell, and
  Pillow leaves aside or reads wrongly
- `side_by_side`: a photo beside its painting
- `detail`: enlarges a small painting with the photo's finest detail
- `luminance`: paints only that, so that the photo keeps its own colours
- `faces`: finds the faces in a photo, so that they stay recognisable
"""
