/**
 * `deno task evaluate`: measures a model on images that are known to be normal or anomalous.
 *
 * @module
 */

import { join } from "@std/path";
import { isBelow, survey } from "../images/files.ts";
import type { Command } from "./flags.ts";
import { load, runMain } from "./command.ts";
import { UsageError } from "./flags.ts";
import { announceBackend, outFolder } from "./environment.ts";

const command: Command<"normal" | "anomalous" | "masks" | "false-alarms" | "out" | "skip" | "json"> = {
  task: "evaluate",
  about:
    "Measures a model on images that it has not learned from: AUROC, average precision, and at the threshold the share of\n" +
    "anomalies found and of false alarms, with their intervals. Writes a page with curves, and the best and worst images.",
  takes: { usage: "MODEL", least: 1, most: 1 },
  flags: {
    normal: { value: "DIR", help: "the folder of normal images" },
    anomalous: { value: "DIR", help: "the folder of anomalous images" },
    masks: {
      value: "DIR",
      help: "masks named as the anomalous images, not black where they are anomalous: adds pixel AUROC",
    },
    "false-alarms": {
      value: "0.01",
      help: "the greatest share of normal images called anomalous (default: the model's)",
    },
    out: { value: "DIR", help: "the folder for the page, evaluation.html (default: out)" },
    skip: { help: "pass over images that cannot be read, and list them" },
    json: { help: "print the measures as JSON" },
  },
};

/** Refuses folders of which one lies in the other: its images would be of both kinds. */
async function checkApart(normal: string, anomalous: string): Promise<void> {
  const real = (path: string) => Deno.realPath(path).catch(() => path);
  const [a, b] = [await real(normal), await real(anomalous)];
  if (isBelow(a, b) || isBelow(b, a)) {
    throw new UsageError(`--normal and --anomalous want folders apart; they are "${normal}" and "${anomalous}"`);
  }
}

await runMain(command, async (given) => {
  const [model] = given.rest as [string];
  const [normal, anomalous] = [given.text("normal"), given.text("anomalous")];
  if (normal === undefined || anomalous === undefined) {
    throw new UsageError("evaluate wants --normal DIR and --anomalous DIR, folders of images");
  }
  await checkApart(normal, anomalous);
  const out = await outFolder(given);
  const { readModel } = await load<typeof import("../images/model_file.ts")>(
    import.meta.resolve("../images/model_file.ts"),
  );
  const { evaluate } = await load<typeof import("../images/evaluation.ts")>(
    import.meta.resolve("../images/evaluation.ts"),
  );
  const { picturesOf } = await load<typeof import("../images/pictures.ts")>(
    import.meta.resolve("../images/pictures.ts"),
  );
  const { evaluationPage, evaluationText } = await load<typeof import("../report/evaluation.ts")>(
    import.meta.resolve("../report/evaluation.ts"),
  );
  const { writeWhole } = await load<typeof import("../platform/files.ts")>(import.meta.resolve("../platform/files.ts"));
  await announceBackend(given);
  const { detector, images: learned } = await readModel(model);
  const { passedOver } = await survey([normal, anomalous]);
  if (passedOver !== undefined) console.error(passedOver);
  const found = {
    ...await evaluate(detector, {
      normal,
      anomalous,
      masks: given.text("masks"),
      falseAlarms: given.share("false-alarms") ?? detector.options.falseAlarms,
      unreadable: given.on("skip") ? (why) => console.error(why) : undefined,
    }),
    ...{ model, normal, anomalous, method: detector.method, calibrated: detector.calibrated },
  };
  if (found.normalSha256 === learned?.sha256) {
    console.error(`"${normal}" has the images that the model was fitted on: of others these measures say nothing`);
  }
  const page = join(out, "evaluation.html");
  await writeWhole(page, await evaluationPage(found, ({ path }) => picturesOf(detector, path)));
  detector.dispose();
  if (!given.on("json")) {
    console.log(`${evaluationText(found)}\n\npage: ${page}`);
    return;
  }
  console.log(JSON.stringify({
    model,
    method: found.method,
    normal: found.falseAlarms.of,
    anomalous: found.truePositives.of,
    skipped: found.skipped,
    prevalence: found.prevalence,
    auroc: found.auroc,
    average_precision: found.averagePrecision,
    level: found.level,
    threshold: found.threshold,
    true_positives: found.truePositives,
    false_alarms: found.falseAlarms,
    ...(found.pixelAuroc !== undefined && { pixel_auroc: found.pixelAuroc }),
    page,
  }));
});
