/**
 * What a figure is taken away in: comma-separated values, colours without variables, a chart's places in its picture, and a
 * page to embed.
 *
 * @module
 */
import assert from "node:assert/strict";
import { draw, rowsOf, standaloneSpec } from "../../site/src/charts/drawing.ts";
import type { Chart, Reading } from "../../site/src/charts/theme.ts";
import { csv } from "../../site/src/csv.ts";

/** A line from (0, 0) to (10, 1) on scales that end there. */
const LINE: Chart = (width) => ({
  width,
  height: 200,
  data: { values: [{ step: 0, loss: 0 }, { step: 10, loss: 1 }] },
  mark: { type: "line", clip: true },
  encoding: {
    x: { field: "step", type: "quantitative", scale: { domain: [0, 10], nice: false } },
    y: { field: "loss", type: "quantitative", scale: { domain: [0, 1], nice: false } },
  },
});

/** Its three points, the middle one halfway. */
const READING: Reading = {
  by: "x",
  series: [{ label: "", points: [0, 5, 10].map((step) => ({ x: step, y: step / 10, text: String(step) })) }],
};

Deno.test("a table becomes comma-separated values", () => {
  const rows = [{ run: 'a "good", one', l0: 16.5, dead: null }, { run: "two\nlines", l0: 0, note: "=1+1" }];
  assert.equal(csv(rows), 'run,l0,dead,note\r\n"a ""good"", one",16.5,,\r\n"two\nlines",0,,\'=1+1\r\n');
  assert.equal(csv([{ change: -0.5 }]), "change\r\n-0.5\r\n", "a negative number stays a number");
});

Deno.test("a chart is as wide as it is asked to be, with its axes", async () => {
  for (const width of [360, 760]) {
    const { svg } = await draw(LINE, { id: "line", width });
    assert.match(svg, new RegExp(`<svg [^>]*viewBox="0 0 ${width} \\d+"`));
  }
});

Deno.test("places of a reading lie where the chart draws its points", async () => {
  const { svg, places } = await draw(LINE, { id: "line", width: 360, reading: READING });
  const [[first, middle, last]] = places!;
  const near = (a: number, b: number) => assert.ok(Math.abs(a - b) <= 0.1, `${a}, expected ${b}`);
  near(middle[0], (first[0] + last[0]) / 2);
  near(middle[1], (first[1] + last[1]) / 2);
  // The line's path is drawn from the plot's corner, which a translation moves into the picture.
  const [, x0, y0, x1, y1] = svg.match(/d="M([\d.]+),([\d.]+)L([\d.]+),([\d.]+)"/)!.map(Number);
  near(last[0] - first[0], x1 - x0);
  near(last[1] - first[1], y1 - y0);
  const [, left, top] = svg.match(/<g fill="none"[^>]*transform="translate\(([\d.]+),([\d.]+)\)"/)!.map(Number);
  near(first[0], left + x0);
  near(first[1], top + y0);
});

Deno.test("a chart on a band scale is read in the middle of its bars", async () => {
  const bars: Chart = (width) => ({
    width,
    height: 100,
    data: { values: [{ name: "a", value: 1 }, { name: "b", value: 2 }] },
    mark: "bar",
    encoding: { x: { field: "name", type: "nominal" }, y: { field: "value", type: "quantitative" } },
  });
  const points = [{ x: "a", y: 1, text: "1" }, { x: "b", y: 2, text: "2" }];
  const { places } = await draw(bars, {
    id: "bars",
    width: 360,
    reading: { by: "x", series: [{ label: "", points }] },
  });
  const [[a, b]] = places!;
  assert.ok(a[0] > 52 && b[0] < 360 && b[0] - a[0] > 100, `${a} ${b}`);
});

Deno.test("a chart drawn twice, or after others, has the same bytes and ids of its own", async () => {
  const first = await draw(LINE, { id: "line", width: 360 });
  await draw(LINE, { id: "other", width: 360 });
  assert.equal((await draw(LINE, { id: "line", width: 360 })).svg, first.svg);
  const ids = Array.from(first.svg.matchAll(/\bid="([^"]*)"/g), ([, id]) => id);
  assert.ok(ids.length > 0 && ids.every((id) => id.startsWith("line-360-")), ids.join());
});

Deno.test("a specification that is taken away is whole", () => {
  const spec = standaloneSpec(LINE, 760) as { $schema: string; config: object; width: number };
  assert.match(spec.$schema, /vega-lite\/v6/);
  assert.equal(spec.width, 760);
  assert.ok("axis" in spec.config);
  assert.deepEqual(rowsOf(spec), [{ step: 0, loss: 0 }, { step: 10, loss: 1 }]);
  assert.deepEqual(rowsOf({ data: { url: "x.csv" } }), []);
  const rows = [{ x: 1 }, { x: 2 }], label = { data: { values: [{ text: "one" }] } };
  assert.deepEqual(rowsOf({ layer: [label, { layer: [{ data: { values: rows } }] }, label] }), rows, "not the labels");
});
