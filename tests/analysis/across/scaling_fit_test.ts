/**
 * The law of width and sparsity on generated errors of known numbers, its derivatives against finite differences, and the
 * designs that it refuses.
 *
 * @module
 */
import assert from "node:assert/strict";
import {
  doublingFactor,
  irreducibleShare,
  type ScalingFit,
  scalingFit,
  type ScalingRun,
} from "../../../lib/analysis/across/scaling_fit.ts";
import { scalingText } from "../../../lib/analysis/across/scaling_text.ts";
import { fitLaw, logLoss, lossOf, type ScalingLaw, slopesOf } from "../../../lib/analysis/across/scaling_law.ts";
import { Rng } from "../../../lib/rng.ts";

function near(a: number, b: number, tolerance: number) {
  assert.ok(Math.abs(a - b) <= tolerance, `${a} ≠ ${b} within ${tolerance}`);
}

/** The numbers that arXiv 2406.04093 reports for its own dictionaries (equation 3). */
const PUBLISHED: ScalingLaw = { alpha: -0.5, betaK: 0.26, betaN: -0.017, gamma: -0.042, zeta: -1.32, eta: -0.085 };
/** A law whose fall with width is as steep as in small sweeps. */
const STEEP: ScalingLaw = { alpha: 0.3, betaK: -0.2, betaN: -0.35, gamma: -0.03, zeta: -3.5, eta: -0.25 };
const POWER: ScalingLaw = { ...STEEP, zeta: -Infinity, eta: 0 };

const WIDTHS = [64, 128, 256, 512, 1024], SPARSITIES = [4, 8, 16, 32];

/** exp(α + β_k ln k + β_n ln n + γ ln k ln n) + exp(ζ + η ln k), written out. */
function lossBy(law: ScalingLaw, n: number, k: number): number {
  const power = Math.exp(law.alpha) * k ** law.betaK * n ** law.betaN * k ** (law.gamma * Math.log(n));
  return power + Math.exp(law.zeta) * k ** law.eta;
}

function runsOf(
  law: ScalingLaw,
  { widths = WIDTHS, ks = SPARSITIES, seeds = 1, noise = 0, random = 0 } = {},
): ScalingRun[] {
  const rng = Rng.fromSeed(random, "noise");
  return widths.flatMap((n) =>
    ks.flatMap((k) =>
      Array.from({ length: seeds }, (_, seed) => {
        return { n, k, seed, loss: lossBy(law, n, k) * Math.exp(noise * rng.normal()) };
      })
    )
  );
}

function fitOf(runs: ScalingRun[]): ScalingFit {
  const fit = scalingFit(runs);
  assert.ok(fit.kind === "fit", fit.kind === "refused" ? fit.why : "");
  return fit;
}

Deno.test("lossOf() is the formula", () => {
  for (const law of [PUBLISHED, STEEP, POWER]) near(lossOf(law, { n: 300, k: 7 }), lossBy(law, 300, 7), 1e-14);
});

Deno.test("the derivatives of ln L are those of finite differences", () => {
  const x = [-1.1, 0.2, -0.4, 0.05, -2, -0.1], h = 1e-6;
  for (const at of [{ u: -1.3, v: 0.7 }, { u: 0, v: 0 }, { u: 1.1, v: -1.8 }]) {
    slopesOf(x, at).forEach((slope, j) => {
      const moved = (by: number) => x.map((value, i) => i === j ? value + by : value);
      near(slope, (logLoss(moved(h), at) - logLoss(moved(-h), at)) / (2 * h), 1e-9);
    });
  }
});

Deno.test("a fit finds the numbers that made errors without noise, with and without an irreducible error", () => {
  for (const law of [PUBLISHED, STEEP, POWER]) {
    const { fitted, numbers, leftOut, extrapolations, typicalError } = fitOf(runsOf(law));
    assert.equal(fitted.parameters, law === POWER ? 4 : 6);
    const tolerance = law === PUBLISHED ? 1e-3 : 1e-5; // between 64 and 1,024 latents the published law hardly bends
    for (const name of ["alpha", "betaK", "betaN", "gamma"] as const) {
      near(fitted.law[name], law[name], tolerance);
      near(numbers[name].value, law[name], tolerance);
    }
    if (law !== POWER) near(fitted.law.zeta, law.zeta, tolerance);
    assert.ok(typicalError < 1e-6);
    near(leftOut!.error, 0, 1e-4);
    for (const { n, k, loss } of extrapolations) near(loss.value, lossBy(law, n, k), 1e-4 * loss.value);
  }
  const { extrapolations } = fitOf(runsOf(STEEP));
  assert.deepEqual(extrapolations.map(({ n }) => n).slice(0, 2), [2048, 4096]);
  assert.deepEqual([...new Set(extrapolations.map(({ k }) => k))], SPARSITIES);
});

