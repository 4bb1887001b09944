/**
 * The process that the kill test ends: one small run, started or resumed. Arguments: reports folder, run id, start|resume.
 *
 * @module
 */
import { runSession } from "../../lib/run/session.ts";
import { smallDataset } from "./small_dataset.ts";

const [reportsDir, id, how] = Deno.args;
const turned = { hidden: [6], latent: 4, batch: 4, epochs: 10, backend: "wasm", threads: 1 };
await runSession({
  dataset: smallDataset(),
  reportsDir,
  ...(how === "resume" ? { resume: id } : { runId: id, turned }),
});
