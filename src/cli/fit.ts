/**
 * `deno task fit`: learns what is normal from a folder of images.
 *
 * @module
 */

import { PREPROCESSINGS } from "../data/preprocess.ts";
import { DETECTORS, RECONSTRUCTING } from "../detectors/method_names.ts";
import { SIDES } from "../networks/halvings.ts";
import { taskLine } from "../platform/task.ts";
import type { Command } from "./flags.ts";
import { load, runMain } from "./command.ts";
import { UsageError } from "./flags.ts";
import { announceBackend } from "./environment.ts";
import { Live, STDERR } from "./live.ts";

type Flags =
  | "out"
  | "method"
  | "size"
  | "grey"
  | "colour"
  | "tile"
  | "preprocessing"
  | "epochs"
  | "seed"
  | "hold-out"
  | "false-alarms"
  | "skip";

/** The figures are those of docs/methods_on_images.md. */
const METHOD_HELP =
  "the method (default: ocsvm, of the best mean rank in docs/methods_on_images.md: AUROC 96.4 on MNIST's " +
  "eights; a shortened memgan had 92.3, kde 95.8, pca 92.8, the mean image, pixelmean, 90.0. Nothing beats " +
  "a trivial method there on brick (pca); brick, defects (pca); grass, defects (pixelmean); gravel (pca); gravel, " +
  "defects (pca). " +
  `Maps are drawn by ${RECONSTRUCTING.join(", ")})`;

const command: Command<Flags> = {
  task: "fit",
  about:
    "Learns what is normal from every image below a folder, and writes a model, one file, that scores other images.",
  takes: { usage: "DIR…", least: 1 },
  flags: {
    out: { value: "MODEL", help: "the file to write, for instance parts.model" },
    method: { value: DETECTORS.join("|"), help: METHOD_HELP },
    size: {
      value: `${SIDES.least}..${SIDES.most}`,
      help: "the side of the squares that the method sees (default: 28)",
    },
    grey: { help: "see images in grey (the default, unless one of them has colour)" },
    colour: { help: "see images in colour" },
    tile: { help: "cut images into overlapping tiles of that side instead of scaling them to it: for small defects" },
    preprocessing: { value: PREPROCESSINGS.join("|"), help: "what is done to images first (default: std)" },
    epochs: { value: "N", help: "epochs of a trained method (default: its recipe's)" },
    seed: { value: "S", help: "the seed (default: 0)" },
    "hold-out": { value: "0.2", help: "the share of the images that calibrates scores (default: 0.2)" },
    "false-alarms": { value: "0.01", help: "the greatest share of normal images called anomalous (default: 0.01)" },
    skip: { help: "pass over images that cannot be read, and list them" },
  },
};

await runMain(command, async (given) => {
  const out = given.text("out");
  if (out === undefined) throw new UsageError(`fit wants --out MODEL, the file to write`);
  if (given.on("grey") && given.on("colour")) throw new UsageError("--grey and --colour exclude each other");
  const size = given.whole("size", SIDES.least) ?? 28;
  if (size > SIDES.most) throw new UsageError(`--size wants ${SIDES.least} to ${SIDES.most}; it is ${size}`);
  const { fitFolder } = await load<typeof import("../images/fit.ts")>(import.meta.resolve("../images/fit.ts"));
  const live = new Live(STDERR);
  const model = await fitFolder(given.rest, {
    out,
    method: given.choice("method", DETECTORS) ?? "ocsvm",
    size,
    channels: given.on("grey") ? 1 : given.on("colour") ? 3 : undefined,
    tiled: given.on("tile"),
    preprocessing: given.choice("preprocessing", PREPROCESSINGS) ?? "std",
    epochs: given.whole("epochs", 1),
    seed: given.whole("seed", 0) ?? 0,
    holdOut: given.share("hold-out") ?? 0.2,
    falseAlarms: given.share("false-alarms") ?? 0.01,
    skip: given.on("skip"),
    start: () => announceBackend(given),
    say: (line) => live.draw([], line),
    show: (line) => live.progress(line, false),
  });
  if (given.on("json")) console.log(JSON.stringify(model));
  else console.log(`model: ${out}\n\nScore other images: ${taskLine("score", out, "DIR")}`);
});
