/**
 * `deno task score`: says which images are not like those that a model learned from.
 *
 * @module
 */

import type { Command } from "./flags.ts";
import { load, runMain } from "./command.ts";
import { UsageError } from "./flags.ts";
import { announceBackend } from "./environment.ts";

const command: Command<"csv" | "maps" | "false-alarms" | "fail" | "skip" | "json" | "out"> = {
  task: "score",
  about:
    "Scores images by a model: the higher, the more anomalous. Writes path, score, p-value and verdict of each as CSV;\n" +
    "on a terminal, the most anomalous ones. The p-value is the share of normal images that score as high.",
  takes: { usage: "MODEL PATH…", least: 2 },
  flags: {
    csv: { value: "FILE", help: "write the CSV to a file" },
    json: { help: "print an array of objects instead" },
    maps: {
      value: "DIR",
      help: "write for each image where it is anomalous, as a PNG of its size; needs a method that has maps",
    },
    "false-alarms": {
      value: "0.01",
      help: "the greatest share of normal images called anomalous (default: the model's)",
    },
    fail: { help: "exit 3 if an image is anomalous" },
    skip: { help: "pass over images that cannot be read, and list them" },
    out: { value: "DIR", help: "not used: --csv and --maps say what is written" },
  },
};

await runMain(command, async (given) => {
  const [model, ...paths] = given.rest as [string, ...string[]];
  if (given.on("json") && given.text("csv") !== undefined) throw new UsageError("--json and --csv exclude each other");
  const { loadDetector } = await load<typeof import("../images/model_file.ts")>(
    import.meta.resolve("../images/model_file.ts"),
  );
  const { writeScores } = await load<typeof import("../images/listing.ts")>(
    import.meta.resolve("../images/listing.ts"),
  );
  await announceBackend(given);
  const detector = await loadDetector(model);
  const anomalous = await writeScores(detector, paths, {
    falseAlarms: given.share("false-alarms") ?? detector.options.falseAlarms,
    format: given.on("json") ? "json" : given.text("csv") === undefined && Deno.stdout.isTerminal() ? "list" : "csv",
    file: given.text("csv"),
    maps: given.text("maps"),
    skip: given.on("skip"),
    say: (line) => console.error(line),
  });
  return given.on("fail") && anomalous > 0 ? 3 : 0;
});
