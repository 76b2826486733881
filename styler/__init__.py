"""Repaint a photo in the manner of a painting, by optimising its pixels.

L. A. Gatys, A. S. Ecker, M. Bethge, "Image Style Transfer Using Convolutional Neural Networks", CVPR 2016.

From the top to the bottom; each imports only what stands below it:

- `__main__`, `cli_options`: the command line, whose options are the fields of `Settings`
- `paint_clip`: from the file of a clip to the file of a painted clip
- `paint_sheet`: a photo in the manner of each painting of a gallery, small, as one picture
- `paint_photo`: from the bytes of two pictures to the bytes of a painting
- `engine/`: the optimisation; the only folder that needs torch
- `video/`: reads and writes clips; optical flow
- `image/`: reads and writes pictures; colours; faces
- `gallery/`: the preset paintings
- `events`: what painting tells its caller: progress, previews, the result, `BadImage`
- `settings`: every choice about a painting, its default, and where the default comes from

This file imports nothing on purpose: `styler.settings`, `styler.events` and `styler.gallery` stay free of torch,
so that a light process (the bot's) can use them.
"""
