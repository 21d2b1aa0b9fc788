/**
 * `deno task doctor`: each backend tried, what it computes compared with plain JavaScript, and a hint for what fails.
 *
 * @module
 */

import { fromFileUrl } from "@std/path";
import type { BackendName } from "../engine/backend_names.ts";
import { BACKENDS } from "../engine/backend_names.ts";
import { hintFor } from "../engine/troubleshooting.ts";
import type { Command } from "./flags.ts";
import { load, runMain } from "./command.ts";
import { Live, STDERR, ticking } from "./live.ts";
import { endWithParent, startScript } from "../platform/children.ts";
import { oneLine } from "../platform/errors.ts";

const command: Command<never> = {
  task: "doctor",
  about:
    "Tries each backend, compares its operations and gradients with plain JavaScript, and says what to do about what fails.",
  flags: {},
};

/** What was found out about a backend. */
interface Finding {
  backend: BackendName;
  ok: boolean;
  /** What it runs on, or why it does not. */
  says: string;
  hint?: string | undefined;
  seconds?: number;
  parity?: { cases: number; worst: number; failed: string[] };
}

async function examine(name: BackendName): Promise<Finding> {
  const said: string[] = [];
  let says: string;
  const start = performance.now();
  const { startBackend } = await load<typeof import("../engine/backend.ts")>(
    import.meta.resolve("../engine/backend.ts"),
  );
  try {
    const say = (line: string) => {
      said.push(line);
      console.error(line);
    };
    says = (await startBackend({ only: name, setUp: true, say })).reason;
  } catch (error) {
    says = oneLine(error) ?? String(error);
    return { backend: name, ok: false, says, hint: hintFor(says) };
  }
  const [{ PARITY_CASES }, { runParity }] = [
    await load<typeof import("../engine/parity_cases.ts")>(import.meta.resolve("../engine/parity_cases.ts")),
    await load<typeof import("../engine/parity.ts")>(import.meta.resolve("../engine/parity.ts")),
  ];
  console.error(`${name}: comparing ${PARITY_CASES.length} operations with plain JavaScript ...`);
  const results = await runParity(PARITY_CASES);
  const failed = results.filter(({ ok }) => !ok);
  return {
    backend: name,
    ok: failed.length === 0,
    says,
    // A fault in what it computes comes before a remark on what it runs on.
    hint: hintFor(failed.length > 0 ? "values differ" : [says, ...said].join("; ")),
    seconds: (performance.now() - start) / 1000,
    parity: {
      cases: PARITY_CASES.length,
      worst: Math.max(0, ...results.filter(({ ok }) => ok).map(({ maxRel }) => maxRel)),
      failed: failed.map((each) => `${each.name}: ${each.error ?? `off by ${each.maxRel.toExponential(1)}`}`),
    },
  };
}

/** What the native library says where it is loaded and nothing is kept from the terminal. */
async function lastWords(): Promise<string | undefined> {
  const { addonPath } = await load<typeof import("../engine/native_addon.ts")>(
    import.meta.resolve("../engine/native_addon.ts"),
  );
  const { tryLibrary } = await load<typeof import("../engine/native_trial.ts")>(
    import.meta.resolve("../engine/native_trial.ts"),
  );
  const path = addonPath();
  return path === undefined ? undefined : await tryLibrary(await Deno.realPath(path));
}

/** Examines in a process of its own: a faulty driver or addon can end the one that loads it. */
async function examineApart(name: BackendName, live: Live): Promise<Finding> {
  const child = startScript(fromFileUrl(import.meta.url), [`--backend=${name}`, "--json"]);
  const start = performance.now();
  let [doing, said] = [`${name}: trying it ...`, ""];
  const draw = () => live.progress(`${doing} ${Math.round((performance.now() - start) / 1000)} s`, false);
  draw();
  const listen = async () => {
    for await (const text of child.stderr.pipeThrough(new TextDecoderStream())) {
      said += text;
      doing = said.trim().split("\n").at(-1)!;
      draw();
    }
  };
  const [stdout, { code, signal }] = await ticking(
    draw,
    () => Promise.all([new Response(child.stdout).text(), child.status, listen()]),
  );
  // Open until now: that it is tells the child that this process lives.
  await child.stdin.close().catch(() => {});
  live.draw([]);
  try {
    return JSON.parse(stdout)[0];
  } catch {
    const how = signal ? `by ${signal}` : `with exit code ${code}`;
    const last = said.trim().split("\n").at(-1) || name === "native" && await lastWords();
    const says = `it ended its process ${how}${last ? `: ${last}` : ""}`;
    return { backend: name, ok: false, says, hint: hintFor(says) };
  }
}

function* lines({ backend, ok, says, hint, seconds, parity }: Finding): Generator<string> {
  yield `${ok ? "ok  " : "FAIL"}  ${backend}: ${says}`;
  if (parity) {
    const { cases, worst, failed } = parity;
    const good = cases - failed.length;
    yield `      ${good} of ${cases} operations agree with plain JavaScript, the worst to ${
      worst.toExponential(1)
    } of the ` +
      `largest value (${seconds!.toFixed(1)} s)`;
    for (const each of failed) yield `      differs: ${each}`;
  }
  if (hint) yield `      ${ok ? "note" : "hint"}: ${hint}`;
}

await runMain(command, async (given) => {
  endWithParent();
  const live = new Live(STDERR);
  const only = given.choice("backend", BACKENDS);
  const findings: Finding[] = [];
  for (const name of only === undefined ? BACKENDS.slice(0, 3) : [only]) {
    const finding = only === undefined ? await examineApart(name, live) : await examine(name);
    findings.push(finding);
    if (!given.on("json")) { for (const line of lines(finding)) console.log(line); }
  }
  if (given.on("json")) console.log(JSON.stringify(findings));
  // A backend that is not here is no failure while another is; one that computes wrongly always is.
  const wrong = findings.some(({ parity }) => parity !== undefined && parity.failed.length > 0);
  return !wrong && findings.some(({ ok }) => ok) ? 0 : 1;
});
