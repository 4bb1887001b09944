/**
 * A read is repeated until it gives what is expected, and what it gave is returned.
 *
 * @module
 */
import assert from "node:assert/strict";
import { eventually } from "./eventually.ts";

/** Gives one after the other; what is an error is thrown. */
function reader<T>(...given: (T | Error)[]): () => T {
  return () => {
    const next = given.shift()!;
    if (next instanceof Error) throw next;
    return next;
  };
}

Deno.test("eventually() waits for a value, for a text of a form, and for what a check wants", async () => {
  assert.deepEqual(await eventually(reader<string[]>([], ["A"], ["A", "B"], ["C"]), ["A", "B"]), ["A", "B"]);
  assert.equal(await eventually(reader("loading", "3 of 5 epochs"), /^\d of 5/), "3 of 5 epochs");
  const seen = await eventually(reader(1, 2, 5, 3), (value) => assert.ok(value > 2));
  assert.equal(seen, 5);
});

Deno.test("eventually() reads again after a read that fails", async () => {
  assert.equal(await eventually(reader<number>(new Error("the page is on its way"), 7), 7), 7);
});
