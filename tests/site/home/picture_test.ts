/** Home's picture: the words and the bars are those of the report, on a scale that is absolute. */
import assert from "node:assert/strict";
import type { InputRow } from "../../../lib/report/inputs_schema.ts";
import type { Run } from "../../../lib/report/schema.ts";
import {
  type Activity,
  commonRow,
  connectors,
  type PicturedModel,
  picturedModel,
  sideOf,
} from "../../../site/src/home/picture.ts";

/** A report's parts that the picture reads. */
function parts(
  { sparsity, nLatents, active, largest }: {
    sparsity: "topk" | "kl";
    nLatents: number;
    active: [latent: number, activation: number][];
    largest: number;
  },
): [PicturedModel, Activity] {
  const run = {
    config: { sparsity, latent: nLatents, rho: 0.05 },
    metrics: { test: { klNats: sparsity === "kl" ? 0.02 : null } },
  } as unknown as Pick<Run, "config" | "metrics">;
  const maxActivation = new Array<number>(nLatents).fill(0.1);
  maxActivation[nLatents - 1] = largest;
  const row = {
    row: 0,
    label: 7,
    mse: 0.005,
    activeLatents: active.filter(([, activation]) => activation > (sparsity === "kl" ? 0.1 : 0)).length,
    active: { latents: active.map(([latent]) => latent), activations: active.map(([, activation]) => activation) },
  } as unknown as InputRow;
  return [picturedModel(run, { maxActivation }), row];
}

Deno.test("TopK: few bars, high, on a scale that ends at the largest activation of the test set", () => {
  const side = sideOf(...parts({ sparsity: "topk", nLatents: 1000, active: [[500, 2.5], [10, 1]], largest: 5 }));
  assert.equal(side.claim, "2 of 1,000 latents are active".replace(",", "\u202f"));
  assert.equal(side.rest, "the other 998 are exactly 0");
  assert.deepEqual(side.bars, [{ latent: 10, at: 0.01, height: 0.2 }, { latent: 500, at: 0.5, height: 0.5 }]);
  assert.equal(side.topText, "5.0");
  assert.equal(side.rho, null);
  assert.deepEqual(side.tiles, [10, 500]);
});

Deno.test("KL: all bars, low, on a scale that ends at 1", () => {
  const side = sideOf(
    ...parts({ sparsity: "kl", nLatents: 4, active: [[2, 0.15], [0, 0.06], [3, 0.05], [1, 0.009]], largest: 0.3 }),
  );
  assert.equal(side.claim, "3 of 4 latents are slightly active");
  assert.equal(side.rest, "above 0.01, at most 0.15");
  assert.equal(side.topText, "1");
  assert.deepEqual(side.bars.map(({ height }) => height), [0.06, 0.009, 0.15, 0.05]);
  assert.deepEqual(side.rho, { value: 0.05, height: 0.05 });
  assert.match(side.alt, /scale from 0 to 1/);
});

Deno.test("a small mean is not few only if nearly all latents are slightly active", () => {
  const spread = (active: [number, number][]) =>
    sideOf(...parts({ sparsity: "kl", nLatents: 4, active, largest: 1 })).isSpread;
  assert.equal(spread([[0, 0.1], [1, 0.1], [2, 0.05], [3, 0.02]]), true);
  assert.equal(spread([[0, 0.9], [1, 0.1], [2, 0.05], [3, 0.02]]), false, "one is fully active");
  assert.equal(spread([[0, 0.1], [1, 0.001], [2, 0.001], [3, 0.001]]), false, "one is active");
  assert.equal(sideOf(...parts({ sparsity: "topk", nLatents: 4, active: [[0, 0.1]], largest: 1 })).isSpread, false);
});

Deno.test("of more latents than a report lists, the number is a lower bound", () => {
  const active = Array.from({ length: 64 }, (_, i) => [i, 0.5 - i / 1000] as [number, number]);
  const side = sideOf(...parts({ sparsity: "kl", nLatents: 256, active, largest: 0.6 }));
  assert.equal(side.claim, "at least 64 of 256 latents are slightly active");
  assert.ok(side.tiles.length <= 32);
});

Deno.test("a model without an active latent has no bars and no error", () => {
  const side = sideOf(...parts({ sparsity: "topk", nLatents: 8, active: [], largest: 0 }));
  assert.equal(side.claim, "0 of 8 latents are active");
  assert.deepEqual(side.bars, []);
  assert.deepEqual(connectors(side), []);
});

Deno.test("a line leads from each tile's bar to the middle of its tile", () => {
  const side = sideOf(...parts({ sparsity: "topk", nLatents: 100, active: [[50, 1], [0, 1]], largest: 1 }));
  assert.deepEqual(connectors({ ...side, barWidth: 0 }), ["M0.0 0V4L250.0 20V24", "M500.0 0V4L750.0 20V24"]);
});

Deno.test("an activation above the axis, of a drawing unlike the test set, is as high as the axis", () => {
  const [model, row] = parts({ sparsity: "topk", nLatents: 10, active: [[3, 8], [4, 2]], largest: 8 });
  assert.deepEqual(sideOf({ ...model, top: 4 }, row).bars.map(({ height }) => height), [1, 0.5]);
});

Deno.test("both models show the same input", () => {
  const rows = (...numbers: number[]) => ({ rows: numbers.map((row) => ({ row }) as InputRow) });
  assert.equal(commonRow([rows(0, 1, 2), rows(1, 2)]), 1);
  assert.equal(commonRow([rows(3)]), 3);
  assert.equal(commonRow([rows(0), rows(1)]), null);
  assert.equal(commonRow([]), null);
});
