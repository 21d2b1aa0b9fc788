/**
 * The book's first page: how to read it, the equations, the chapters, the status of the tests.
 *
 * @module
 */

import type { Clause } from "../report/spec.ts";
import type { Chapter, Workshop } from "./chapter.ts";
import { modulePage } from "./chapter.ts";
import type { Equation } from "./equations.ts";
import { equationsOf } from "./equations.ts";
import { lossText } from "./exhibits.ts";
import { claimsOf } from "../report/claims.ts";
import { escapeHtml } from "../report/html.ts";
import { standing, statusSummary, statusWords } from "./status.ts";

/** How many clauses there are of each level. */
function counts(clauses: readonly Clause[]): string {
  const levels = Map.groupBy(clauses, ({ level }) => level);
  return [...levels].map(([level, of]) => `${of.length} ${level.toLowerCase()}`).join(", ");
}

function table(name: string, head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `<tr>${cells.map((cell) => `<td>${cell}</td>`).join("")}</tr>`;
  return `<div class="wide ${
    name.split(" ").at(-1)
  }" tabindex="0" role="group" aria-label="${name}"><table><thead><tr>${
    head.map((each) => `<th>${each}</th>`).join("")
  }</tr></thead><tbody>${rows.map(line).join("")}</tbody></table></div>`;
}

/** The code of clauses, each declaration once. */
function codeLinks(clauses: readonly Clause[], { modules }: Workshop): string {
  const links = clauses.flatMap(({ links }) => links).filter(({ file }) => modules.has(file));
  const items = links.map(({ symbol, file }) =>
    symbol === file
      ? `<a href="${modulePage(file)}"><code>${file}</code></a>`
      : `<a href="${modulePage(file)}#${symbol}"><code>${symbol}</code></a>`
  );
  return [...new Set(items)].join("<br>");
}

/** An equation's value in training, from the first epoch to the last. */
function effect({ stated }: Equation, { exhibits, placeOf }: Workshop): string {
  const course = exhibits.courses.find(({ clause }) => stated.some(({ id }) => id === clause));
  if (course === undefined) return "";
  const [first, last] = [course.means[0]!, course.means.at(-1)!].map(lossText);
  const way = course.means.length === 1
    ? `${first} in one epoch`
    : `${first} → ${last} in ${course.means.length} epochs`;
  return `<a href="${placeOf.get(course.clause)}">${way}</a>`;
}

function equationRow(equation: Equation, workshop: Workshop): string[] {
  const { number, tex, stated, about, changes, within } = equation;
  const { renderer, notation, conformance, placeOf } = workshop;
  const link = ({ id }: Clause, says = `<code>${id}</code>`) => `<a href="${placeOf.get(id)}">${says}</a>`;
  const trained = changes.map(({ player, way, clause }) => link(clause, `${player} moves it ${way}`)).join("<br>");
  const inside = within.map((other) => `<a href="#eq-${other}">Eq. ${other}</a>`).join(", ");
  return [
    `<span id="eq-${number}">Eq.&nbsp;${number}</span>`,
    renderer.prose(`$${tex}$`, notation),
    stated.map((clause) => link(clause)).join("<br>"),
    codeLinks([...stated, ...about], workshop),
    trained || (inside && `as part of ${inside}`) || "no update of Algorithm 1",
    effect(equation, workshop),
    about.map((clause) => link(clause)).join("<br>"),
    stated.map((clause) => escapeHtml(statusWords(clause, standing(clause, conformance), conformance.whole))).join(
      "<br>",
    ),
  ];
}

/**
 * The first page, without the layout.
 *
 * @param chapters The chapters.
 * @param workshop The inputs.
 * @returns HTML.
 */
export function contentsHtml(chapters: readonly Chapter[], workshop: Workshop): string {
  const { clauses, conformance, live, noMemgan, placeOf, renderer } = workshop;
  const answering = live.map(({ page, title }) => `<a href="${page}">${escapeHtml(title)}</a>`).join(", ");
  const link = ({ id }: Clause) => `<a href="${placeOf.get(id)}"><code>${id}</code></a>`;
  return `<h1>MEMGAN, read clause by clause</h1>
<p>MEMGAN detects anomalies in images by the error of their reconstruction from a learned memory. Equations 3 to 7 are
what it is trained on, Eq. 8 is its score. <a href="#claims">What the paper claims, and what was found</a> stands below.</p>
<p>The left of a page has the paper's statements, one by one, and our comments on them; the right has the code that
implements them. A statement is called a clause. Green marks the paper's own words, brown is ours where the paper is
silent or we differ, red is an error in the paper. Rest the pointer on an underlined symbol for its name in the code and its
shape.</p>
<p>The paper: <a href="https://arxiv.org/abs/2002.02669">Yang, Zhang, Soltani Bozchalooi, Darve: Memory Augmented Generative
Adversarial Networks for Anomaly Detection</a>.</p>
<p>Interactive pages: ${answering}.</p>
${noMemgan === undefined ? "" : renderer.prose(noMemgan)}
<h2 id="equations">The equations</h2>
${
    table("The equations", [
      "number",
      "the equation",
      "stated in",
      "computed by",
      "who is trained on it",
      "its value in training",
      "see also",
      "tests",
    ], equationsOf(clauses).map((each) => equationRow(each, workshop)))
  }
<h2 id="claims">What the paper claims, and what was found</h2>
${
    table(
      "The claims",
      ["the paper says", "where", "found", "see"],
      claimsOf(clauses).map((claim) => [
        escapeHtml(claim.quotations[0]!),
        escapeHtml(claim.locator),
        escapeHtml(claim.finding),
        link(claim),
      ]),
    )
  }
<h2 id="chapters">The chapters</h2>
${
    table(
      "The chapters",
      ["chapter", "clauses"],
      chapters.map((each) => [`<a href="${each.page}">${escapeHtml(each.title)}</a>`, counts(each.clauses)]),
    )
  }
<h2 id="tests">Status of the tests</h2>
${statusSummary(clauses, conformance, link)}
${renderer.prose(conformance.how)}`;
}
