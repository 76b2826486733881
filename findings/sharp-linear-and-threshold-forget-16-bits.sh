#!/usr/bin/env bash
# One would guess: sharp's numbers mean the same for a photo of 16 bits as for one of 8, as its colours, trim() and
# modulate() do: linear(1, 40) makes it lighter by 40 of 255, threshold(128, {greyscale: false}) cuts each colour in
# the middle.
#
# What is so: these two reckon as if there were 8 bits, whatever the file has. linear(1, 40) makes a photo of 16 bits
# lighter by a sixth of a shade, so not at all, and a negative number, which sets black, does nothing, either.
# threshold() of colours makes it black, all of it: the pixels are cut at 128 of 65535, and the white that comes out
# is 255 of 65535. threshold() by default, of grey, is right, as grey is made in 8 bits first; the slope of linear()
# is, too. The result is 8 bits again, as always without toColourspace("rgb16"), so nothing shows why. No error, no
# warning.
#
# Who meets it: services that take scans, raw developers' and phones' PNG and TIFF of 16 bits beside JPEGs, and adjust
# both by one pipeline. Bring such files to 8 bits first, by a pass of their own.
#
# Source: run here; sharp's documentation of linear() and threshold() ("A value in the range 0-255") has no word of
# depths.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes > /dev/null
npm install --silent --no-audit --no-fund sharp@0.35.5
cat > try.mjs <<'JS'
import sharp from "sharp";

const WIDTH = 64;
const SHADES = Uint16Array.from({ length: WIDTH * 3 }, (_, at) => 4 * Math.floor(at / 3)); // greys from 0 to 252
const raw = { raw: { width: WIDTH, height: 1, channels: 3 } };
const files = {
  8: await sharp(Uint8Array.from(SHADES), raw).png().toBuffer(),
  16: await sharp(SHADES.map((shade) => shade * 257), raw).toColourspace("rgb16").png().toBuffer(),
};

console.log(`sharp ${sharp.versions.sharp}, libvips ${sharp.versions.vips}`);
for (const [bits, file] of Object.entries(files)) {
  const { depth } = await sharp(file).metadata();
  if (depth !== { 8: "uchar", 16: "ushort" }[bits]) throw new Error("the files are not what they should be");
}

const steps = {
  "nothing": (image) => image,
  "linear(1, 40)": (image) => image.linear(1, 40),
  "linear(1, -40)": (image) => image.linear(1, -40),
  "linear(1.5, 0)": (image) => image.linear(1.5, 0),
  "threshold(128, {greyscale: false})": (image) => image.threshold(128, { greyscale: false }),
  "threshold(128)": (image) => image.threshold(128),
  "modulate({brightness: 1.3})": (image) => image.modulate({ brightness: 1.3 }),
  "tint('#804020')": (image) => image.tint("#804020"),
  "negate()": (image) => image.negate(),
  "extend() by white": (image) => image.extend({ left: 1, background: "white" }),
};
const apart = {};
for (const [name, step] of Object.entries(steps)) {
  const made = {};
  for (const [bits, file] of Object.entries(files)) {
    made[bits] = [...await step(sharp(file)).toColourspace("srgb").raw({ depth: "uchar" }).toBuffer()];
  }
  apart[name] = Math.max(...made[8].map((value, at) => Math.abs(value - made[16][at])));
  const at = made[8].length === SHADES.length ? [84, 200] : [];
  const shown = (values) => at.map((shade) => values[(shade / 4) * 3]).join(" and ") || "longer";
  console.log(`  ${name}: 84 and 200 become ${shown(made[8])} in 8 bits, ${shown(made[16])} in 16; ` +
    `they differ by up to ${apart[name]}`);
}
const wrong = ["linear(1, 40)", "linear(1, -40)", "threshold(128, {greyscale: false})"];
const right = Object.keys(steps).every((name) => (wrong.includes(name) ? apart[name] > 35 : apart[name] <= 1));
if (!right) console.log("this has changed");
process.exit(right ? 0 : 1);
JS
node try.mjs
