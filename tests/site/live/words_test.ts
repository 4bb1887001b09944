/** What the live page says of a training. */
import assert from "node:assert/strict";
import { VARIANT_NAMES } from "../../../lib/sae/sparsity/variants.ts";
import { Announcer, BETWEEN_MS } from "../../../site/src/live/train/announcer.ts";
import { barsCaption, targetOf, valuesOf } from "../../../site/src/live/train/latent_values.ts";
import { formulaOf, lossNow, lossText, progressOf, sideTitles, spoken } from "../../../site/src/live/train/words.ts";
import { lossesOf, sideOf } from "./some_side.ts";

Deno.test("titles say what differs: the variants, else the settings, as they are now", () => {
  assert.deepEqual(sideTitles([sideOf()]), ["KL"]);
  assert.deepEqual(sideTitles([sideOf(), sideOf({ sparsity: "topk" })]), ["KL", "TopK"]);
  assert.deepEqual(sideTitles([sideOf(), sideOf({ rho: 0.2 })]), ["ρ 0.05", "ρ 0.2"]);
  assert.deepEqual(sideTitles([sideOf({ sparsity: "topk" }), sideOf({ sparsity: "topk", auxAlpha: 0 })]), [
    "with AuxK",
    "no AuxK",
  ]);
  assert.deepEqual(sideTitles([sideOf({ hidden: [] }), sideOf()]), ["no hidden layer", "hidden layer"]);
  const changed = sideOf();
  changed.changes.push({ step: 9, knob: "lr", value: 0.1 });
  assert.deepEqual(sideTitles([sideOf(), changed]), ["learning rate 0.01", "learning rate 0.1"]);
  assert.deepEqual(sideTitles([sideOf(), sideOf()]), ["model 1", "model 2"]);
});

Deno.test("the loss now is the mean of the last steps, and a formula of its parts", () => {
  const losses = lossesOf([[9, 9, 9], ...Array.from({ length: 8 }, (): [number, number, number] => [0.02, 0.001, 0])]);
  const now = lossNow(losses)!;
  assert.ok(Math.abs(now.total - 0.021) < 1e-7 && Math.abs(now.reconstruction - 0.02) < 1e-7);
  assert.equal(lossNow(lossesOf([])), null);
  const textOf = (...args: Parameters<typeof formulaOf>) => formulaOf(...args).map(({ text }) => text).join("");
  assert.equal(textOf("kl", { now, weight: 0.005 }), "0.0210 = 0.0200 + β 0.005 × 0.2000");
  assert.equal(textOf("l1", { now, weight: 0 }), "0.0210 = 0.0200 + λ 0");
  assert.equal(textOf("topk", { now, weight: null }), "0.0210 = 0.0200 + AuxK 0.0000");
});

Deno.test("losses have four decimals, small ones two digits, and what is no number is said so", () => {
  assert.deepEqual([0.01234, 0.00012345, 1.4e-7, 0, 123.4, NaN, Infinity].map(lossText), [
    "0.0123",
    "0.00012",
    "1.4e−7",
    "0.0000",
    "123",
    "not a number",
    "not a number",
  ]);
});

Deno.test("the epoch under way is counted from 1", () => {
  const side = sideOf({}, [[1, 0, 0], [1, 0, 0]]);
  assert.deepEqual(progressOf(side), { steps: "2 steps", epoch: "epoch 1", speed: "" });
  side.opened = { stepsPerEpoch: 2 } as typeof side.opened & object;
  assert.equal(progressOf(side).epoch, "epoch 2");
  assert.equal(progressOf({ ...side, isTraining: true, stepsPerSecond: 295.4 }).speed, "295 steps/s");
});

Deno.test("those who do not see the page hear epoch and loss, now and then", () => {
  const side = sideOf({}, [[0.02, 0, 0]]);
  assert.equal(spoken({ sides: [side] }), "Paused: epoch 1, 1 step, loss 0.0200.");
  assert.equal(spoken({ sides: [sideOf()] }), "");
  const announcer = new Announcer();
  const isDue = (isTraining: boolean, now: number) => announcer.isDue({ isTraining, now });
  assert.equal(isDue(false, 0), false);
  assert.equal(isDue(true, 1000), false, "at the start there is nothing to say");
  assert.equal(isDue(true, 1000 + BETWEEN_MS - 1), false);
  assert.equal(isDue(true, 1000 + BETWEEN_MS), true);
  assert.equal(isDue(true, 2000 + BETWEEN_MS), false);
  assert.equal(isDue(false, 2001 + BETWEEN_MS), true, "at once when it stops");
  assert.equal(isDue(false, 9 * BETWEEN_MS), false, "and once");
});

Deno.test("what is drawn of a latent follows from what the variant penalizes and selects", () => {
  const config = { rho: 0.05, k: 16, latent: 256 };
  const targets = VARIANT_NAMES.map((sparsity) => targetOf({ ...config, sparsity })?.label ?? "none");
  assert.deepEqual(targets, ["ρ 0.05", "none", "k/n 0.0625", "k/n 0.0625", "none", "none", "k/n 0.0625", "k/n 0.0625"]);
  assert.deepEqual(VARIANT_NAMES.map((sparsity) => valuesOf({ mean: "mean", density: "density" }, sparsity)), [
    "mean",
    ...VARIANT_NAMES.slice(1).map(() => "density"),
  ]);
  assert.match(barsCaption(["kl"]), /ρ̂/);
  assert.match(barsCaption(["kl", "topk"]), /or density/);
});
