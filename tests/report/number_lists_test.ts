/**
 * Long lists of numbers are taken and refused as zod's own arrays would.
 *
 * @module
 */
import assert from "node:assert/strict";
import { z } from "zod";
import fc from "../fast_check.ts";
import { numbers, numbersOrNull } from "../../lib/report/number_lists.ts";

const anything = fc.oneof(
  fc.constantFrom(undefined, "1", [], {}),
  fc.array(fc.oneof(fc.double(), fc.integer({ min: -3, max: 3 }), fc.constantFrom(null, "1", undefined, [1])), {
    maxLength: 6,
  }),
);

Deno.test("numbers() and numbersOrNull() take what zod's arrays take", () => {
  const integer = z.int().min(0);
  const pairs: [z.ZodType, z.ZodType][] = [
    [numbers(), z.array(z.number())],
    [numbers({ min: 0, max: 1 }), z.array(z.number().min(0).max(1))],
    [numbers({ isInteger: true, least: 1 }), z.array(integer).min(1)],
    [numbers({ isInteger: true, length: 3 }), z.array(integer).length(3)],
    [numbersOrNull({ min: 0 }), z.array(z.number().min(0).nullable())],
    [numbersOrNull({ isInteger: true }), z.array(integer.nullable())],
  ];
  fc.assert(
    fc.property(anything, (value) => {
      for (const [mine, theirs] of pairs) {
        const [now, wanted] = [mine.safeParse(value), theirs.safeParse(value)];
        assert.equal(now.success, wanted.success, JSON.stringify(value));
        if (now.success) assert.deepEqual(now.data, wanted.data);
      }
    }),
    { numRuns: 500 },
  );
});

Deno.test("numbers() names the first number that is wrong, and a list that is missing", () => {
  const file = z.strictObject({ rows: numbers({ isInteger: true }) });
  const issueOf = (value: unknown) => {
    const { path, message } = file.safeParse(value).error!.issues[0];
    return [path.join("."), message];
  };
  assert.deepEqual(issueOf({ rows: [1, 2.5, "x"] }), ["rows.1", "expected an integer of at least 0"]);
  assert.deepEqual(issueOf({}), ["rows", "expected a list of numbers"]);
});
