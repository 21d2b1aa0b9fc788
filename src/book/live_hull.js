// Figure 2, live: the reader's own points, and the memory units of Eq. 9 on their way to the vertices of their hull.
import { seededRng } from "../engine/random.ts";
import { convexHull } from "../paper/s5_2_hull.ts";
import { optimiseMemory, propositionObjective } from "../paper/s5_2_topology.ts";
import { diamond, draggable, outline, placeOf, svg, towards } from "./plane.js";

const plane = document.querySelector("#plane");
const chart = document.querySelector("#terms");
const says = document.querySelector("#says");
const step = document.querySelector("#step");
const [unitsInput, seedInput] = ["#units", "#seed"].map((id) => document.querySelector(id));

/** Frames that are shown at most, and milliseconds between two. */
const [FRAMES, PACE] = [90, 50];

/** Twenty-five points: the middle of the square is likelier than its rim. */
function drawnPoints(seed) {
  const { uniform } = seededRng(seed, "points");
  const one = () => 0.95 * (uniform() + uniform()) - 0.95;
  return Array.from({ length: 25 }, () => [one(), one()]);
}

/** A whole number out of what somebody typed. */
function whole(text, least, most, otherwise) {
  const value = Math.trunc(Number(text || NaN));
  return Number.isNaN(value) ? otherwise : Math.max(least, Math.min(most, value));
}
const unitsOf = (text, otherwise) => whole(text, 1, 40, otherwise);
const seedOf = (text) => whole(text, 0, Number.MAX_SAFE_INTEGER, 0);

/** What the address says: `#seed=3&units=7&points=0.1,0.2;…`. */
function fromAddress() {
  const given = new URLSearchParams(location.hash.slice(1));
  const seed = seedOf(given.get("seed"));
  const listed = (given.get("points") ?? "").split(";").map((pair) => pair.split(",").map(Number));
  const valid = listed.every((pair) => pair.length === 2 && pair.every((value) => Math.abs(value) <= 1));
  const points = valid && listed.length >= 3 ? listed.slice(0, 200) : drawnPoints(seed);
  return { seed, points, units: unitsOf(given.get("units"), convexHull(points).length) };
}

let state = fromAddress();
let timer;

function toAddress() {
  const points = state.points.map((point) => point.map((value) => value.toFixed(3)).join(",")).join(";");
  history.replaceState(null, "", `#seed=${state.seed}&units=${state.units}&points=${points}`);
}

/** The points, which can be dragged, moved by arrow keys, and deleted. */
function drawPoints() {
  plane.replaceChildren();
  svg("polygon", { id: "hull", points: outline(convexHull(state.points)) }, plane);
  svg("polygon", { id: "memory-hull" }, plane);
  state.points.forEach(([x, y], i) => {
    const name = `point ${i + 1} at ${x.toFixed(2)}, ${y.toFixed(2)}`;
    svg("circle", {
      class: "point",
      cx: x,
      cy: -y,
      r: 0.022,
      tabindex: 0,
      role: "button",
      "aria-label": name,
      "data-i": i,
    }, plane);
  });
}

function drawUnits(units) {
  for (const old of plane.querySelectorAll(".unit")) old.remove();
  plane.querySelector("#memory-hull").setAttribute("points", units.length > 2 ? outline(convexHull(units)) : "");
  for (const unit of units) svg("rect", { class: "unit", ...diamond(unit, 0.026) }, plane);
}

/** The two terms over the frames shown so far; a logarithm, as they end near 0. */
function drawTerms(frames) {
  const height = (value) => 8 + 84 * (1 - (Math.log10(Math.max(value, 1e-6)) + 6) / 8);
  chart.replaceChildren();
  for (const power of [-6, -4, -2, 0, 2]) {
    const y = height(10 ** power);
    svg("line", { class: "grid", x1: 28, x2: 198, y1: y, y2: y }, chart);
    svg("text", { x: 25, y: y + 2.5, "text-anchor": "end" }, chart).append(
      power === -6 ? "≤10⁻⁶" : power === 0 ? "1" : `10${power < 0 ? "⁻" : ""}${"⁰¹²³⁴"[Math.abs(power)]}`,
    );
  }
  for (const term of ["outside", "distance"]) {
    const at = frames.map((each, i) => `${28 + 170 * i / (FRAMES - 1)},${height(each[term])}`);
    svg("polyline", { class: term, points: at.join(" ") }, chart);
  }
}

/** Runs the search at once, then shows it slowly. */
function run() {
  clearTimeout(timer);
  drawPoints();
  toAddress();
  const steps = [];
  const found = optimiseMemory(state.points, {
    units: state.units,
    uniform: seededRng(state.seed, "units").uniform,
    watch: (units) => steps.push(units),
  });
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  // Most happens at first: frames lie densely there.
  const at = (i) => Math.round((steps.length - 1) * (i / (FRAMES - 1)) ** 2);
  const shown = [];
  const frame = (i) => {
    const units = i === FRAMES - 1 ? found.memory : steps[at(i)];
    drawUnits(units);
    shown.push(propositionObjective(units, state.points));
    drawTerms(shown);
    const { outside, distance } = shown.at(-1);
    const terms = `outside ${outside.toFixed(3)}, distance ${distance.toExponential(1)}`;
    step.textContent = `Step ${i === FRAMES - 1 ? steps.length : at(i) + 1} of ${steps.length}: ${terms}.`;
    if (i < FRAMES - 1) timer = setTimeout(frame, PACE, i + 1);
    else {
      // Said once: a reader who listens is not told of ninety frames.
      says.textContent = `Found at the last of ${found.starts} starts: ${terms}.`;
      document.body.dataset.done = String(found.objective.value);
    }
  };
  delete document.body.dataset.done;
  frame(still ? FRAMES - 1 : 0);
}

function change(points) {
  if (points.length < 3) return;
  state = { ...state, points };
  run();
}

draggable(plane, (i, to) => {
  clearTimeout(timer);
  state = { ...state, points: state.points.with(i, to) };
  drawPoints();
}, run);
plane.addEventListener("dblclick", (event) => {
  const i = event.target.dataset.i;
  change(i === undefined ? [...state.points, placeOf(plane, event)] : state.points.toSpliced(Number(i), 1));
});
plane.addEventListener("keydown", (event) => {
  const i = Number(event.target.dataset.i);
  const moved = towards(event.key, state.points[i]);
  const removes = event.key === "Delete" || event.key === "Backspace";
  if (!moved && !removes) return;
  event.preventDefault();
  event.stopPropagation();
  change(removes ? state.points.toSpliced(i, 1) : state.points.with(i, moved));
  plane.querySelector(`[data-i="${Math.min(i, state.points.length - 1)}"]`).focus();
});
unitsInput.addEventListener("change", () => {
  state = { ...state, units: unitsOf(unitsInput.value, 1) };
  unitsInput.value = state.units;
  run();
});
seedInput.addEventListener("change", () => {
  state = { ...state, seed: seedOf(seedInput.value) };
  seedInput.value = state.seed;
  run();
});
document.querySelector("#again").addEventListener("click", run);
document.querySelector("#fresh").addEventListener("click", () => {
  const seed = state.seed + 1;
  const points = drawnPoints(seed);
  state = { seed, points, units: convexHull(points).length };
  [unitsInput.value, seedInput.value] = [state.units, seed];
  run();
});
[unitsInput.value, seedInput.value] = [state.units, state.seed];
run();
