/**
 * The heat map of single rows: order, groups, scale and pixels.
 *
 * @module
 */
import assert from "node:assert/strict";
import { inflateSync } from "node:zlib";
import { BRIGHTEST, GAP, type HeatGroup, heatMap, heatPalette, namedGroups } from "../../../site/src/run/heat_map.ts";
import { indexedPng } from "../../../site/src/run/indexed_png.ts";
import { ACTIVATIONS } from "./small_run.ts";

Deno.test("columns are test rows by class with a gap between, lines are latents by the class of their largest mean", () => {
  const map = heatMap(ACTIVATIONS, { classNames: ["zero"] });
  assert.deepEqual(map.rowOfColumn, [1, 3, null, 0, 2]);
  assert.deepEqual(map.columnGroups, [{ name: "zero", from: 0, extent: 0.4 }, { name: "1", from: 0.6, extent: 0.4 }]);
  assert.deepEqual(map.latentOfLine, [2, 5, 9], "2 stands for class 0, 5 and 9 for class 1, the larger mean first");
  assert.deepEqual(map.lineGroups.map(({ name }) => name), ["zero", "1"]);
  assert.deepEqual(map.lineGroups.map(({ from, extent }) => [from.toFixed(3), extent.toFixed(3)]), [
    ["0.000", "0.333"],
    ["0.333", "0.667"],
  ]);
});

Deno.test("levels are shares of the brightest activation, 0 is 0, and a gap is no level", () => {
  const { rows } = heatMap(ACTIVATIONS, { classNames: [] });
  assert.equal(rows.brightest, 1);
  const line = (y: number) => [...rows.levels.subarray(5 * y, 5 * y + 5)];
  assert.deepEqual(line(0), [BRIGHTEST, BRIGHTEST / 2, GAP, 0, 0]);
  assert.deepEqual(line(1), [0, 0, GAP, 127, 64]);
  assert.deepEqual(line(2), [25, 25, GAP, 25, 25]);
});

Deno.test("a single large activation does not darken a picture of a thousand", () => {
  const acts = Array.from({ length: 200 }, () => new Array(5).fill(0.1));
  acts[7][3] = 50;
  const { rows } = heatMap({
    ...ACTIVATIONS,
    shown: [0, 1, 2, 3, 4],
    heatmap: { labels: null, acts },
    classMeans: null,
  }, { classNames: [] });
  assert.equal(rows.brightest, 0.1);
});

Deno.test("without labels there are no groups, no gaps and no class means", () => {
  const map = heatMap({ ...ACTIVATIONS, heatmap: { ...ACTIVATIONS.heatmap, labels: null }, classMeans: null }, {
    classNames: [],
  });
  assert.deepEqual(map.rowOfColumn, [0, 1, 2, 3]);
  assert.deepEqual([map.columnGroups, map.lineGroups, map.classes], [[], [], null]);
  assert.deepEqual(map.latentOfLine, [2, 5, 9], "by the sum over the rows: 1.5, 0.75, 0.4");
});

Deno.test("a model whose latents are all 0 gives a dark picture", () => {
  const acts = [[0, 0, 0], [0, 0, 0]];
  const { rows } = heatMap({ ...ACTIVATIONS, heatmap: { labels: null, acts }, classMeans: null }, { classNames: [] });
  assert.deepEqual([...rows.levels], [0, 0, 0, 0, 0, 0]);
  assert.equal(rows.brightest, 0);
});

Deno.test("the palette goes from near black over orange to near white", () => {
  const palette = heatPalette(), colour = (level: number) => [...palette.subarray(3 * level, 3 * level + 3)];
  assert.deepEqual(colour(0), [13, 15, 18]);
  assert.deepEqual(colour(BRIGHTEST / 2), [184, 72, 11]);
  assert.deepEqual(colour(BRIGHTEST), [255, 240, 214]);
});

Deno.test("the PNG holds its size, its palette, one transparent colour and its pixels", () => {
  const palette = Uint8Array.from([0, 0, 0, 9, 8, 7, 255, 255, 255]);
  const png = indexedPng({ width: 3, height: 2, levels: Uint8Array.from([0, 1, 2, 2, 1, 0]), palette, transparent: 2 });
  const chunks = new Map<string, Uint8Array>();
  const view = new DataView(png.buffer);
  for (let at = 8; at < png.length;) {
    const length = view.getUint32(at), name = new TextDecoder().decode(png.subarray(at + 4, at + 8));
    chunks.set(name, png.subarray(at + 8, at + 8 + length));
    at += 12 + length;
  }
  assert.deepEqual([...chunks.keys()], ["IHDR", "PLTE", "tRNS", "IDAT", "IEND"]);
  assert.deepEqual([...chunks.get("IHDR")!], [0, 0, 0, 3, 0, 0, 0, 2, 8, 3, 0, 0, 0]);
  assert.deepEqual([...chunks.get("tRNS")!], [255, 255, 0]);
  assert.deepEqual([...inflateSync(chunks.get("IDAT")!)], [0, 0, 1, 2, 0, 2, 1, 0], "each line after its filter");
  assert.throws(
    () => indexedPng({ width: 2, height: 2, levels: new Uint8Array(3), palette }),
    /3 levels, expected 2 × 2/,
  );
});

Deno.test("latents that are 0 on every class stand last, under no name", () => {
  const map = heatMap({ ...ACTIVATIONS, classMeans: [[0, 0.2, 0.1], [0, 0.4, 0]] }, { classNames: ["zero"] });
  assert.deepEqual(map.latentOfLine, [9, 5, 2]);
  assert.deepEqual(map.lineGroups.map(({ name }) => name), ["zero", "1", null]);
});

Deno.test("names that would touch stand apart, within the picture; without room for all the shortest groups have none", () => {
  const groups = ["a", "b", "c"].map((name, i) => ({ name, from: i / 3, extent: 1 / 3 }));
  const placed = (of: HeatGroup[], side: number) =>
    namedGroups(of, { side, apart: 12 }).filter(({ name }) => name !== null).map(({ name, at }) => [
      name,
      Math.round(at * side),
    ]);
  assert.deepEqual(placed(groups, 60), [["a", 10], ["b", 30], ["c", 50]]);
  assert.deepEqual(
    placed([{ name: "a", from: 0, extent: 0.9 }, { name: "b", from: 0.9, extent: 0.05 }, {
      name: "c",
      from: 0.95,
      extent: 0.05,
    }], 100),
    [["a", 45], ["b", 82], ["c", 94]],
    "the last class keeps its name",
  );
  const uneven = [{ name: "a", from: 0, extent: 0.5 }, { name: "b", from: 0.5, extent: 0.1 }, {
    name: "c",
    from: 0.6,
    extent: 0.4,
  }];
  assert.deepEqual(placed(uneven, 30).map(([name]) => name), ["a", "c"]);
});
