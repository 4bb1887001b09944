/**
 * What is compared of a loss whose dead latents are not known any more.
 *
 * @module
 */
import assert from "node:assert/strict";
import { resolveConfig } from "../../lib/config.ts";
import { withStoredPart } from "../../lib/verify/rules.ts";

Deno.test("withStoredPart() leaves what a variant adds out of the comparison, whether or not AuxK is all of it", () => {
  const of = (sparsity: "topk" | "matryoshka" | "hierarchicaltopk" | "gated") => ({
    config: resolveConfig({ sparsity, lr: 1e-3 }) as Parameters<typeof withStoredPart>[0]["config"],
  });
  // The rest of the loss is 2 in both; the stored one has 0.25 of AuxK.
  assert.equal(
    withStoredPart(of("topk"), { stored: { loss: 2.25, auxiliary: 0.25 }, measured: { loss: 2, auxiliary: 0 } }).loss,
    2.25,
  );
  for (const sparsity of ["matryoshka", "hierarchicaltopk"] as const) {
    const [stored, measured] = [{ loss: 3.25, auxiliary: 1.25 }, { loss: 3, auxiliary: 1 }];
    assert.equal(withStoredPart(of(sparsity), { stored, measured }).loss, 3.25);
    assert.equal(withStoredPart(of(sparsity), { stored, measured: stored }), stored);
    assert.notEqual(withStoredPart(of(sparsity), { stored, measured: { loss: 3.5, auxiliary: 1 } }).loss, 3.25);
  }
  // 0.1 + 0.2 + 0.3 in another order is the last bit apart, which is none of the model's.
  const sums = {
    stored: { loss: 0.1 + 0.2 + 0.3, auxiliary: 0.3 },
    measured: { loss: 0.1 + 0.2 + 0.7, auxiliary: 0.7 },
  };
  assert.equal(withStoredPart(of("matryoshka"), sums).loss, sums.stored.loss);
  const gated = { loss: 3, auxiliary: 1 };
  assert.equal(withStoredPart(of("gated"), { stored: { loss: 3.25, auxiliary: 1.25 }, measured: gated }), gated);
});
