#!/usr/bin/env bash
# One would guess: sharp's gamma(), which darkens a photo before it is resized and lightens it again afterwards, so
# that the mean is taken of light, leaves a photo as it is where nothing is resized, and makes a better one where
# something is.
#
# What is so: what lies between is cut to 8 bits, where dark shades have next to no numbers. Of the 64 darkest shades
# twelve are left: 0 to 20 become black, then come 20, 28, 33 and so on. All that a photo has in its shadows is gone,
# and slopes become stairs. With gamma(3) four are left of the 64. From a file of 16 bits all is well, and libvips'
# own way, the colour space scRGB, has none of it. No warning.
#
# Who meets it: services that make thumbnails of photos and previews of paintings by .gamma(), for better quality.
# Leave it out, or take pipelineColourspace("scrgb").
#
# Source: run here; sharp's documentation: "This can improve the perceived brightness of a resized image in non-linear
# colour spaces", and nothing of a loss; src/pipeline.cc calls Gamma() before and after the resizing.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes > /dev/null
npm install --silent --no-audit --no-fund sharp@0.35.5
cat > try.mjs <<'JS'
import sharp from "sharp";

const SHADES = Uint8Array.from({ length: 256 * 3 }, (_, at) => Math.floor(at / 3)); // all greys in a row
const raw = { raw: { width: 256, height: 1, channels: 3 } };
const eight = await sharp(SHADES, raw).png().toBuffer();
const sixteen = await sharp(Uint16Array.from(SHADES, (shade) => shade * 257), raw)
  .toColourspace("rgb16").png().toBuffer();

async function shades(image) {
  const all = await image.toColourspace("srgb").raw({ depth: "uchar" }).toBuffer();
  const grey = [...all].filter((_, at) => at % 3 === 0);
  const dark = grey.slice(0, 64);
  return { all: new Set(grey).size, dark: [...new Set(dark)], off: Math.max(...dark.map((s, at) => Math.abs(s - at))) };
}

console.log(`sharp ${sharp.versions.sharp}, libvips ${sharp.versions.vips}`);
const found = {
  "nothing": await shades(sharp(eight)),
  "gamma()": await shades(sharp(eight).gamma()),
  "gamma(3)": await shades(sharp(eight).gamma(3)),
  "gamma() of 16 bits": await shades(sharp(sixteen).gamma()),
  "pipelineColourspace('scrgb')": await shades(sharp(eight).pipelineColourspace("scrgb")),
};
for (const [name, { all, dark, off }] of Object.entries(found)) {
  console.log(`  ${name}: of 256 shades ${all} are left, of the darkest 64 ${dark.length}, off by up to ${off}` +
    (dark.length < 20 ? `: ${dark.join(", ")}` : ""));
}

// A dark slope, as of an evening sky, enlarged: by how much do neighbours differ?
const sky = await sharp(SHADES.slice(0, 40 * 3), { raw: { ...raw.raw, width: 40 } }).png().toBuffer();
const steps = {};
for (const [name, step] of [["plain", (s) => s], ["with gamma()", (s) => s.gamma()]]) {
  const row = [...await step(sharp(sky)).resize(400, 1, { fit: "fill" }).greyscale().raw().toBuffer()];
  steps[name] = Math.max(...row.slice(1).map((value, at) => Math.abs(value - row[at])));
}
console.log(`  a slope from 0 to 39, ten times as wide: neighbours differ by up to ${steps.plain}, ` +
  `with gamma() by ${steps["with gamma()"]}`);
const right = found["gamma()"].dark.length < 16 && found["gamma()"].off >= 10 && found["gamma(3)"].dark.length < 10 &&
  found.nothing.dark.length === 64 && found["gamma() of 16 bits"].dark.length > 55 &&
  found["pipelineColourspace('scrgb')"].dark.length > 60 && steps.plain <= 1 && steps["with gamma()"] > 10;
if (!right) console.log("this has changed");
process.exit(right ? 0 : 1);
JS
node try.mjs
