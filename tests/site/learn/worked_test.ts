/** The worked example: its terms add up, and its sum is the loss's. */
import assert from "node:assert/strict";
import { lossTex, penaltyTex, workedExample } from "../../../site/src/learn/worked.ts";
import { mathml } from "../../../site/src/mathml.ts";

const near = (a: number, b: number, places = 6) => assert.ok(Math.abs(a - b) < 10 ** -places, `${a}, expected ${b}`);

Deno.test("the largest penalty in its two terms", () => {
  const { largest } = workedExample({ means: [0.05, 0.1, 0.06], rho: 0.05 });
  assert.equal(largest.latent, 1);
  near(largest.active, -0.034657); // 0.05 ln 0.5, by hand
  near(largest.inactive, 0.051364); // 0.95 ln(0.95 / 0.9), by hand
  near(largest.nats, 0.016707);
});

Deno.test("what is shown and the others add up to the sum", () => {
  const means = [0.061, 0.055, 0.057, 0.02, 0.05, 0.3];
  const { shown, others, sum, above } = workedExample({ means, rho: 0.05 });
  assert.deepEqual(shown.map(({ latent }) => latent), [4, 2, 3, 5]);
  assert.equal(others.count, 2);
  near(shown.reduce((all, { nats }) => all + nats, 0) + others.nats, sum, 12);
  assert.equal(above, 4);
});

Deno.test("a model with fewer than four latents shows each once", () => {
  for (const n of [1, 2, 3, 4]) {
    const { shown, others } = workedExample({ means: Array.from({ length: n }, (_, i) => 0.05 + i / 100), rho: 0.05 });
    assert.equal(shown.length, n);
    assert.equal(others.count, 0);
    assert.equal(new Set(shown.map(({ latent }) => latent)).size, n);
  }
});

Deno.test("the formulas have the numbers, and can be set", () => {
  const { largest } = workedExample({ means: [0.05, 0.1], rho: 0.05 });
  const penalty = penaltyTex(largest, 0.05);
  for (
    const part of [String.raw`\frac{0.05}{0.1000}`, String.raw`\frac{0.95}{0.9000}`, "{-0.03466} + {0.05136} = 0.01671"]
  ) {
    assert.ok(penalty.includes(part), `${part} in ${penalty}`);
  }
  const loss = lossTex({ reconstruction: 0.0077, penalty: 0.0305, weight: 0.004999999888241291 });
  assert.ok(loss.includes(String.raw`0.007700 + 0.005 \times 0.0305`), loss);
  assert.ok(loss.includes("0.007700 + 0.000152 = 0.007852"), loss); // 0.0305 · 0.005 = 0.0001525, a tie of floats
  for (const tex of [penalty, loss]) assert.match(mathml(tex, { isBlock: true }), /^<math/);
});
