import assert from "node:assert/strict";
import { assertFitsMemory, freeMemoryBytes } from "../lib/memory.ts";
import { needs } from "./needs.ts";

Deno.test(
  "freeMemoryBytes() is what the system has free, and Infinity without permission to ask",
  needs("permissions"),
  () => {
    const { total } = Deno.systemMemoryInfo();
    const free = freeMemoryBytes();
    assert.ok(free > 0 && free <= total, `${free} of ${total}`);
  },
);

Deno.test({
  name: "freeMemoryBytes() asks for no permission",
  permissions: { sys: false },
  fn: () => assert.equal(freeMemoryBytes(), Infinity),
});

Deno.test("assertFitsMemory() refuses what is more than there is, with both numbers", needs("permissions"), () => {
  assertFitsMemory(0, { what: "draw" });
  assert.throws(() => assertFitsMemory(4e14, { what: "draw" }), {
    name: "UserError",
    message: /^Cannot draw: it needs 400 TB of memory, expected at most the \S+ GB that are free$/,
  });
});
