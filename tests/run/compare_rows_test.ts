/**
 * Which rows a comparison takes by itself, and what it says if there are none.
 *
 * @module
 */
import assert from "node:assert/strict";
import { resolveConfig } from "../../lib/config.ts";
import { readIdxDirectory } from "../../lib/data/mnist/idx_folder.ts";
import { ownTestRows } from "../../lib/run/compare_rows.ts";
import { dataIdentityOf } from "../../lib/run/data_identity.ts";
import type { RunRecord } from "../../lib/run/trained_model.ts";
import { SMALL, smallManifest, withFolder } from "../data/mnist/idx_files.ts";
import { needs } from "../needs.ts";

/** What is read of a run's record. */
function recordOf(
  { name, sha256, dataset = "auto" }: { name: string; sha256: string; dataset?: "auto" | "digits" | "vectors" },
): RunRecord {
  const config = { ...resolveConfig({}), dataset };
  return { config, dataset: { name, test: { pixelsSha256: sha256 } } } as RunRecord;
}

Deno.test(
  "rows that are not the run's are not taken, and the flags that name others are said",
  needs("permissions"),
  async () => {
    const signal = new AbortController().signal, options = { cacheDir: ".cache", signal };
    await withFolder(SMALL, async (dataDir) => {
      const own = await readIdxDirectory(dataDir, await smallManifest());
      const sha256 = dataIdentityOf(own).sha256.test!;
      const rows = await ownTestRows(recordOf({ name: "mnist", sha256 }), { ...options, dataDir });
      assert.ok(typeof rows !== "string");
      assert.deepEqual([rows.name, rows.count], ["the test set of MNIST", 3]);
      assert.equal(
        await ownTestRows(recordOf({ name: "mnist", sha256: "another" }), { ...options, dataDir }),
        `its test rows are not those of ${dataDir}, expected --data-dir FOLDER with MNIST, or --data PATH`,
      );
    });
    assert.equal(
      await ownTestRows(recordOf({ name: "x", sha256: "", dataset: "vectors" }), options),
      "its rows are in files of yours, expected --data PATH",
    );
    // what `auto` gives if MNIST cannot be had
    assert.equal(
      await ownTestRows(recordOf({ name: "mnist", sha256: "", dataset: "digits" }), options),
      "its test rows are not at hand, expected --data-dir FOLDER with MNIST, or --data PATH",
    );
  },
);
