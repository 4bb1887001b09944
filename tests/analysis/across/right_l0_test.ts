/**
 * Where the mean |cosine| of decoder pairs is smallest, on curves drawn by hand, and what is said of each.
 *
 * @module
 */
import assert from "node:assert/strict";
import type { ComparedRun } from "../../../lib/analysis/across/family.ts";
import { rightL0, rightL0Text } from "../../../lib/analysis/across/right_l0.ts";

interface Told {
  l0: number;
  /** One for each random seed; null for a report without the measure. */
  cosines: (number | null)[];
  /** The same without dead latents; as the others by default. */
  ofActive?: number;
  dead?: number;
  /** The true L0 of planted data. */
  truth?: number;
}

function cell({ l0, cosines, ofActive, dead = 0, truth }: Told): { runs: ComparedRun[] } {
  return {
    runs: cosines.map((cosine, seed) => ({
      id: `l0-${l0}-s${seed}`,
      config: { latent: 100, seed },
      metrics: {
        dictionary: truth === undefined ? null : { trueL0: truth },
        test: { activeLatents: l0, fvu: 0.2, deadLatents: dead },
        geometry: cosine === null ? { decoderPairs: null } : {
          decoderPairs: { meanAbsoluteCosine: cosine, ofActive: ofActive ?? cosine, pairs: 4950, standardError: 0 },
        },
      },
    } as unknown as ComparedRun)),
  };
}

const curve = (...levels: [l0: number, ...cosines: number[]][]) =>
  rightL0(levels.map(([l0, ...cosines]) => cell({ l0, cosines })));

Deno.test("a minimum inside the range is found whatever the order of its levels, with its depth", () => {
  const found = curve([32, 0.15, 0.15], [2, 0.2, 0.2], [8, 0.1, 0.1], [4, 0.12, 0.12], [16, 0.11, 0.12]);
  assert.deepEqual(found.levels.map(({ l0 }) => l0), [2, 4, 8, 16, 32]);
  assert.ok(found.verdict.kind === "minimum");
  assert.equal(found.verdict.at.l0, 8);
  assert.deepEqual([found.verdict.from, found.verdict.to], [8, 8]);
  found.verdict.rise.forEach((rise, i) => assert.ok(Math.abs(rise - [1, 0.5][i]) < 1e-12));
  assert.equal(
    rightL0Text(found),
    "The mean |cosine| is smallest at L0 8 (0.1000); it rises by up to 100 % down to L0 2 and by up to 50 % up to L0 32. " +
      "No other level comes within 2 % with any of its 2 random seeds.",
  );
});

Deno.test("levels that a random seed brings as low as the minimum belong to it", () => {
  const found = curve([2, 0.2, 0.2], [4, 0.105, 0.12], [8, 0.1, 0.106], [16, 0.1069, 0.12], [32, 0.15, 0.15]);
  assert.ok(found.verdict.kind === "minimum");
  assert.deepEqual([found.verdict.from, found.verdict.to], [4, 8]);
  assert.match(
    rightL0Text(found),
    /L0 4 to 8 cannot be separated from it: the difference is below 2 % or below that of the random seeds\./,
  );
});

Deno.test("levels within 2 % are as small, however equal the random seeds, and so a flat side leaves no clear minimum", () => {
  const found = curve([2, 0.2, 0.2], [4, 0.1, 0.1], [8, 0.101, 0.101], [16, 0.1015, 0.1015]);
  assert.ok(found.verdict.kind === "unclear");
  assert.match(
    rightL0Text(found),
    /^No clear minimum: the mean \|cosine\| is smallest at L0 4 \(0\.1000\), but L0 4 to 16 cannot be separated from it/,
  );
  const rising = curve([2, 0.2], [4, 0.1], [8, 0.11], [16, 0.1001]);
  assert.ok(rising.verdict.kind === "minimum", "it rises in between");
  assert.ok(Math.abs(rising.verdict.rise[1] - 0.1) < 1e-9);
});

Deno.test("a minimum at an end of the range is none", () => {
  const falling = curve([2, 0.4], [4, 0.3], [8, 0.2], [16, 0.1]);
  assert.ok(falling.verdict.kind === "end" && falling.verdict.end === "highest");
  assert.equal(
    rightL0Text(falling),
    "No minimum in the range L0 2 to 16: the mean |cosine| is smallest at its highest L0, 16 (0.1000). " +
      "With one random seed nothing can be said of how certain this is.",
  );
  assert.match(rightL0Text(curve([2, 0.1], [4, 0.3], [8, 0.2], [16, 0.4])), /smallest at its lowest L0, 2 /);
});

Deno.test("a minimum that the random seeds do not separate from an end of the range is not clear", () => {
  const found = curve([2, 0.101, 0.13], [4, 0.105, 0.12], [8, 0.1, 0.106], [16, 0.12, 0.12]);
  assert.ok(found.verdict.kind === "unclear");
  assert.match(
    rightL0Text(found),
    /^No clear minimum: .* but L0 2 to 8 cannot be separated from it: .* This reaches an end of the range/,
  );
});

Deno.test("three levels are too few, and so are levels of reports without the measure", () => {
  assert.equal(
    rightL0Text(curve([2, 0.2], [4, 0.1], [8, 0.2])),
    "Too few levels of sparsity to look for a minimum: 3, and 4 are needed.",
  );
  const old = rightL0([2, 4, 8, 16].map((l0) => cell({ l0, cosines: [null, null] })));
  assert.deepEqual([old.levels.length, old.seeds, old.verdict.kind], [0, 0, "few"]);
  const some = rightL0([{ runs: cell({ l0: 2, cosines: [null, 0.3] }).runs }]);
  assert.equal(some.levels[0].runs.length, 1);
});

Deno.test("dead latents are named where they are many, and another minimum without them is said", () => {
  const found = rightL0([
    cell({ l0: 2, cosines: [0.1, 0.1], ofActive: 0.3, dead: 60 }),
    cell({ l0: 4, cosines: [0.09, 0.09], ofActive: 0.2, dead: 40 }),
    cell({ l0: 8, cosines: [0.12, 0.12], ofActive: 0.12 }),
    cell({ l0: 16, cosines: [0.13, 0.13], ofActive: 0.13 }),
  ]);
  assert.equal(found.withoutDead, 8);
  assert.match(
    rightL0Text(found),
    /40 % of the latents are dead there .* Without dead latents the smallest mean is at L0 8\./,
  );
});

Deno.test("the true L0 of planted data stands beside the answer", () => {
  const planted = rightL0(
    [2, 4, 8, 16].map((l0, i) => cell({ l0, cosines: [0.1 + 0.1 * Math.abs(i - 1)], truth: 3.96 })),
  );
  assert.equal(planted.trueL0, 3.96);
  assert.match(rightL0Text(planted), /The true L0 of the data is 4\.$/);
  assert.equal(curve([2, 0.2], [4, 0.1], [8, 0.2], [16, 0.3]).trueL0, null);
});
