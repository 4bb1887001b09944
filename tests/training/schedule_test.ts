import assert from "node:assert/strict";
import { resolveConfig } from "../../lib/config.ts";
import { cappedWarmup, learningRate, peakRate, withPeakRate } from "../../lib/training/schedule.ts";

const rates = (decay: "linear" | "cosine" | "constant", warmupSteps: number, totalSteps: number) =>
  Array.from(
    { length: totalSteps },
    (_, step) => learningRate(step, { config: { lr: 1, warmupSteps, decay }, totalSteps }),
  );

Deno.test("learningRate() warms up linearly and decays to just above 0", () => {
  for (const decay of ["linear", "cosine"] as const) {
    const lr = rates(decay, 200, 4690);
    assert.equal(lr[0], 1 / 200);
    assert.equal(lr[199], 1);
    assert.equal(lr[200], 1);
    assert.ok(lr.every((rate) => rate > 0 && rate <= 1));
    assert.ok(lr[4689] < 1e-3);
    assert.ok(Math.abs(lr[200 + 4490 / 2] - 0.5) < 1e-12);
  }
});

Deno.test("learningRate() without warm-up and decay is constant", () => {
  assert.deepEqual(new Set(rates("constant", 0, 50)), new Set([1]));
});

Deno.test("learningRate() warms up for at most a quarter of a short run", () => {
  const lr = rates("linear", 200, 16);
  assert.deepEqual(lr.slice(0, 5), [0.25, 0.5, 0.75, 1, 1]);
  assert.equal(rates("linear", 200, 1)[0], 1);
});

Deno.test("peakRate() is 4.4 over the root of latents times steps, at most 0.01", () => {
  const cases: [latent: number, totalSteps: number, expected: number][] = [
    [256, 938, 8.979e-3], // two epochs of MNIST: √240,128 = 490.03
    [256, 4690, 4.0155e-3], // ten epochs
    [1024, 938, 4.4895e-3],
    [1024, 4690, 2.0078e-3],
    [16_384, 469, 1.5873e-3],
    [256, 469, 0.01], // 0.0127 without the limit
    [32, 4690, 0.01], // the tutorial's model over ten epochs: 0.01136 without it
    [1, 1, 0.01],
  ];
  for (const [latent, totalSteps, expected] of cases) {
    const rate = peakRate({ latent, totalSteps });
    assert.ok(Math.abs(rate - expected) < 1e-4 * expected, `${latent} × ${totalSteps}: ${rate}`);
  }
});

Deno.test("peakRate() never rises with latents or steps, and falls by half where either is four times as many", () => {
  for (const totalSteps of [1, 16, 938, 1e5]) {
    const rates = [1, 7, 64, 256, 300, 4096, 1e6].map((latent) => peakRate({ latent, totalSteps }));
    rates.slice(1).forEach((rate, i) => assert.ok(rate > 0 && rate <= rates[i], `${rates}`));
  }
  for (const latent of [1, 256, 16_384]) {
    const rates = [1, 469, 938, 4690, 1e6].map((totalSteps) => peakRate({ latent, totalSteps }));
    rates.slice(1).forEach((rate, i) => assert.ok(rate > 0 && rate <= rates[i], `${rates}`));
  }
  const rate = peakRate({ latent: 512, totalSteps: 2000 });
  assert.equal(peakRate({ latent: 2048, totalSteps: 2000 }), rate / 2);
  assert.equal(peakRate({ latent: 512, totalSteps: 8000 }), rate / 2);
});

Deno.test("withPeakRate() keeps a rate that is a number, and makes auto the rate of the run's width and length", () => {
  const rateOf = (turned: Parameters<typeof resolveConfig>[0]) =>
    withPeakRate(resolveConfig(turned), { totalSteps: 4690 }).lr;
  assert.equal(rateOf({}), 0.01);
  assert.equal(rateOf({ sparsity: "topk", lr: 0.5 }), 0.5);
  assert.equal(rateOf({ sparsity: "topk", preset: "notebook" }), 1e-3);
  for (const sparsity of ["l1", "topk", "batchtopk", "jumprelu", "gated", "matryoshka", "hierarchicaltopk"]) {
    assert.equal(rateOf({ sparsity, latent: 1024 }), peakRate({ latent: 1024, totalSteps: 4690 }), sparsity);
  }
  assert.equal(rateOf({ latent: 1024, lr: null }), peakRate({ latent: 1024, totalSteps: 4690 }), "auto with kl");
});

Deno.test("cappedWarmup() is at most a quarter of all steps, rounded down", () => {
  assert.deepEqual([8, 9, 7, 3].map((totalSteps) => cappedWarmup(2, totalSteps)), [2, 2, 1, 0]);
});

Deno.test("withPeakRate() gives a run that starts from a trained model 0.3 of the automatic rate, and leaves a rate that was set", () => {
  const fresh = withPeakRate(resolveConfig({ sparsity: "topk" }), { totalSteps: 4000 });
  const started = withPeakRate(resolveConfig({ sparsity: "topk" }), { totalSteps: 4000, isStarted: true });
  assert.ok(Math.abs(started.lr - 0.3 * fresh.lr) < 1e-12);
  const set = resolveConfig({ sparsity: "topk", lr: 0.002 });
  assert.equal(withPeakRate(set, { totalSteps: 4000, isStarted: true }).lr, 0.002);
});
