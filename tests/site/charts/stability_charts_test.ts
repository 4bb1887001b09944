/**
 * The charts of stability: they draw numbers only at both widths, fit their width, and have their points where a pointer reads them.
 *
 * @module
 */
import assert from "node:assert/strict";
import { beforeAfter, beforeAfterReading } from "../../../site/src/charts/before_after.ts";
import { cosineHistogram, cosineReading } from "../../../site/src/charts/cosines.ts";
import { draw } from "../../../site/src/charts/drawing.ts";
import { foundInReading, foundInShares, seedsText } from "../../../site/src/charts/found_in.ts";
import { type Chart, NARROW, type Reading, WIDE } from "../../../site/src/charts/theme.ts";
import { PW_MCC, SHARED } from "../../../site/src/stability/cosine_text.ts";

const rows = [
  { name: "TopK k 16", after: 0.62, before: 0.3 },
  { name: "a setting with a long name, so that it stands above its row", after: 0, before: 0.1 },
  { name: "imported", after: 1, before: null },
];
const found = [{ name: "TopK", shares: [0.5, 0.2, 0.3] }, { name: "two", shares: [1, 0] }];
const bins = { shares: [0, 0.25, 0.5, 0.25], shared: 0.7, before: 0.2 };

const CHARTS: { name: string; chart: Chart; reading?: Reading }[] = [
  { name: "PW-MCC", chart: beforeAfter(rows, PW_MCC), reading: beforeAfterReading(rows, PW_MCC) },
  {
    name: "shared",
    chart: beforeAfter(rows.slice(0, 1), SHARED),
    reading: beforeAfterReading(rows.slice(0, 1), SHARED),
  },
  { name: "found", chart: foundInShares(found), reading: foundInReading(found) },
  { name: "cosines", chart: cosineHistogram(bins), reading: cosineReading(bins) },
  { name: "cosines without before", chart: cosineHistogram({ ...bins, before: null }) },
];

for (const { name, chart, reading } of CHARTS) {
  Deno.test(`${name}: at both widths`, async () => {
    for (const width of [WIDE, NARROW]) {
      const { svg, places } = await draw(chart, { id: "x", width, reading });
      assert.doesNotMatch(svg, /NaN|undefined|Infinity|>null</);
      assert.ok(Math.abs(Number(/<svg [^>]*width="([\d.]+)"/.exec(svg)![1]) - width) <= 1);
      for (const [x, y] of places?.flat() ?? []) assert.ok(x >= 0 && x <= width && y >= 0, `${x}, ${y}`);
    }
  });
}

Deno.test("a figure after and before training, in words and where it is read", () => {
  const { series: [after, before] } = beforeAfterReading(rows, SHARED);
  assert.equal(after.points[0].text, "TopK k 16: 62\u00a0% after training");
  assert.equal(before.points.length, 2, "that of an imported model is not known");
  assert.deepEqual([1, 2, 3].map((n) => seedsText(n, 3)), [
    "one random seed only",
    "2 of 3 random seeds",
    "all 3 random seeds",
  ]);
  assert.equal(foundInReading(found).series[0].points[2].x, 0.85, "the middle of the part");
  assert.equal(cosineReading(bins).series[0].points[1].text, "25\u00a0% of the latents at 0.25 to 0.50");
});
