"""Clips: frame by frame, with their sound. Free of torch.

- `reader`, `writer`: read and write clips
- `source`: what each way of reading tells of a clip: `container` for videos and GIFs, `animated_image` for the others
- `description`: what an MP4's and a Matroska file's own description tells; `dolby_vision`: which colours are refused
- `refusals`: the sentence for a file that is not painted as a clip
- `decoder`: packets to whole frames, with the transparency that `hevc_alpha` finds; `frame_images` makes
  images of them, by `frame_colors`, `geometry`, `crop` and `side_data`; `filter`: one of FFmpeg's filters
- `schedule`: which frames are painted, and when each is shown
- `timelapse`: how a photo became a painting, as a clip
- `checkpoint`: a clip as far as it is painted, playable at any time; after a crash, painting continues from it
- `optical_flow`: the motion between two frames, and how far it can be trusted; `light`: what else has changed
"""
