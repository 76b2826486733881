#!/usr/bin/env bash
# One would guess: create_feature_extractor(vgg, ["features.0", "features.3"]) of torchvision gives the outputs of these
# two convolutions, negative values among them; features.0 is the same whether features.3 is asked for, too, or not.
#
# What is so: VGG's ReLUs work in place. If a deeper layer is asked for, the network runs on behind features.0, and the
# ReLU overwrites what is to be returned: features.0 holds the values after the ReLU, without a negative one. The
# deepest layer of those asked for comes as it should, as all behind it is cut off. So one list mixes both kinds, and a
# layer changes its meaning with the list. Nothing warns. With ResNet it is so for bn1. What a forward hook keeps
# without a copy is overwritten, too.
#
# Who meets it: style and perceptual losses by the names of convolutions (conv1_1 ... conv5_1), as papers list them; who
# takes one layer for the content and five for the style gets two different values for the same layer.
#
# Source: run here; torchvision/models/vgg.py, make_layers: nn.ReLU(inplace=True). The documentation of
# create_feature_extractor says nothing of it. Seen with torchvision 0.29.2, too.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check numpy==2.4.6 torch==2.14.1 torchvision==0.29.1
"$folder/venv/bin/python" - <<'PY'
import torch
import torchvision
from torchvision.models.feature_extraction import create_feature_extractor

print("torch", torch.__version__, "torchvision", torchvision.__version__)
torch.manual_seed(0)
picture = torch.randn(1, 3, 32, 32)


def features(model, names):
    with torch.no_grad():
        return create_feature_extractor(model, names)(picture)


vgg = torchvision.models.vgg11(weights=None).eval()
with torch.no_grad():
    convolution = vgg.features[0](picture)
alone, both = features(vgg, ["features.0"]), features(vgg, ["features.0", "features.3"])
for asked, found in (("features.0", alone), ("features.0 and features.3", both)):
    smallest = {name: round(float(each.min()), 2) for name, each in found.items()}
    print(f"of VGG, asked for {asked}: smallest values {smallest}")
assert convolution.min() < -0.1 and both["features.3"].min() < -0.1
assert torch.allclose(alone["features.0"], convolution, atol=1e-5)
assert torch.allclose(both["features.0"], convolution.relu(), atol=1e-5), "this has changed"

resnet = torchvision.models.resnet18(weights=None).eval()
smallest = [float(features(resnet, names)["bn1"].min()) for names in (["bn1"], ["bn1", "layer1"])]
print("of ResNet, bn1 alone and with layer1: smallest values", [round(each, 2) for each in smallest])
assert smallest[0] < -0.1 and smallest[1] == 0, "this has changed"
PY
