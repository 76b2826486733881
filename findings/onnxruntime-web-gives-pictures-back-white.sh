#!/usr/bin/env bash
# One would guess: in ONNX Runtime's JavaScript, a tensor that Tensor.fromImage() made of a picture with norm: {mean,
# bias} gives that picture back by toImageData() with the same norm; and what is said of the order of the colours holds.
#
# What is so: fromImage() computes (x + bias) / mean, and toImageData() (t - bias) * mean, which is the inverse only if
# the bias is 0. With mean and bias for -1..1 (127.5, -127.5), or ImageNet's, all of a picture comes back white. To get
# it back the bias must be divided by the mean the second time. format: "BGR" is accepted, too, and passed over: what
# fromImage() laid as BGR comes back with red and blue changed places. toDataURL() computes as toImageData() does. No
# error, no warning; with the defaults (0..1, RGB) both are right, and tests have those.
#
# Who meets it: networks whose pictures come out as they go in, from -1 to 1, as most that paint, run in a browser.
#
# Source: run here, with a canvas for Node in place of the browser's; onnxruntime-common, lib/tensor-factory-impl.ts and
# lib/tensor-conversion-impl.ts (its pointers know RGBA, RGB and RBG only). The documentation calls both values
# "normalization parameters" and gives no formula.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes > /dev/null
npm install --silent --no-audit --no-fund onnxruntime-common@1.30.0 @napi-rs/canvas@1.1.1
cat > try.mjs <<'JS'
import { readFileSync } from "node:fs";

import { createCanvas, ImageData } from "@napi-rs/canvas";
import { Tensor } from "onnxruntime-common";

// What a browser has.
globalThis.ImageData = ImageData;
globalThis.OffscreenCanvas = function (width, height) { return createCanvas(width, height); };
Object.defineProperty(globalThis.OffscreenCanvas, Symbol.hasInstance, { value: (object) => "getContext" in object });

const COLOURS = [0, 0, 0, 255, 64, 128, 192, 255, 250, 10, 90, 255, 255, 255, 255, 255];
const picture = new ImageData(4, 1);
picture.data.set(COLOURS);
const colour = (data, i) => Array.from(data.slice(4 * i, 4 * i + 3)).join(",");
const shown = (data) => [0, 1, 2, 3].map((i) => colour(data, i)).join(" ");

async function thereAndBack(name, there, back) {
  const tensor = await Tensor.fromImage(picture, there);
  const { data } = tensor.toImageData(back);
  const values = Array.from(tensor.data, (each) => +each.toFixed(2));
  console.log(`  ${name}: from ${Math.min(...values)} to ${Math.max(...values)}; back: ${shown(data)}`);
  return shown(data);
}

console.log("onnxruntime-common", JSON.parse(readFileSync("node_modules/onnxruntime-common/package.json")).version);
console.log("  the picture:", shown(picture.data));
const RGB = { format: "RGB" };
const halves = { mean: 127.5, bias: -127.5 };
const imageNet = { mean: [58.4, 57.1, 57.4], bias: [-123.7, -116.3, -103.5] };
const right = shown(picture.data);
const plain = await thereAndBack("as by default", {}, RGB);
const white = Array(4).fill("255,255,255").join(" ");
const one = await thereAndBack("for -1 to 1", { norm: halves }, { ...RGB, norm: halves });
const two = await thereAndBack("as ImageNet", { norm: imageNet }, { ...RGB, norm: imageNet });
const inverse = { ...RGB, norm: { mean: 127.5, bias: -1 } };
const own = await thereAndBack("for -1 to 1, back with bias -1", { norm: halves }, inverse);
const bgr = await thereAndBack("as BGR", { tensorFormat: "BGR" }, { format: "BGR" });
const swapped = right.split(" ").map((each) => each.split(",").reverse().join(",")).join(" ");
const asSaid = plain === right && own === right && one === white && two === white && bgr === swapped;
if (!asSaid) console.log("this has changed");
process.exit(asSaid ? 0 : 1);
JS
node try.mjs
