/**
 * Whole runs to folders for other programs: the files, the refusals, nothing replaced unless it is asked for.
 *
 * @module
 */
import assert from "node:assert/strict";
import { decodeSafetensors } from "../../lib/formats/safetensors.ts";
import { EXPORT_FORMATS, exportRun } from "../../lib/run/export.ts";
import { runSession } from "../../lib/run/session.ts";
import { temporaryFolder } from "../temporary_folder.ts";
import { needs } from "../needs.ts";
import { smallDataset } from "./small_dataset.ts";

const SMALL = { sparsity: "topk", latent: 8, k: 2, batch: 16, epochs: 1, backend: "wasm", threads: 1 };

Deno.test(
  "exportRun() writes each format's files, and replaces none without a word",
  needs("permissions"),
  async () => {
    await using place = await temporaryFolder();
    const outcome = await runSession({ turned: SMALL, dataset: smallDataset(), reportsDir: place.path, runId: "a" });
    assert.ok(outcome.kind === "finished");
    const names = {
      saelens: ["sae_weights.safetensors", "sparsity.safetensors", "cfg.json"],
      safetensors: ["dictionary.safetensors", "dictionary.json", "README.md"],
      npz: ["dictionary.npz", "dictionary.json", "README.md"],
    };
    for (const format of EXPORT_FORMATS) {
      const out = `${place.path}/out/${format}`, options = { format, out, canOverwrite: false };
      const { files, note } = await exportRun(`${place.path}/a`, options);
      assert.deepEqual(files, names[format].map((name) => `${out}/${name}`));
      assert.equal(note, "The data were not scaled.");
      assert.deepEqual(Array.from(Deno.readDirSync(out), ({ name }) => name).sort(), [...names[format]].sort());
      await assert.rejects(exportRun(`${place.path}/a`, options), {
        name: "UserError",
        message: `Cannot export to ${out}: ${
          names[format][0]
        } is there already, expected another folder, or --overwrite`,
      });
      await exportRun(`${place.path}/a`, { ...options, canOverwrite: true });
    }
    for (const [held, format] of [["saelens", "npz"], ["npz", "safetensors"], ["safetensors", "saelens"]] as const) {
      const out = `${place.path}/out/${held}`;
      await assert.rejects(exportRun(`${place.path}/a`, { format, out, canOverwrite: false }), {
        name: "UserError",
        message: `Cannot export to ${out}: it holds a dictionary as ${held} (${names[held][0]}), ` +
          "expected another folder, or --overwrite",
      });
    }
    const config = JSON.parse(await Deno.readTextFile(`${place.path}/out/saelens/cfg.json`));
    const { run } = outcome.report;
    assert.deepEqual([config.k, config.metadata.run_id, config.metadata.dataset_path], [2, "a", "squares"]);
    assert.equal(config.metadata.l0, run.metrics.test.activeLatents);
    const { tensors } = decodeSafetensors(await Deno.readFile(`${place.path}/out/saelens/sparsity.safetensors`));
    const densities = outcome.report.latents.density.map((density) => Math.fround(Math.log10(density + 1e-10)));
    assert.deepEqual([...tensors.sparsity.values], densities);
  },
);

Deno.test(
  "exportRun() refuses in one sentence what other programs have no architecture for",
  needs("permissions"),
  async () => {
    await using place = await temporaryFolder();
    const { k: _, ...kl } = { ...SMALL, sparsity: "kl" };
    const cases = {
      deep: { ...kl, hidden: [4] },
      sigmoid: { ...SMALL, output: "sigmoid" },
      kl: { ...kl, hidden: [], output: "linear" },
    };
    const now = { deep: "has hidden layers of 4 units", sigmoid: "has a sigmoid output", kl: "has the latents of KL" };
    for (const [runId, turned] of Object.entries(cases)) {
      await runSession({ turned, dataset: smallDataset(), reportsDir: place.path, runId });
      const out = `${place.path}/out`;
      await assert.rejects(exportRun(`${place.path}/${runId}`, { format: "saelens", out, canOverwrite: false }), {
        name: "UserError",
        message: `Cannot export ${runId} as saelens: it ${now[runId as keyof typeof now]}, ` +
          "expected one layer, a linear output and latents that can be 0; docs/pytorch.md loads it in PyTorch",
      });
      await assert.rejects(Deno.stat(out));
    }
  },
);
