#!/usr/bin/env bash
# One would guess: photon's rotate(photo, 90), 180 and 270 turn a photo without loss: each pixel has its place in the
# new one, and four quarter turns give the photo again.
#
# What is so: it turns by three shears whatever the angle, and these move the result two pixels to the left and one up.
# Two columns and one row of the photo are cut off, and as many at the other edges are clear, black in a JPEG. After
# four turns, a frame is gone: 432 of 64x48 pixels. Of -90 and -180, the result is a row higher than it ought to be,
# with a clear row at the top, too. Only multiples of 360 are exact. No error, no warning.
#
# Who meets it: web workers and Node programs that turn phones' photos as their EXIF says before painting or sending
# them, for which photon has no other function; an edge of one or two pixels is seen late. fliph() and flipv(), which
# are exact, give 180.
#
# Source: run here; github.com/silvia-odwyer/photon, crate/src/transform.rs, rotate(). Its documentation says "Rotate
# the PhotonImage on an arbitrary angle".
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes > /dev/null
npm install --silent --no-audit --no-fund @silvia-odwyer/photon-node@0.3.4
cat > try.js <<'JS'
const photon = require("@silvia-odwyer/photon-node");

const WIDTH = 64, HEIGHT = 48;
let seed = 1;
const noise = () => (seed = (seed * 1103515245 + 12345) % 2 ** 31) >> 16 & 255;
const pixels = Uint8Array.from({ length: WIDTH * HEIGHT * 4 }, (_, at) => (at % 4 === 3 ? 255 : noise()));
const photo = () => new photon.PhotonImage(pixels, WIDTH, HEIGHT);
const origins = { // of the pixel (x, y) of the result
  90: (x, y) => [y, HEIGHT - 1 - x],
  180: (x, y) => [WIDTH - 1 - x, HEIGHT - 1 - y],
  270: (x, y) => [WIDTH - 1 - y, x],
  360: (x, y) => [x, y],
};

/** How many pixels of the photo are in the result, if that is moved so far; and how many are clear. */
function found(image, origin, right, down) {
  const data = image.get_raw_pixels(), width = image.get_width(), height = image.get_height();
  let same = 0, clear = 0;
  for (let at = 0; at < width * height; at++) {
    if (data[at * 4 + 3] === 0) clear++;
    const [x, y] = origin(at % width + right, Math.floor(at / width) + down);
    if (x < 0 || y < 0 || x >= WIDTH || y >= HEIGHT) continue;
    same += [0, 1, 2].every((channel) => data[at * 4 + channel] === pixels[(y * WIDTH + x) * 4 + channel]);
  }
  return [same, clear];
}

console.log("photon-node", require("@silvia-odwyer/photon-node/package.json").version, `${WIDTH}x${HEIGHT}`);
let asSaid = true;
const cases = [[90, "2,1"], [180, "2,1"], [270, "2,1"], [-90, "2,0"], [-180, "2,0"], [360, "0,0"]];
for (const [angle, expected] of cases) {
  const image = photon.rotate(photo(), angle);
  const origin = origins[(angle + 359) % 360 + 1];
  const places = [];
  for (let down = -3; down <= 3; down++) for (let right = -3; right <= 3; right++) places.push([right, down]);
  const best = places.reduce((a, b) => (found(image, origin, ...b)[0] > found(image, origin, ...a)[0] ? b : a));
  const [same, clear] = found(image, origin, ...best);
  const size = `${image.get_width()}x${image.get_height()}`;
  console.log(`  by ${angle}: ${size}, moved by ${best}; ${same} of ${pixels.length / 4} are kept, ${clear} clear`);
  asSaid &&= String(best) === expected && (angle === 360 ? same === WIDTH * HEIGHT : same < 2900 && clear > 150);
}
let turned = photo();
for (let turn = 0; turn < 4; turn++) turned = photon.rotate(turned, 90);
const [, clear] = found(turned, origins[360], 0, 0);
console.log(`  after four turns by 90: ${turned.get_width()}x${turned.get_height()}, ${clear} pixels are clear`);
asSaid &&= clear > 300;
const flipped = photo();
photon.fliph(flipped);
photon.flipv(flipped);
asSaid &&= found(flipped, origins[180], 0, 0)[0] === WIDTH * HEIGHT;
if (!asSaid) console.log("this has changed");
process.exit(asSaid ? 0 : 1);
JS
node try.js
