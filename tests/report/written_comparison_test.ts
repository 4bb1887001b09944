/**
 * Comparisons as they are written: by two sweeps at the same time, in the place of another one, and after a killed writer.
 *
 * @module
 */
import assert from "node:assert/strict";
import { filesBelow } from "../../lib/files.ts";
import type { LatentColumns } from "../../lib/report/comparison_columns_schema.ts";
import { Comparison } from "../../lib/report/comparison_schema.ts";
import { writeComparison } from "../../lib/report/writer.ts";
import { needs } from "../needs.ts";
import { temporaryFolder } from "../temporary_folder.ts";

const LIKENESS = { pwMcc: 1, shareShared: 1, shareDecoder: 1 };

/** A comparison of the random seeds 0 to n − 1 of one latent each. */
function comparisonOf(n: number) {
  const ids = Array.from({ length: n }, (_, seed) => `s${seed}`);
  const pairs = ids.flatMap((a, i) =>
    ids.slice(i + 1).map((b) => ({
      ...{ a, b, ...LIKENESS, matched: 1, shared: 1, unmatched: { a: 0, b: 0 }, isExact: true, before: null },
    }))
  );
  const comparison: Comparison = {
    ...{ schemaVersion: 1, name: "seeds", createdAt: "2026-11-26T10:00:00Z", command: "sweep", sweep: "seeds" },
    sharedAbove: 0.7,
    runs: ids.map((id, seed) => ({ id, title: id, seed, latents: 1, dead: 0, modelSha256: "0".repeat(64) })),
    groups: [{
      ...{ title: "Seeds", runs: ids, pairs, means: { ...LIKENESS, before: null } },
      foundIn: ids.map(() => Array.from({ length: n + 1 }, (_, m) => m === n ? 1 : 0)),
      consensus: { latents: ids.map(() => [0]), smallestCosine: [1] },
      ...{ decoderFoundIn: null, decoderConsensus: null },
    }],
    dictionaries: [],
    notCompared: [],
  };
  const latents: LatentColumns[] = ids.map((run) => ({
    ...{ schemaVersion: 1, run, foundIn: [n], decoderFoundIn: null },
    partners: ids.filter((id) => id !== run).map((id) => ({
      ...{ run: id, latent: [0], decoderCosine: [1], encoderCosine: [1] },
    })),
  }));
  return { comparison, latents, pairs: [] };
}

Deno.test("two writers of one comparison end with a summary and all of its columns", needs("permissions"), async () => {
  await using place = await temporaryFolder();
  const { path } = place, all = comparisonOf(6);
  for (let round = 0; round < 10; round++) {
    await Promise.all([writeComparison(path, all), writeComparison(path, all)]);
    assert.deepEqual(await filesBelow(`${path}/comparisons`), [
      "seeds.json",
      ...all.latents.map(({ run }) => `seeds/latents/${run}.json`),
    ]);
  }
});

Deno.test(
  "a comparison replaces one of more runs, and what a writer left that was killed long ago",
  needs("permissions"),
  async () => {
    await using place = await temporaryFolder();
    const { path } = place, folder = `${path}/comparisons/seeds/latents`;
    await writeComparison(path, comparisonOf(4));
    for (const name of ["s0.json.01.part", "s0.json.02.part"]) await Deno.writeTextFile(`${folder}/${name}`, "half");
    await Deno.utime(`${folder}/s0.json.01.part`, new Date(0), new Date(0));
    await writeComparison(path, comparisonOf(2));
    assert.deepEqual(await filesBelow(`${path}/comparisons`), [
      "seeds.json",
      "seeds/latents/s0.json",
      "seeds/latents/s0.json.02.part", // may be another writer's
      "seeds/latents/s1.json",
    ]);
    const { runs } = Comparison.parse(JSON.parse(await Deno.readTextFile(`${path}/comparisons/seeds.json`)));
    assert.deepEqual(runs.map(({ id }) => id), ["s0", "s1"]);
  },
);
