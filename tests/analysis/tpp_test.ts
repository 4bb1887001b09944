/**
 * The linear probe against a naive AdamW, and probe perturbation against one that reconstructs every ablated input.
 *
 * @module
 */
import assert from "node:assert/strict";
import { drawBalanced, splitClasses } from "../../lib/analysis/class_draws.ts";
import { fitLinearProbe } from "../../lib/analysis/linear_probe.ts";
import { HeldInputs, InputRows } from "../../lib/analysis/row_sources.ts";
import { REMOVED_LATENTS, targetedProbePerturbation } from "../../lib/analysis/tpp.ts";
import { Rng } from "../../lib/rng.ts";

const near = (a: number, b: number, tolerance: number) => assert.ok(Math.abs(a - b) <= tolerance, `${a} ≠ ${b}`);
const dot = (a: ArrayLike<number>, b: ArrayLike<number>) =>
  Array.from(a).reduce((sum, value, i) => sum + value * b[i], 0);
const rowsOf = (flat: Float32Array, width: number) =>
  Array.from({ length: flat.length / width }, (_, i) => [...flat.subarray(i * width, (i + 1) * width)]);

Deno.test("fitLinearProbe() takes 20 AdamW steps on a single batch", () => {
  const x = [[0.5, 1], [0.25, -1], [2, 0.5], [1, 0]], y = [1, 0, 1, 0];
  let w = [0, 0], b = 0; // PyTorch's AdamW as its manual writes it, one parameter after the other
  const m = [0, 0, 0], v = [0, 0, 0];
  for (let t = 1; t <= 20; t++) {
    const p = x.map((row) => 1 / (1 + Math.exp(-dot(row, w) - b)));
    const slopes = [0, 1].map((i) =>
      p.reduce((sum, q, n) => sum + (q - y[n]) * x[n][i], 0) / 4 + 1e-3 * Math.sign(w[i])
    );
    slopes.push(p.reduce((sum, q, n) => sum + (q - y[n]), 0) / 4);
    const next = [...w, b].map((value, i) => {
      m[i] = 0.9 * m[i] + 0.1 * slopes[i];
      v[i] = 0.999 * v[i] + 0.001 * slopes[i] ** 2;
      const mHat = m[i] / (1 - 0.9 ** t), vHat = v[i] / (1 - 0.999 ** t);
      return value - 1e-3 * 0.01 * value - 1e-3 * mHat / (Math.sqrt(vHat) + 1e-8);
    });
    [w, b] = [next.slice(0, 2), next[2]];
  }
  const probe = fitLinearProbe(
    new HeldInputs(Float32Array.from(x.flat()), { dInput: 2, rows: Uint32Array.of(0, 1, 2, 3) }),
    {
      positives: Uint32Array.of(0, 2),
      negatives: Uint32Array.of(1, 3),
      rng: Rng.fromSeed(0, "test"),
    },
  );
  near(probe.weights[0], w[0], 1e-12);
  near(probe.weights[1], w[1], 1e-12);
  near(probe.bias, b, 1e-12);
});

/** Each class lights its own pixels through its own latents. */
function world(
  { nClasses, perClass, rows, noise }: { nClasses: number; perClass: number; rows: number; noise: number },
) {
  const rng = Rng.fromSeed(2, "test");
  const nLatents = nClasses * perClass, dInput = nLatents;
  const labels = Uint8Array.from({ length: rows }, () => rng.below(nClasses));
  const acts = new Float32Array(rows * nLatents);
  labels.forEach((label, i) => {
    for (let k = 0; k < perClass; k++) acts[i * nLatents + label * perClass + k] = rng.uniform(0.5, 1);
    for (let j = 0; j < nLatents; j++) acts[i * nLatents + j] += noise * rng.uniform();
  });
  const decoder = new Float32Array(nLatents * dInput);
  for (let j = 0; j < nLatents; j++) {
    for (let i = 0; i < dInput; i++) decoder[j * dInput + i] = (i === j ? 1 : 0) + noise * rng.normal();
  }
  const recon = rowsOf(acts, nLatents).flatMap((f) =>
    rowsOf(decoder, dInput)[0].map((_, i) => f.reduce((s, a, j) => s + a * decoder[j * dInput + i], 0))
  );
  const x = Float32Array.from(recon, (value) => value + 0.05 * noise * rng.normal()); // the rest is the SAE's error
  return { x, acts, decoder, nLatents, labels, nClasses, seed: 4 };
}

const perturbed = ({ x, acts, nLatents, ...data }: ReturnType<typeof world>) =>
  targetedProbePerturbation({
    inputs: new InputRows(x, data.decoder.length / nLatents),
    latents: new InputRows(acts, nLatents),
    ...data,
  });

