"""Clips: frame by frame, with their sound. Free of torch.

- `reader`, `writer`: read and write clips
- `timelapse`: how a photo became a painting, as a film
- `checkpoint`: the film so far, playable at any time; after a crash, painting continues from it
- `optical_flow`: the motion between two frames, and how far it can be trusted
"""
