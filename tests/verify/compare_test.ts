/**
 * Two versions of a file, number by number: what is a difference, and what another engine may say instead.
 *
 * @module
 */
import assert from "node:assert/strict";
import { compareValues, type FieldRules, numbersIn } from "../../lib/verify/compare.ts";

const RULES: FieldRules = {
  recorded: (pattern) => pattern === "timing.totalMs" || pattern === "steps[].loss" ? "times" : null,
  tolerance: (pattern) => pattern.startsWith("probing") ? 0.02 : null,
};
const compared = (stored: unknown, measured: unknown, tolerance = 0) =>
  compareValues(stored, measured, { file: "a.json", rules: RULES, tolerance });

Deno.test("equal values are counted, and without a tolerance one bit is a difference, named by its path", () => {
  const value = { a: 1, b: [1.5, null, { c: "x", d: [2, 3] }], none: null };
  assert.deepEqual(
    (({ numbers, unequal, first, missing }) => ({ numbers, unequal, first, missing }))(compared(value, value)),
    { numbers: 4, unequal: 0, first: null, missing: [] },
  );
  const other = structuredClone(value);
  (other.b[2] as { d: number[] }).d[1] = 3 + 2 ** -51;
  const { first, beyond, unequal } = compared(value, other);
  assert.deepEqual([first, beyond, unequal], [
    { path: "a.json: b[2].d[1]", stored: "3", measured: "3.0000000000000004" },
    1,
    1,
  ]);
});

Deno.test("texts, switches and lengths of lists are compared too; a new field is named, and one that is not measured fails", () => {
  assert.equal(compared({ name: "a" }, { name: "b" }).first!.path, "a.json: name");
  assert.equal(compared({ is: true }, { is: false }).first!.stored, "true");
  assert.deepEqual(compared({ list: [1] }, { list: [1, 2] }).first, {
    path: "a.json: list",
    stored: "1",
    measured: "2",
  });
  const newer = compared({ a: { b: 1 } }, { a: { b: 1, c: 2 } });
  assert.deepEqual([newer.first, newer.missing], [null, ["a.c"]]);
  assert.equal(compared({ a: 1, b: 2 }, { a: 1 }).first!.measured, "nothing");
});

Deno.test("what is recorded is counted by its reason and not compared", () => {
  const { first, recorded, numbers } = compared(
    { timing: { totalMs: 5, steps: 2 }, steps: [{ loss: 1, step: 1 }, { loss: 2, step: 2 }] },
    { timing: { totalMs: 6, steps: 2 }, steps: [{ loss: 0, step: 1 }, { loss: 0, step: 2 }] },
  );
  assert.deepEqual([first, numbers, [...recorded]], [null, 3, [["times", 3]]]);
  assert.equal(numbersIn({ a: [1, "2", null], b: { c: 3 } }), 2);
});

Deno.test("with a tolerance numbers may be near, counts may move by one, and what is settled before stays", () => {
  const near = compared({ mse: 1, l0: [1e-9, 5] }, { mse: 1.00009, l0: [2e-9, 5] }, 1e-4);
  assert.deepEqual([near.first, near.unequal], [null, 2]);
  assert.ok(Math.abs(near.largest - 0.00009 / 1.00009) < 1e-12, "5e-9 beside 5 is no difference");
  assert.equal(compared({ mse: 1 }, { mse: 1.0002 }, 1e-4).first!.path, "a.json: mse");
  assert.equal(compared({ deadLatents: 4, counts: [1000] }, { deadLatents: 5, counts: [1005] }, 1e-4).first, null);
  const counts = Array<number>(500).fill(20),
    more = (n: number) => ({ counts: counts.map((own, i) => i < n ? own + 1 : own) });
  assert.equal(compared({ counts }, more(5), 1e-4).first, null, "1 % of all");
  assert.equal(compared({ counts }, more(6), 1e-4).first!.path, "a.json: counts[0]", "no threshold moves so many");
  assert.equal(
    compared({ counts }, more(1)).first!.path,
    "a.json: counts[0]",
    "the same engine and machine count the same",
  );
  assert.equal(compared({ deadLatents: 4 }, { deadLatents: 6 }, 1e-4).first!.path, "a.json: deadLatents");
  assert.equal(compared({ images: 100 }, { images: 101 }, 1e-4).first!.path, "a.json: images");
  const active = (value: number) => ({ l0: [{ threshold: 0.1, value }] }),
    shares = (dead: number) => ({ shares: { dead } });
  assert.equal(compared(active(0), active(1), 1e-4).first!.path, "a.json: l0[0].value", "a mean is no count");
  assert.equal(compared(shares(1), shares(0), 1e-4).first!.path, "a.json: shares.dead");
  assert.equal(compared({ probing: { value: 0.9 } }, { probing: { value: 0.915 } }, 1e-4).first, null);
  assert.equal(
    compared({ probing: { value: 0.9 } }, { probing: { value: 0.93 } }, 1e-4).first!.path,
    "a.json: probing.value",
  );
});

Deno.test("with a tolerance one input may move a few numbers of a list, or the last decimal, and not many", () => {
  const list: number[] = Array.from({ length: 400 }, (_, i) => i === 0 ? 1 : 0.2401), moved = [...list];
  moved[7] = 0.2406;
  assert.equal(compared({ list }, { list: moved }, 1e-4).first, null);
  assert.equal(compared({ list }, { list: moved }).first!.path, "a.json: list[7]", "without a tolerance it counts");
  assert.equal(compared({ a: 0.1629 }, { a: 0.163 }, 1e-4).first, null, "the last of four decimals");
  assert.equal(compared({ a: 0.16291 }, { a: 0.163 }, 1e-4).first!.path, "a.json: a", "a number of more decimals");
  assert.equal(compared({ a: 0.1629 }, { a: 0.1632 }, 1e-4).first!.path, "a.json: a");
  moved.fill(0.2406, 1, 12);
  assert.equal(compared({ list }, { list: moved }, 1e-4).first!.path, "a.json: list[1]", "too many of them");
});

Deno.test("with a tolerance another row may be named that is as good, and what stands beside it is of that row", () => {
  const many = Array.from({ length: 400 }, (_, i) => i), swapped = [...many];
  [swapped[7], swapped[8]] = [8, 7];
  const values = many.map((i) => i / 400), others = [...values];
  [others[7], others[8]] = [values[8], values[7]];
  assert.equal(compared({ rows: many, values }, { rows: swapped, values: others }, 1e-4).first, null);
  assert.equal(compared({ rows: many, values }, { rows: swapped, values: others }).first!.path, "a.json: rows[7]");
  const wrong = [...others];
  wrong[9] += 0.1;
  assert.equal(
    compared({ rows: many, values }, { rows: swapped, values: wrong }, 1e-4).first!.path,
    "a.json: values[9]",
  );
  const reversed = [...many].reverse();
  assert.equal(compared({ rows: many }, { rows: reversed }, 1e-4).first!.path, "a.json: rows[0]", "too many of them");
  const pairs = (row: number, mse: number) => ({
    pairs: [...many.slice(0, 300).map((row) => ({ row, mse: 1 })), { row, mse }],
  });
  assert.equal(compared(pairs(300, 2), pairs(301, 9), 1e-4).first, null);
  assert.equal(compared(pairs(300, 2), pairs(300, 9), 1e-4).first!.path, "a.json: pairs[300].mse");
});
