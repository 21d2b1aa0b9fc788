// A trained MEMGAN, live: draw a digit, and see what it makes of it. `MEMGAN`, a run's weights, comes from weights.js.
import * as tf from "@tensorflow/tfjs-core";
import "@tensorflow/tfjs-backend-cpu";
import { fitPreprocessing } from "../data/preprocess.ts";
import { restore } from "../detectors/training/weights.ts";
import { allOf, INFERENCE } from "../engine/layer.ts";
import { seededRng } from "../engine/random.ts";
import { memganNetworks } from "../networks/memgan.ts";
import { attend, project } from "../paper/s4_2_cycle.ts";
import { anomalyScore } from "../paper/s5_3_detection.ts";
import { svg } from "./plane.js";

const { digit, recipe, preprocessing, extremes, examples, quantiles, arrays } = globalThis.MEMGAN;
const SIDE = 28;

const floats = (base64) => new Float32Array(Uint8Array.from(atob(base64), (c) => c.charCodeAt(0)).buffer);
const images = (pixels) => ({ count: pixels.length / SIDE ** 2, height: SIDE, width: SIDE, channels: 1, pixels });

const rng = seededRng(0, "init");
const { encoder: E, generator: G } = memganNetworks(images([]), recipe.width, recipe.dropout, rng, recipe);
const decoded = Object.fromEntries(
  Object.entries(arrays).map(([name, { shape, values }]) => [name, { shape, values: floats(values) }]),
);
restore("memgan", allOf(E, G), decoded);
const M = tf.tensor2d(decoded.memory.values, decoded.memory.shape);
// The range of a preprocessing is that of two training images, the one with its least and the one with its greatest value.
const preprocess = fitPreprocessing(preprocessing, { role: "normal-train", images: images(floats(extremes)) });

const board = document.querySelector("#board");
const pen = board.getContext("2d", { willReadFrequently: true });
const says = document.querySelector("#says");

/** What was drawn, as MNIST has its digits: 20 pixels high or wide, the centre of its ink in the middle. */
function normalised() {
  const { data } = pen.getImageData(0, 0, board.width, board.height);
  let [left, right, top, bottom, ink, x, y] = [board.width, 0, board.height, 0, 0, 0, 0];
  for (let i = 0; i < board.width * board.height; i++) {
    const value = data[4 * i];
    if (value === 0) continue;
    const [column, row] = [i % board.width, Math.floor(i / board.width)];
    [left, right] = [Math.min(left, column), Math.max(right, column)];
    [top, bottom] = [Math.min(top, row), Math.max(bottom, row)];
    [ink, x, y] = [ink + value, x + value * column, y + value * row];
  }
  if (ink === 0) return undefined;
  const scale = 20 / Math.max(right - left + 1, bottom - top + 1);
  const small = new OffscreenCanvas(SIDE, SIDE).getContext("2d");
  small.fillRect(0, 0, SIDE, SIDE);
  small.imageSmoothingQuality = "high";
  small.setTransform(scale, 0, 0, scale, SIDE / 2 - scale * x / ink, SIDE / 2 - scale * y / ink);
  small.drawImage(board, 0, 0);
  const pixels = small.getImageData(0, 0, SIDE, SIDE).data;
  return Float32Array.from({ length: SIDE ** 2 }, (_, i) => pixels[4 * i] / 255);
}

/** A picture, its contrast stretched. */
function show(id, values) {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const picture = new ImageData(SIDE, SIDE);
  values.forEach((value, i) => {
    const grey = high > low ? 255 * (value - low) / (high - low) : 0;
    picture.data.set([grey, grey, grey, 255], 4 * i);
  });
  document.querySelector(id).getContext("2d").putImageData(picture, 0, 0);
}

