/**
 * The interactive pages of the book; each runs the modules of `src/paper/` in the browser.
 *
 * @module
 */

import { escapeHtml } from "../report/html.ts";
import type { Place } from "./layout.ts";

/** An interactive page. */
export interface LivePage extends Place {
  /** The file in `src/book/` that is bundled for it. */
  readonly script: string;
  /** The chapter that it belongs to. */
  readonly chapter: string;
  /** Its content. */
  readonly body: string;
}

/** The pages that need nothing but their script. */
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
<p class="legend"><span class="outside">outside</span>: the fraction of combinations of units outside the points' hull.
<span class="distance">distance</span>: the sum of the points' distances to the units' hull.</p>
<p>Proposition 1 says that Eq. 9, the sum of the two, is smallest with the units at the vertices. With
one unit fewer than there are vertices, the distance stays above 0; with more, the spare ones end anywhere inside. The code here is
<a href="code/src-paper-s5_2_topology.ts.html#optimiseMemory"><code>optimiseMemory</code></a>, which the tests and Figure 2 also use; the search is fast, and is shown in slow motion.</p></div></div>`,
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
around a unit shows its weight α in P(z) = Mᵀα, α = softmax(Mz).</p>
<svg id="bars" viewBox="0 0 200 96" role="img" aria-label="The weights α of the memory units"></svg>
<p>Every α is positive, so P(z) is inside the hull wherever z is, and never at a vertex, where one α would have to
be 1. The larger M and z are, the sharper the softmax, and the nearer P(z) comes to a vertex. Put z onto a unit: P still moves it, so
it is not a projection in the sense of P∘P = P. The greatest weight goes not to the nearest unit but to the one with the
greatest inner product: a unit near the origin hardly ever has weight. The code here is
<a href="code/src-paper-s4_2_cycle.ts.html#project"><code>project</code></a>, which training and scoring also use.</p></div></div>`,
  },
];

/** The chapter of a trained MEMGAN's page. */
export const MEMGAN_CHAPTER = "s5_3_detection.html";

/** A trained MEMGAN, as its page names it. */
export interface LiveMemgan {
  /** The class that it was trained on. */
  readonly digit: number;
  /** Its epochs. */
  readonly epochs: number;
  /** Steps an epoch. */
  readonly k: number;
  /** Its AUROC on the test part, a fraction of 1. */
  readonly auroc: number;
  /** The run's folder. */
  readonly run: string;
  /** Whether a smoke run made it. */
  readonly smoke: boolean;
}

/**
 * The page of a trained MEMGAN; `assets/weights.js` holds its weights.
 *
 * @param memgan What it is.
 * @returns The page.
 */
export function memganPage({ digit, epochs, k, auroc, run, smoke }: LiveMemgan): LivePage {
  const picture = (id: string, says: string) =>
    `<figure><canvas id="${id}" width="28" height="28" role="img" aria-label="${says}"></canvas><figcaption>${says}</figcaption></figure>`;
  const schedule = `${epochs} ${epochs === 1 ? "epoch" : "epochs"} of ${k} steps`;
  const worth = `AUROC ${(100 * auroc).toFixed(1)} on the test images`;
  return {
    page: "live_memgan.html",
    title: `MEMGAN trained on digit ${digit}, live: ${schedule}, ${worth}`,
    script: "live_memgan.js",
    chapter: MEMGAN_CHAPTER,
    body: `<h1>MEMGAN, live: draw a digit ${digit}, or another</h1>
<p><strong>Trained on images of digit ${digit} alone, for ${schedule}; ${worth}.</strong>${
      smoke ? " A smoke run: it shows that everything works, and hardly learned anything." : ""
    }</p>
<div class="live"><div>
<canvas id="board" width="280" height="280" aria-label="The board: draw a digit with the pointer"></canvas>
<form><button id="clear" type="button">Clear the board</button>
<span id="examples" role="group" aria-label="Test images, by their digit">or a test image: </span></form>
<p id="says" role="status"></p></div>
<div><div class="pictures">${picture("input", "x")}${picture("rebuilt", "G(P(E(x)))")}${
      picture("difference", "the difference")
    }</div>
<svg id="code" viewBox="0 0 200 40" role="img" aria-label="The numbers of the code E(x)"></svg>
<svg id="bars" viewBox="0 0 200 60" role="img" aria-label="The weight of each memory unit in P(E(x))"></svg>
<p>Draw a digit ${digit}, then another digit. The drawing is scaled to the size of MNIST's digits and encoded into E(x); the
upper bars show its numbers, above and below 0. P(E(x)) combines memory units; the lower bars show their weights α, relative
to the greatest. Decoding it gives the second picture. A(x) is the distance between the two, Eq. 8.
The model's weights are those of the run <code>${escapeHtml(run)}</code>; the networks, P and A are the modules used in
training.</p></div></div>
<script src="assets/weights.js"></script>`,
  };
}
