/**
 * New rows mean for a model what the rows meant that it was trained on.
 *
 * @module
 */
import assert from "node:assert/strict";
import { rowPieces } from "../../lib/data/files/row_pieces.ts";
import { UNSCALED } from "../../lib/data/scaling.ts";
import { openNewRows } from "../../lib/run/new_rows.ts";
import { runSession } from "../../lib/run/session.ts";
import { openTrained } from "../../lib/run/trained_model.ts";
import { needs } from "../needs.ts";
import { temporaryFolder } from "../temporary_folder.ts";

Deno.test(
  "dark rows of a table are bytes for a model of bytes, in evaluation and as a test set",
  needs("permissions"),
  async () => {
    await using folder = await temporaryFolder();
    const { path } = folder;
    const table = (rows: number, step: number) =>
      ["a,b,c", ...Array.from({ length: rows }, (_, i) => [i * step, i, 2].join(","))].join("\n");
    await Deno.writeTextFile(`${path}/x.csv`, table(40, 6)); // up to 234
    await Deno.writeTextFile(`${path}/dark.csv`, table(4, 1)); // up to 3
    for (const scale of ["none", "mean-norm"] as const) {
      const turned = { epochs: 1, latent: 4, k: 2, backend: "wasm", threads: 1, scale };
      const outcome = await runSession({
        ...{ reportsDir: `${path}/reports`, cacheDir: path, runId: scale, turned },
        ...{ data: `${path}/x.csv`, test: `${path}/dark.csv` },
      });
      assert.equal(outcome.kind, "finished");
      const { run } = await openTrained(`${path}/reports/${scale}`);
      assert.equal(run.dataset.bytes, true);
      const { opened } = await openNewRows({ data: `${path}/dark.csv` }, { part: "test", run });
      const [{ pixels }] = await Array.fromAsync(rowPieces(opened, { scaling: UNSCALED, from: 0, to: 4, size: 4 }));
      assert.deepEqual([opened.type, [...pixels.slice(3, 6)]], ["bytes", [1, 1, 2]]);
    }
  },
);
