"""Layers that are computed soon, where the subject is the way of a painting and not what is seen in it. They do not see
far: their tiles may be smaller, and so may a picture that takes several.
"""

from typing import Any

SHALLOW: dict[str, Any] = {"content_layer": "relu2_1", "style_layers": ("relu1_1", "relu2_1")}
SHALLOW_ENV = {
    "STYLER_CONTENT_LAYER": SHALLOW["content_layer"],
    "STYLER_STYLE_LAYERS": ",".join(SHALLOW["style_layers"]),
}
THREE_LAYERS: dict[str, Any] = {"content_layer": "relu3_1", "style_layers": ("relu1_1", "relu2_1", "relu3_1")}
