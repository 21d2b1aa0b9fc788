// Eq. 5, live: a code z, what it attends to, and where P(z) puts it.
import * as tf from "@tensorflow/tfjs-core";
import "@tensorflow/tfjs-backend-cpu";
import { convexHull } from "../paper/s5_2_hull.ts";
import { attend, project } from "../paper/s4_2_cycle.ts";
import { diamond, draggable, outline, svg, towards } from "./plane.js";

const plane = document.querySelector("#plane");
const bars = document.querySelector("#bars");
const says = document.querySelector("#says");
const scaleInput = document.querySelector("#scale");

/** The memory, and the code last; in the plane's coordinates. */
let points = [[-0.8, -0.5], [0.1, -0.85], [0.85, -0.2], [0.5, 0.75], [-0.55, 0.6], [0.8, 0.35]];
let scale = 1.5;

const show = ([x, y]) => `(${x.toFixed(2)}, ${y.toFixed(2)})`;

/** α and P(z) of memory and code both stretched: softmax(s²·Mz), so that s is its sharpness. */
function computed() {
  return tf.tidy(() => {
    const M = tf.mul(tf.tensor2d(points.slice(0, -1)), scale);
    const z = tf.mul(tf.tensor2d(points.slice(-1)), scale);
    return { alpha: [...attend(M, z).dataSync()], p: [...project(M, z).dataSync()].map((value) => value / scale) };
  });
}

function draw() {
  const { alpha, p } = computed();
  const [memory, z] = [points.slice(0, -1), points.at(-1)];
  const focused = document.activeElement?.dataset?.i;
  plane.replaceChildren();
  svg("polygon", { id: "hull", points: outline(convexHull(memory)) }, plane);
  svg("line", { class: "moves", x1: z[0], y1: -z[1], x2: p[0], y2: -p[1] }, plane);
  memory.forEach(([x, y], i) => {
    svg("circle", { class: "share", cx: x, cy: -y, r: 0.05 + 0.16 * alpha[i] }, plane);
    const name = `memory unit ${i + 1} at ${show([x, y])}`;
    svg("rect", {
      class: "unit grab",
      ...diamond([x, y], 0.032),
      tabindex: 0,
      role: "button",
      "aria-label": name,
      "data-i": i,
    }, plane);
    svg("text", { class: "name", x: x + 0.06, y: -y - 0.06 }, plane).append(String(i + 1));
  });
  const name = `code z at ${show(z)}`;
  const code = {
    cx: z[0],
    cy: -z[1],
    r: 0.04,
    tabindex: 0,
    role: "button",
    "aria-label": name,
    "data-i": memory.length,
  };
  svg("circle", { class: "point", ...code }, plane);
  svg("circle", { class: "projected", cx: p[0], cy: -p[1], r: 0.03 }, plane);
  svg("text", { class: "name", x: z[0] + 0.05, y: -z[1] - 0.05 }, plane).append("z");
  svg("text", { class: "name", x: p[0] + 0.05, y: -p[1] + 0.1 }, plane).append("P(z)");
  if (focused !== undefined) plane.querySelector(`[data-i="${focused}"]`)?.focus();

  bars.replaceChildren();
  alpha.forEach((share, i) => {
    svg("rect", { x: 30, y: 4 + 18 * i, width: Math.max(0.5, 120 * share), height: 12 }, bars);
    svg("text", { x: 24, y: 13.5 + 18 * i, "text-anchor": "end" }, bars).append(`α${"₁₂₃₄₅"[i]}`);
    svg("text", { x: 34 + 120 * share, y: 13.5 + 18 * i }, bars).append(share.toFixed(3));
  });
  const nearest = Math.min(...memory.map(([x, y]) => Math.hypot(x - p[0], y - p[1])));
  says.textContent = `P(z) = ${show(p)}; the nearest vertex is ${nearest.toExponential(1)} away, the greatest α is ${
    Math.max(...alpha).toFixed(3)
  }.`;
  document.body.dataset.nearest = String(nearest);
}

draggable(plane, (i, to) => {
  points = points.with(i, to);
  draw();
});
plane.addEventListener("keydown", (event) => {
  const i = Number(event.target.dataset.i);
  const to = towards(event.key, points[i]);
  if (!to) return;
  event.preventDefault();
  event.stopPropagation();
  points = points.with(i, to);
  draw();
});
scaleInput.addEventListener("input", () => {
  scale = Number(scaleInput.value);
  draw();
});
scaleInput.value = scale;
draw();
