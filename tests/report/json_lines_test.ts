/**
 * JSON on few lines: the same value, and lines that a diff can show.
 *
 * @module
 */
import assert from "node:assert/strict";
import fc from "../fast_check.ts";
import { jsonLines } from "../../lib/report/json_lines.ts";

Deno.test("jsonLines() is the value that JSON.stringify() stores, whatever it holds", () => {
  fc.assert(fc.property(fc.jsonValue({ depthSize: "medium" }), (value) => {
    assert.deepEqual(JSON.parse(jsonLines(value)), JSON.parse(JSON.stringify(value)));
  }));
  assert.equal(jsonLines({ a: undefined, b: [{ c: "[1,\n2]" }] }), '{"b":[{"c":"[1,\\n2]"}]}');
});

Deno.test("jsonLines() has a line for each innermost array, and an object of short ones is one line", () => {
  const numbers = Array.from({ length: 400 }, (_, i) => i);
  const lines = jsonLines({ numbers, matrix: [numbers, numbers], rows: [{ row: 1, of: [1, 2] }, { row: 2, of: [] }] })
    .split("\n");
  const long = JSON.stringify(numbers);
  assert.deepEqual(lines, [
    "{",
    `  "numbers": ${long},`,
    `  "matrix": [`,
    `    ${long},`,
    `    ${long}`,
    "  ],",
    `  "rows": [{"row":1,"of":[1,2]},{"row":2,"of":[]}]`,
    "}",
  ]);
});