/** E(x): a bar a number, from the middle up or down, the largest as long as can be. */
function drawCode(code) {
  const chart = document.querySelector("#code");
  const [largest, step] = [Math.max(...code.map(Math.abs)), 200 / code.length];
  chart.replaceChildren();
  svg("line", { x1: 0, x2: 200, y1: 20, y2: 20 }, chart);
  code.forEach((value, i) => {
    const height = 20 * Math.abs(value) / largest;
    svg("rect", { x: step * i, y: value > 0 ? 20 - height : 20, width: 0.75 * step, height }, chart);
  });
}

/** α: a bar a memory unit, the greatest share as high as can be. */
function drawShares(alpha) {
  const chart = document.querySelector("#bars");
  const [greatest, step] = [Math.max(...alpha), 200 / alpha.length];
  chart.replaceChildren();
  alpha.forEach((value, i) => {
    const height = Math.max(0.5, 60 * value / greatest);
    svg("rect", { x: step * i, y: 60 - height, width: 0.75 * step, height }, chart);
  });
}

/** The share of scores below one, from their quantiles. */
const share = (scores, score) => `${Math.round(100 * scores.filter((each) => each < score).length / scores.length)} %`;

/** Scores an image, and shows what it is scored by. */
function look(pixels) {
  const x = preprocess(images(pixels)).pixels;
  const { code, alpha, rebuilt, score } = tf.tidy(() => {
    const input = tf.tensor4d(x, [1, SIDE, SIDE, 1]);
    const zx = E(input, INFERENCE);
    const y = G(project(M, zx), INFERENCE);
    const [code, alpha] = [zx, attend(M, zx)].map((tensor) => [...tensor.dataSync()]);
    return { code, alpha, rebuilt: y.dataSync(), score: anomalyScore(input, y).dataSync()[0] };
  });
  show("#input", x);
  show("#rebuilt", rebuilt);
  show("#difference", x.map((value, i) => Math.abs(value - rebuilt[i])));
  drawCode(code);
  drawShares(alpha);
  says.textContent =
    `A(x) = ${score.toFixed(2)}: above ${share(quantiles.normal, score)} of the test images of digit ${digit}, ` +
    `and above ${share(quantiles.anomaly, score)} of the others. ` +
    `The greatest α is ${Math.max(...alpha).toFixed(3)}.`;
  document.body.dataset.score = String(score);
}

function clear() {
  pen.fillStyle = "black";
  pen.fillRect(0, 0, board.width, board.height);
}

/** Puts a test image on the board, and scores the image itself. */
function take({ pixels }) {
  const image = floats(pixels);
  const cell = board.width / SIDE;
  image.forEach((value, i) => {
    pen.fillStyle = `rgb(${255 * value} ${255 * value} ${255 * value})`;
    pen.fillRect(cell * (i % SIDE), cell * Math.floor(i / SIDE), cell, cell);
  });
  look(image);
}

board.addEventListener("pointerdown", (event) => {
  board.setPointerCapture(event.pointerId);
  const at = ({ clientX, clientY }) => {
    const { left, top, width } = board.getBoundingClientRect();
    return [(clientX - left) * board.width / width, (clientY - top) * board.width / width];
  };
  const over = new AbortController();
  const on = (type, act) =>
    board.addEventListener(type, (each) => each.pointerId === event.pointerId && act(each), { signal: over.signal });
  let last = at(event);
  on("pointermove", (each) => {
    Object.assign(pen, { lineWidth: 24, lineCap: "round", strokeStyle: "white" });
    pen.beginPath();
    pen.moveTo(...last);
    pen.lineTo(...(last = at(each)));
    pen.stroke();
  });
  for (const end of ["pointerup", "pointercancel"]) {
    on(end, () => {
      over.abort();
      const drawn = normalised();
      if (drawn !== undefined) look(drawn);
    });
  }
});
document.querySelector("#clear").addEventListener("click", clear);
for (const example of examples) {
  const button = document.createElement("button");
  Object.assign(button, { type: "button", textContent: example.class });
  button.addEventListener("click", () => take(example));
  document.querySelector("#examples").append(button, " ");
}
take(examples.find((example) => example.class === digit));
