#!/usr/bin/env bash
# One would guess: the layers of TensorFlow.js compute what Keras's layers of the same name do; a Keras model is
# converted to be run by them. UpSampling2D with interpolation="bilinear" enlarges as in Keras, about the pixels'
# centres, and Resizing with crop_to_aspect_ratio crops.
#
# What is so: UpSampling2D enlarges from the corner: 0, 10, 20, 30 becomes 0, 5, ..., 25, 30, 30, while Keras has 0,
# 2.5, 7.5, ..., 27.5, 30. So each such layer moves the picture by a quarter of a pixel of its input and drags its last
# column out. Resizing aligns the corners by default, which Keras does not do; and cropToAspectRatio does not crop: it
# only turns that alignment off, and the picture is squeezed. No error, no warning.
#
# Who meets it: networks that make pictures (style transfer, enlarging, segmentation), whose decoder enlarges by
# UpSampling2D, and which were trained in Keras: with three of them the result lies up to two pixels off and has a rim.
# In a graph model, tf.image.resizeBilinear(x, size, false, true) is Keras's.
#
# Source: run here, Keras's numbers with Keras 3.15 on JAX (UpSampling2D and Resizing gave those written below);
# tfjs-layers, src/layers/convolutional.ts and src/layers/preprocessing/image_resizing.ts, whose call passes
# !this.cropToAspectRatio as alignCorners. tfjs's documentation of both speaks as Keras's does.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes > /dev/null
npm install --silent --no-audit --no-fund \
    @tensorflow/tfjs-core@4.22.0 @tensorflow/tfjs-layers@4.22.0 @tensorflow/tfjs-backend-cpu@4.22.0
cat > try.js <<'JS'
const tf = require("@tensorflow/tfjs-core");
require("@tensorflow/tfjs-backend-cpu");
const layers = require("@tensorflow/tfjs-layers");

/** A picture of four equal rows, and the first row of one. */
const picture = (row) => tf.tile(tf.tensor4d(row, [1, 1, row.length, 1]), [1, 4, 1, 1]);
const firstRow = (image) => Array.from(image.dataSync()).slice(0, image.shape[2]).map((each) => +each.toFixed(1));

const narrow = picture([0, 10, 20, 30]);
const wide = picture([0, 10, 20, 30, 40, 50, 60, 70]);
const resizing = (width, cropToAspectRatio) => layers.layers.resizing({ height: 4, width, cropToAspectRatio });
const upSampling = layers.layers.upSampling2d({ size: [2, 2], interpolation: "bilinear" });
const centred = [0, 2.5, 7.5, 12.5, 17.5, 22.5, 27.5, 30];
const cases = [ // what, what it gives, what Keras gives, what tfjs gave when this was written
  ["UpSampling2D", upSampling.apply(narrow), centred, [0, 5, 10, 15, 20, 25, 30, 30]],
  ["Resizing to 8", resizing(8, false).apply(narrow), centred, [0, 4.3, 8.6, 12.9, 17.1, 21.4, 25.7, 30]],
  ["Resizing to 4", resizing(4, false).apply(wide), [5, 25, 45, 65], [0, 23.3, 46.7, 70]],
  ["Resizing to 4, cropping", resizing(4, true).apply(wide), [20, 30, 40, 50], [0, 20, 40, 60]],
];
console.log("tfjs-layers", layers.version_layers);
const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);
let asSaid = same(firstRow(tf.image.resizeBilinear(narrow, [8, 8], false, true)), centred);
for (const [name, image, keras, before] of cases) {
  const found = firstRow(image);
  console.log(`  ${name}: ${found.join(" ")}; Keras: ${keras.join(" ")}`);
  asSaid &&= same(found, before);
}
if (!asSaid) console.log("this has changed");
process.exit(asSaid ? 0 : 1);
JS
node try.js 2> /dev/null
