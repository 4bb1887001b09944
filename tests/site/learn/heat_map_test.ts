/** The heat map: columns sorted by class, the ground at 0 and full orange at the top. */
import assert from "node:assert/strict";
import { heatMap } from "../../../site/src/learn/heat_map.ts";

const pixel = (
  { data, width }: { data: Uint8Array; width: number },
  x: number,
  y: number,
) => [...data.subarray(3 * (y * width + x), 3 * (y * width + x) + 3)];

Deno.test("inputs are columns in the order of their classes, and keep their order within one", () => {
  const map = heatMap([[1, 0], [0, 0.5], [0.5, 2]], { labels: [7, 2, 7], top: 1 });
  assert.deepEqual([map.width, map.height], [3, 2]);
  assert.deepEqual(map.classes, [{ label: 2, columns: 1 }, { label: 7, columns: 2 }]);
  assert.deepEqual(pixel(map, 0, 0), [0x0d, 0x0f, 0x12], "0 is the ground");
  assert.deepEqual(pixel(map, 1, 0), [0xff, 0x9a, 0x4d], "the top is full orange");
  assert.deepEqual(pixel(map, 2, 1), [0xff, 0x9a, 0x4d], "beyond the top too");
  assert.deepEqual(pixel(map, 2, 0), [134, 85, 48], "half way"); // (13 + 255) / 2, (15 + 154) / 2, (18 + 77) / 2
});

Deno.test("without labels inputs keep their order, and a model that is 0 everywhere is the ground", () => {
  const map = heatMap([[0], [0]], { labels: null, top: 0 });
  assert.deepEqual(map.classes, []);
  assert.deepEqual([...map.data], [13, 15, 18, 13, 15, 18]);
});
