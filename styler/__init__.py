"""Repaint a photo in the manner of a painting, by optimising its pixels.

L. A. Gatys, A. S. Ecker, M. Bethge, "Image Style Transfer Using Convolutional Neural Networks", CVPR 2016.

This file imports nothing on purpose: `styler.settings`, `styler.events` and `styler.gallery` stay free of torch,
so that a light process (the bot's) can use them.
"""
