import assert from "node:assert/strict";
import fc from "./fast_check.ts";
import { Rng, type RngState } from "../lib/rng.ts";

/** xoshiro128** once more, in BigInt, from its published C code. */
function* xoshiro128(state: RngState): Generator<number> {
  const mask = 0xffffffffn;
  const rotl = (x: bigint, k: bigint) => ((x << k) | (x >> (32n - k))) & mask;
  let [a, b, c, d] = state.map(BigInt);
  while (true) {
    yield Number(rotl((b * 5n) & mask, 7n) * 9n & mask);
    const t = (b << 9n) & mask;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= t;
    d = rotl(d, 11n);
  }
}

Deno.test("uint32() equals xoshiro128** written in BigInt", () => {
  for (const state of [[1, 2, 3, 4], [0xffffffff, 0, 0x12345678, 9]] as RngState[]) {
    const rng = new Rng(state), truth = xoshiro128(state);
    for (let i = 0; i < 1000; i++) assert.equal(rng.uint32(), truth.next().value);
  }
});

Deno.test("state continues the same sequence in a new Rng", () => {
  const rng = Rng.fromSeed(3, "a");
  rng.normal();
  const twin = new Rng(rng.state);
  assert.deepEqual(Array.from({ length: 9 }, () => rng.uniform()), Array.from({ length: 9 }, () => twin.uniform()));
});

Deno.test("fromSeed() gives unrelated streams for other seeds and other purposes", () => {
  const first = (seed: number, stream: string) => Rng.fromSeed(seed, stream).uint32();
  const draws = [0, 1, 2, 2 ** 32, 2 ** 40].flatMap((seed) => ["init", "shuffle"].map((stream) => first(seed, stream)));
  assert.equal(new Set(draws).size, draws.length);
});

Deno.test("uniform() and normal() have the moments they should", () => {
  const rng = Rng.fromSeed(1, "moments"), n = 200_000;
  let sum = 0, squares = 0, normalSum = 0, normalSquares = 0;
  for (let i = 0; i < n; i++) {
    const u = rng.uniform(), z = rng.normal();
    assert.ok(u >= 0 && u < 1);
    sum += u;
    squares += u * u;
    normalSum += z;
    normalSquares += z * z;
  }
  assert.ok(Math.abs(sum / n - 1 / 2) < 0.003 && Math.abs(squares / n - 1 / 3) < 0.003);
  assert.ok(Math.abs(normalSum / n) < 0.01 && Math.abs(normalSquares / n - 1) < 0.02);
});

Deno.test("below() is in range, and permutation() holds each index once", () => {
  fc.assert(fc.property(fc.integer({ min: 1, max: 300 }), fc.nat(), (n, seed) => {
    const rng = Rng.fromSeed(seed, "p");
    assert.ok(rng.below(n) < n);
    assert.deepEqual([...rng.permutation(n)].sort((a, b) => a - b), Array.from({ length: n }, (_, i) => i));
  }));
});

Deno.test("Rng refuses an all-zero state", () => {
  assert.throws(() => new Rng([0, 0, 0, 0]), RangeError);
});