Deno.test("a fit of noisy errors predicts twice the width within its interval about as often as it says", () => {
  let inside = 0, all = 0;
  for (let random = 0; random < 6; random++) {
    const { extrapolations, typicalError } = fitOf(runsOf(STEEP, { seeds: 2, noise: 0.01, random }));
    near(typicalError, 0.01 / Math.SQRT2, 0.004);
    for (const { n, k, loss } of extrapolations.filter(({ times }) => times === 2)) {
      assert.ok(loss.low <= loss.value && loss.value <= loss.high);
      near(loss.value / lossBy(STEEP, n, k), 1, 0.1);
      all++;
      if (loss.low <= lossBy(STEEP, n, k) && lossBy(STEEP, n, k) <= loss.high) inside++;
    }
  }
  assert.ok(inside / all > 0.7, `${inside} of ${all} are inside an interval of 90 %`);
});

Deno.test("the same runs give the same intervals, in any order", () => {
  const runs = runsOf(STEEP, { seeds: 2, noise: 0.02 });
  assert.deepEqual(fitOf(runs), fitOf(runs.map((run) => ({ ...run }))));
  near(fitOf(runs.toReversed()).fitted.law.betaN, fitOf(runs).fitted.law.betaN, 1e-9);
});

Deno.test("errors over random seeds are averaged geometrically", () => {
  const runs = runsOf(POWER).flatMap((
    run,
  ) => [{ ...run, loss: run.loss / 2 }, { ...run, seed: 1, loss: run.loss * 2 }]);
  const { fitted, points } = fitOf(runs);
  near(fitted.law.alpha, POWER.alpha, 1e-9);
  assert.ok(points.every(({ runs }) => runs === 2));
});

Deno.test("the error of the largest width left out is that of a fit to the others", () => {
  // The largest width is 20 % worse than the law of the others.
  const runs = runsOf(POWER).map((run) => run.n === 1024 ? { ...run, loss: 1.2 * run.loss } : run);
  const { leftOut } = fitOf(runs);
  assert.equal(leftOut!.n, 1024);
  near(leftOut!.error, 1 - 1 / 1.2, 1e-6);
  near(leftOut!.bias, 1 / 1.2 - 1, 1e-6);
  const three = fitOf(runsOf(POWER, { widths: [64, 128, 256], ks: [4, 8] }));
  assert.equal(three.leftOut, null, "two widths and two sparsities alone cannot show an error");
});

Deno.test("too few points and designs that determine nothing are refused in words", () => {
  const why = (runs: ScalingRun[]) => {
    const fit = scalingFit(runs);
    return fit.kind === "refused" ? fit.why : assert.fail("it was fitted");
  };
  assert.match(why([]), /there are 0 widths, and a fit needs at least 3/);
  assert.match(why(runsOf(STEEP, { widths: [64, 128] })), /2 widths/);
  assert.match(why(runsOf(STEEP, { ks: [8] })), /1 levels of sparsity/);
  const diagonal = [[64, 4], [128, 8], [256, 16], [512, 32], [1024, 64], [2048, 128]]
    .map(([n, k]) => ({ n, k, seed: 0, loss: lossBy(STEEP, n, k) }));
  assert.match(why(diagonal), /effects cannot be separated/);
  assert.match(why(runsOf(STEEP, { ks: [4, 8] }).map((run) => ({ ...run, loss: 0 }))), /0 widths/);
});

Deno.test("sparsities above half the width are left out and counted", () => {
  const { leftOutDense, points } = fitOf(runsOf(STEEP, { ks: [8, 16, 64], seeds: 2 }));
  assert.equal(leftOutDense, 1, "64 of 64 latents");
  assert.ok(points.every(({ n, k }) => k <= n / 2));
});

Deno.test("an irreducible error is not fitted where the points do not ask for it", () => {
  const three = runsOf(STEEP, { widths: [64, 256, 1024] });
  assert.equal(fitLaw(three)!.parameters, 4, "three widths cannot distinguish a bend from a slope");
  let floors = 0;
  for (let random = 0; random < 10; random++) {
    if (fitOf(runsOf(POWER, { noise: 0.01, random })).fitted.parameters === 6) floors++;
  }
  assert.ok(floors <= 3, `${floors} of 10 power laws with noise`);
});

Deno.test("sparsities at which the largest width is worse than a smaller one are named", () => {
  const runs = runsOf(POWER).map((run) => run.n === 1024 && run.k > 8 ? { ...run, loss: 3 * run.loss } : run);
  const fit = fitOf(runs);
  assert.deepEqual(fit.rising, [16, 32]);
  assert.match(scalingText(fit), /At k = 16 and 32 the largest width has a larger error than a smaller one, /);
  assert.deepEqual(fitOf(runsOf(POWER)).rising, []);
});

Deno.test("what the numbers say: a doubling of the width, and the share that no width removes", () => {
  near(doublingFactor(POWER, 1), 2 ** -0.35, 1e-12);
  near(doublingFactor(POWER, Math.E), 2 ** -0.38, 1e-12);
  assert.equal(irreducibleShare(POWER, { n: 64, k: 8 }), 0);
  const share = Math.exp(STEEP.zeta) * 8 ** STEEP.eta / lossBy(STEEP, 64, 8);
  near(irreducibleShare(STEEP, { n: 64, k: 8 }), share, 1e-12);
});
