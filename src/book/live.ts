/**
 * The pages of the book that answer to the reader; each runs the modules of `src/paper/` in the browser.
 *
 * @module
 */

import type { Place } from "./layout.ts";

/** Such a page. */
export interface LivePage extends Place {
  /** The file in `src/book/` that is bundled for it. */
  readonly script: string;
  /** The chapter that speaks of it. */
  readonly chapter: string;
  /** What stands on it. */
  readonly body: string;
}

/** Those that need nothing but their script. */
export const LIVE: readonly LivePage[] = [
  {
    page: "live_hull.html",
    title: "Figure 2, live",
    script: "live_hull.js",
    chapter: "s5_2_topology.html",
    body: `<h1>Figure 2, live: memory units find the vertices</h1>
<div class="live"><div>
<svg id="plane" viewBox="-1.08 -1.08 2.16 2.16" role="group" aria-label="Points and memory units in the plane"></svg>
<p id="step"></p><p id="says" role="status"></p></div>
<div><form>
<label>memory units <input id="units" type="number" min="1" max="40"></label>
<label>seed <input id="seed" type="number" min="0"></label>
<button id="again" type="button">Run again</button> <button id="fresh" type="button">Other points</button></form>
<p>Circles are encoded data z<sub>j</sub>, diamonds memory units m<sub>i</sub>. Drag a point; double-click to add one, or on
a point to remove it; with the keyboard, Tab to a point, then the arrows or Delete. The address keeps what you see.</p>
<svg id="terms" viewBox="0 0 204 104" role="img" aria-label="The two terms of Eq. 9 over the steps, on a logarithmic scale"></svg>
<p class="legend"><span class="outside">outside</span>: the share of combinations of units outside the points' hull.
<span class="distance">distance</span>: the sum of the points' distances to the units' hull.</p>
<p>Proposition 1 says that Eq. 9, the sum of the two, is least with the units at the vertices. Give it a unit fewer than
there are vertices, and the distance stays above 0; give it more, and the spare ones stay anywhere inside. What runs here is
<a href="code/src-paper-s5_2_topology.ts.html#optimiseMemory"><code>optimiseMemory</code></a>, the code of the tests and of
Figure 2; the search takes a blink, and is shown slowly.</p></div></div>`,
  },
  {
    page: "live_projection.html",
    title: "Eq. 5, live",
    script: "live_projection.js",
    chapter: "s4_2_cycle.html",
    body: `<h1>Eq. 5, live: what P does to a code</h1>
<div class="live"><div>
<svg id="plane" viewBox="-1.08 -1.08 2.16 2.16" role="group" aria-label="Memory units and a code in the plane"></svg>
<p id="says" role="status"></p></div>
<div><form><label>scale of M and z <input id="scale" type="range" min="0.5" max="8" step="0.1"></label></form>
<p>Diamonds are memory units, the yellow circle is a code z: drag any of them, or Tab to one and use the arrows. The circle
around a unit is its share α in P(z) = Mᵀα, α = softmax(Mz).</p>
<svg id="bars" viewBox="0 0 200 96" role="img" aria-label="The shares α of the memory units"></svg>
<p>Every α is positive, so that P(z) is inside the hull, wherever z is, and never at a vertex: for that one α would have to
be 1. The larger M and z are, the sharper the softmax, and the nearer P(z) comes. Put z onto a unit: P moves it still, so
that it is no projection in the sense of P∘P = P. Nor does the nearest unit get the greatest share, but the one with the
greatest inner product: a unit near the origin is hardly ever heard. What runs here is
<a href="code/src-paper-s4_2_cycle.ts.html#project"><code>project</code></a>, the code that training and score use.</p></div></div>`,
  },
];

/**
 * The page of a trained MEMGAN; `assets/weights.js` holds its weights.
 *
 * @param digit The class that it was trained on.
 * @param run The run's folder.
 * @returns The page.
 */
export function memganPage(digit: number, run: string): LivePage {
  const picture = (id: string, says: string) =>
    `<figure><canvas id="${id}" width="28" height="28" role="img" aria-label="${says}"></canvas><figcaption>${says}</figcaption></figure>`;
  return {
    page: "live_memgan.html",
    title: "A trained MEMGAN, live",
    script: "live_memgan.js",
    chapter: "s5_3_detection.html",
    body: `<h1>A trained MEMGAN, live: draw a digit ${digit}, or another</h1>
<div class="live"><div>
<canvas id="board" width="280" height="280" aria-label="The board: draw a digit with the pointer"></canvas>
<form><button id="clear" type="button">Wipe the board</button>
<span id="examples" role="group" aria-label="Test images, by their digit">or a test image: </span></form>
<p id="says" role="status"></p></div>
<div><div class="pictures">${picture("input", "x")}${picture("rebuilt", "G(P(E(x)))")}${
      picture("difference", "the difference")
    }</div>
<svg id="code" viewBox="0 0 200 40" role="img" aria-label="The numbers of the code E(x)"></svg>
<svg id="bars" viewBox="0 0 200 60" role="img" aria-label="The share of each memory unit in P(E(x))"></svg>
<p>It has seen images of digit ${digit} and no others: draw one, then another digit. What is drawn is made the size of MNIST's digits, encoded
into E(x), the first bars, above and below 0; put together from memory units, whose shares α the others show, the greatest as
high as can be; and decoded: A(x) is the distance between the two pictures, Eq. 8.
The weights are those of the run <code>${run}</code>; the networks, P and A are the modules of training.</p></div></div>
<script src="assets/weights.js"></script>`,
  };
}
