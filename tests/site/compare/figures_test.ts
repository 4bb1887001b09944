/** Figures of a comparison: one without numbers can be drawn too, because a later pick may have some. */
import assert from "node:assert/strict";
import { draw } from "../../../site/src/charts/drawing.ts";
import { NARROW, WIDE } from "../../../site/src/charts/theme.ts";
import { EMPTY_CHART } from "../../../site/src/compare/figures.ts";

Deno.test("a figure without numbers has the scales that reading values needs", async () => {
  for (const width of [WIDE, NARROW]) {
    const { svg, places } = await draw(EMPTY_CHART, { id: "none", width, reading: { by: "point", series: [] } });
    assert.deepEqual(places, []);
    assert.doesNotMatch(svg, /NaN|Infinity/);
  }
});
