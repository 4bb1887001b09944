/**
 * Which inputs are shown beside their reconstructions, against the float64 model.
 *
 * @module
 */
import { imageSet } from "../../lib/data/dataset.ts";
import assert from "node:assert/strict";
import { measureSplit } from "../../lib/analysis/measure.ts";
import { shownPairs } from "../../lib/analysis/reconstructions.ts";
import { ReferenceEngine } from "../../lib/engine/reference/reference_engine.ts";
import { makeCase } from "../engine/cases.ts";
import { forward64, images64, widen } from "../engine/float64_model.ts";

Deno.test("shownPairs() equals the float64 model", async () => {
  const example = makeCase(30, { hidden: [9], latent: 6, batch: 16 }, { count: 517 });
  const { definition: { arch, objective }, state, pixels, count } = example;
  const engine = await ReferenceEngine.start(example.definition, "cpu");
  await engine.load({ ...example, batch: 256 });
  const images = imageSet({ pixels, count });
  const pass = await measureSplit(engine, { images, arch, objective });
  const { pairs, recons, originals, errors } = await shownPairs(engine, { pass, images, arch });
  assert.deepEqual(
    pairs.map(({ kind }) => kind),
    [..."ffffffff"].map(() => "first").concat(["best", "median", "worst"].flatMap((kind) => Array(4).fill(kind))),
  );
  assert.equal(pairs.find(({ kind }) => kind === "worst")!.mse, pass.imageMse.reduce((a, b) => Math.max(a, b)));
  assert.equal(pairs.find(({ kind }) => kind === "best")!.mse, pass.imageMse.reduce((a, b) => Math.min(a, b)));
  const x = images64(pixels, arch.dInput);
  const truth = forward64(x, widen(state.params), arch).activations.at(-1)!;
  const near = (a: number, b: number, tolerance: number) =>
    assert.ok(Math.abs(a - b) <= tolerance * Math.max(1e-12, Math.abs(b)), `${a} ≠ ${b}`);
  pairs.forEach(({ image }, p) =>
    truth[image].forEach((value, i) => {
      near(recons[p * arch.dInput + i], value, 1e-5);
      near(originals[p * arch.dInput + i], x[image][i], 1e-6);
      assert.ok(Math.abs(errors[p * arch.dInput + i] - Math.abs(value - x[image][i])) < 1e-6);
    })
  );
  await engine.dispose();
});
