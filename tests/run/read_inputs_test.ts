/**
 * Rows that are read from disk for each measurement give the very figures of rows in memory.
 *
 * @module
 */
import assert from "node:assert/strict";
import { Rng } from "../../lib/rng.ts";
import type { Part } from "../../lib/run/chosen_part.ts";
import { evaluateModel, type EvaluateOptions } from "../../lib/run/evaluate.ts";
import { openNewRows } from "../../lib/run/new_rows.ts";
import { runSession } from "../../lib/run/session.ts";
import { openTrained } from "../../lib/run/trained_model.ts";
import { npyFile } from "../data/npy_file.ts";
import { needs } from "../needs.ts";
import { temporaryFolder } from "../temporary_folder.ts";

const N = 700, D = 6, DEVICE = { backend: "wasm", engine: "fused", threads: 1 } as const;
const rng = Rng.fromSeed(5, "read inputs");
const FLOATS = Float32Array.from({ length: N * D }, () => 3 * rng.normal() + 1);
const BYTES = Array.from({ length: N }, () => Array.from({ length: D }, () => Math.floor(256 * rng.uniform())));

Deno.test(
  "rows that do not fit into the buffer are measured to the same bits as rows in memory",
  needs("permissions"),
  async () => {
    await using folder = await temporaryFolder();
    const { path } = folder;
    await Deno.writeFile(`${path}/floats.npy`, npyFile("<f4", { shape: [N, D], values: FLOATS }));
    await Deno.writeTextFile(`${path}/labels.txt`, Array.from({ length: N }, (_, row) => `${row % 3}\n`).join(""));
    const lines = BYTES.map((row, i) => [...row, i % 3].join(","));
    await Deno.writeTextFile(`${path}/bytes.csv`, ["a,b,c,d,e,f,label", ...lines, ""].join("\n"));
    const signal = new AbortController().signal;
    for (
      const { name, place, knobs } of [
        {
          name: "floats",
          place: { data: `${path}/floats.npy`, labels: `${path}/labels.txt` },
          knobs: { sparsity: "topk", k: 2, latent: 8 },
        },
        { name: "bytes", place: { data: `${path}/bytes.csv` }, knobs: { sparsity: "kl", latent: 5, hidden: [4] } },
      ] as const
    ) {
      const turned = { ...DEVICE, ...knobs, epochs: 1 };
      await runSession({
        reportsDir: `${path}/reports`,
        cacheDir: path,
        runId: name,
        turned,
        testShare: 0.4,
        ...place,
      });
      const model = await openTrained(`${path}/reports/${name}`);
      const evaluated = async (part: Part, changed: Partial<EvaluateOptions>) => {
        const { opened, whole } = await openNewRows(place, { part, ownPart: "all", run: model.run });
        return await evaluateModel(model, {
          ...{ name, rows: opened, whole, bufferMb: 512, part, limit: null, normal: ["1"], furthest: 5 },
          ...{ device: DEVICE, cacheDir: path, signal, ...changed },
        });
      };
      for (const part of ["test", "all"] as const) {
        for (const limit of [null, 50]) {
          const notices: string[] = [], onNotice = (text: string) => notices.push(text);
          const held = await evaluated(part, { limit, onNotice });
          assert.deepEqual(notices, []);
          const read = await evaluated(part, { limit, onNotice, bufferMb: 0 });
          assert.deepEqual(read, held);
          assert.equal(read.evaluation.metrics.probing !== null, true);
          const expected = /^The rows take 1 MB, more than --buffer-mb 0: they are read from disk for each measurement/;
          assert.match(notices[0], expected);
          assert.equal(/\. Rows are read from .*\/rows\/\w+\.rows /.test(notices[0]), name === "bytes", notices[0]);
        }
      }
      if (name !== "floats") continue;
      const onNotice = () =>
        Deno.writeFileSync(place.data, npyFile("<f4", { shape: [N, D], values: FLOATS.toReversed() }));
      const now = /^UserError: Cannot measure .*floats\.npy: .*, expected the file as it was at the beginning$/;
      await assert.rejects(evaluated("all", { bufferMb: 0, onNotice }), now);
    }
  },
);
