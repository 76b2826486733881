"""Neural style transfer by optimisation. The only folder that needs torch.

- `transfer`: style transfer: the image pyramid and the optimisation, as a generator; `pyramid`: its sizes and steps
- `dream`: the dream: strengthens what the network sees in the photo
- `feed_forward`: a network that styles a picture in one pass, roughly: what the cells of a sheet start from
- `parallel`: several small pictures at once, each by one thread
- `temporal`: paints a frame of a clip from the frames before
- `objective`, `tiles`: the loss and its gradient; in tiles for a picture that is too large for the memory
- `guidance`: where in the picture the style's large forms may go
- `strokes`: which way each stroke runs, so that it is kept whole
- `outlines`: where a subject ends, so that it is kept apart from its ground
- `losses`: Gram matrix; content, style, stroke, outline and total variation loss: pure functions
- `gram_cache`: the Gram matrices of style images, kept for the next painting in that style
- `features`: VGG16 forward and backward, without autograd; `vgg`: its layers by name, its weights (`styler/weights/`)
- `fused_features`: the same by Winograd's convolution (`winograd`, `winograd.c`); `kernel`: compiles it, once
- `arithmetic`: which of these, and in which number format, by what is quickest on this machine; `model`: the one that
  the settings ask for, kept
- `lbfgs`: projected L-BFGS; `cuda_graph`: a step of it as one CUDA graph
- `memory`, `cgroups`: how much memory painting may use; `runtime`: threads, device and number format of the process
"""