Deno.test("targetedProbePerturbation() equals ablating, adding the error back, and asking the probe again", async () => {
  const data = world({ nClasses: 3, perClass: 4, rows: 150, noise: 0.4 });
  const { nLatents, nClasses, labels, seed } = data;
  const found = await perturbed(data);
  assert.deepEqual(found.scores.map(({ n }) => n), [2, 5, 10]);

  const x = rowsOf(data.x, nLatents), f = rowsOf(data.acts, nLatents), decoder = rowsOf(data.decoder, nLatents);
  const decode = (latents: number[]) =>
    x[0].map((_, i) => latents.reduce((sum, value, j) => sum + value * decoder[j][i], 0));
  const caps = { nClasses, seed, trainCap: Math.floor(2000 / 3), testCap: Math.floor(1000 / 3) };
  const { train, test } = splitClasses(labels, caps);
  const rng = Rng.fromSeed(seed, "tpp");
  const held = new HeldInputs(data.x, { dInput: nLatents, rows: Uint32Array.from(x.keys()) });
  const classes = [0, 1, 2].map((positive) => {
    const learned = drawBalanced(train, { positive, cap: 1000 }), tested = drawBalanced(test, { positive, cap: 1000 });
    const { weights, bias } = fitLinearProbe(held, { ...learned, rng });
    const mean = (rows: Uint32Array, j: number) => [...rows].reduce((sum, row) => sum + f[row][j], 0) / rows.length;
    const effects = decoder.map((direction, j) =>
      Math.max(0, mean(learned.positives, j) - mean(learned.negatives, j)) * dot(weights, direction)
    );
    const order = effects.map((_, j) => j).filter((j) => effects[j] !== 0).sort((a, b) => effects[b] - effects[a]);
    const accuracy = (removed: number[]) => {
      const isRight = (row: number, isPositive: boolean) => {
        const kept = f[row].map((value, j) => removed.includes(j) ? 0 : value);
        const error = decode(f[row]).map((value, i) => x[row][i] - value);
        return dot(decode(kept).map((value, i) => value + error[i]), weights) + bias > 0 === isPositive;
      };
      const right = [...tested.positives].filter((row) => isRight(row, true)).length +
        [...tested.negatives].filter((row) => isRight(row, false)).length;
      return right / (2 * tested.positives.length);
    };
    return { order, accuracy };
  });
  classes.forEach(({ accuracy }, c) => near(found.probeAccuracy[c]!, accuracy([]), 1e-12));
  for (const { n, ownDrop, otherDrop, score } of found.scores) {
    const drop = (a: number, c: number) => classes[c].accuracy([]) - classes[c].accuracy(classes[a].order.slice(0, n));
    const own = [0, 1, 2].map((a) => drop(a, a)).reduce((s, v) => s + v) / 3;
    const others = [0, 1, 2].flatMap((a) =>
      [0, 1, 2].filter((c) => c !== a).map((c) => drop(a, c))
    ).reduce((s, v) => s + v) / 6;
    near(ownDrop!, own, 1e-12);
    near(otherDrop!, others, 1e-12);
    near(score!, own - others, 1e-12);
  }
});

Deno.test("targetedProbePerturbation() is ½ where each class has latents of its own", async () => {
  const { scores, probeAccuracy } = await perturbed(
    world({ nClasses: 4, perClass: 5, rows: 1200, noise: 0 }),
  );
  for (const accuracy of probeAccuracy) assert.ok(accuracy! > 0.99);
  const [, five] = scores;
  near(five.ownDrop!, 0.5, 0.02);
  near(five.otherDrop!, 0, 0.02);
});

Deno.test("targetedProbePerturbation() is 0 where nothing fires, and null where nothing can be told apart", async () => {
  const data = world({ nClasses: 3, perClass: 2, rows: 90, noise: 0.1 });
  const dead = await perturbed({ ...data, acts: new Float32Array(data.acts.length) });
  assert.deepEqual(dead.scores.map(({ score }) => score), [0, 0]);
  const oneClass = await perturbed({ ...data, labels: new Uint8Array(90), nClasses: 2 });
  assert.deepEqual(oneClass.probeAccuracy, [null, null]);
  assert.deepEqual(oneClass.scores[0], { n: 2, ownDrop: null, otherDrop: null, score: null });
  const withEmpty = await perturbed({ ...data, nClasses: 5 }); // classes 3 and 4 have no rows
  assert.deepEqual(withEmpty.probeAccuracy.map((accuracy) => accuracy === null), [false, false, false, true, true]);
  assert.ok(withEmpty.scores.every(({ score }) => score !== null));
});

Deno.test("targetedProbePerturbation() removes fewer latents than there are, decides by its seed, and checks shapes", async () => {
  const data = world({ nClasses: 2, perClass: 1, rows: 30, noise: 0.2 });
  assert.deepEqual((await perturbed(data)).scores, []); // two latents: 2 would be all of them
  const single = { ...data, acts: new Float32Array(30), decoder: new Float32Array(2), nLatents: 1 };
  assert.deepEqual((await perturbed(single)).scores, []);
  assert.deepEqual(REMOVED_LATENTS, [2, 5, 10, 20, 50, 100, 500]);
  const larger = world({ nClasses: 3, perClass: 4, rows: 150, noise: 0.6 });
  assert.deepEqual(await perturbed(larger), await perturbed(larger));
  assert.notDeepEqual(await perturbed(larger), await perturbed({ ...larger, seed: 5 }));
  await assert.rejects(() => perturbed({ ...data, x: new Float32Array(4) }), TypeError);
  await assert.rejects(() => perturbed({ ...data, acts: new Float32Array(4) }), TypeError);
});
