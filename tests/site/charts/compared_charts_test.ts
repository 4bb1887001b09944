/**
 * The charts that compare runs, methods, settings and engines: every one of them compiles, draws numbers only at both widths,
 * fits its width, and has its points where a pointer reads them.
 *
 * @module
 */
import assert from "node:assert/strict";
import * as vega from "vega";
import { expressionInterpreter } from "vega-interpreter";
import { compile } from "vega-lite";
import {
  deadByEpoch,
  errorAgainstSparsity,
  lossBySteps,
  withCommonLoss,
  withDeadLatents,
} from "../../../site/src/charts/compare.ts";
import { probingByCount } from "../../../site/src/charts/compare_probing.ts";
import { dotReading, dotRows } from "../../../site/src/charts/dots.ts";
import { draw } from "../../../site/src/charts/drawing.ts";
import { front, frontReading, probingRows } from "../../../site/src/charts/family.ts";
import { errorByWidth, widthReading } from "../../../site/src/charts/right_width.ts";
import { logAxis, logTicks, powersOfTwo, toPixels } from "../../../site/src/charts/scale.ts";
import {
  contenderName,
  pytorchBest,
  pytorchDense,
  shapeNames,
  stepTimes,
  stepTimesReading,
  timesFaster,
} from "../../../site/src/charts/speed.ts";
import { measureBySetting, sweepReading } from "../../../site/src/charts/sweep.ts";
import { type Chart, configOf, NARROW, type Reading, WIDE } from "../../../site/src/charts/theme.ts";
import { VARIANT_FIGURES } from "../../../site/src/charts/variants.ts";
import { EMPTY_CHART } from "../../../site/src/compare/figures.ts";
import { lettered } from "../../../site/src/compare/pick.ts";
import { measured, summary } from "../compare/runs.ts";

const eight = lettered([..."abcdefgh"].map((id, i) =>
  summary(id, {
    isExact: i > 0,
    measured: measured({ activeLatents: 16 + 0.1 * i, mse: 0.01 + 0.0001 * i }),
    dead: i % 2 ? [[0, 0], [1, 5 * i], [2, 4 * i]] : [[0, 0], [1, 0]],
    probing: [{ k: 1, latents: 0.7 + 0.001 * i, pixels: 0.72 }, { k: 5, latents: 0.8, pixels: 0.78 }],
  })
));
const plain = lettered([
  summary("a", { dead: [[1, 3]], curve: [[1, 0.5]], probing: [{ k: 1, latents: 0.7, pixels: null }] }),
]);
const series = [
  {
    name: "KL",
    isLoose: true,
    medians: [{ l0: 20, value: 0.87 }],
    runs: [{ title: "KL ρ 0.05", l0: 20, value: 0.87 }],
  },
  {
    name: "TopK",
    medians: [{ l0: 8, value: 0.7 }, { l0: 32, value: 0.89 }],
    runs: [{ title: "TopK k 8", l0: 8, value: 0.7 }, { title: "TopK k 32", l0: 32, value: 0.89 }],
  },
  { name: "L1", medians: [{ l0: 32, value: 0.888 }], runs: [{ title: "L1", l0: 32, value: 0.888 }] },
];
const rows = [{ name: "L1", values: [0.1, 0.3], median: 0.2 }, { name: "TopK", values: [0], median: 0 }];
const long = [{ name: "hidden layers 512, 256, 128 · latents 65536 · learning rate 0.001", values: [1], median: 1 }];
const row = (contender: string, ms: number) => ({ contender, medianMsPerStep: ms });
const shapes = [
  { title: "KL", activeLatents: null, batch: 128, rows: [row("program", 1.2), row("pytorch:2:dense", 2)] },
  {
    title: "TopK",
    activeLatents: 32,
    batch: 128,
    rows: [row("program", 10), row("pytorch:2:sparse", 22), row("pytorch:2:dense", 48), row("pytorch:1:dense", 90)],
  },
];
const points = [
  { x: "8", line: "TopK", value: 0.5, title: "a" },
  { x: "16", line: "TopK", value: 0.7, title: "b" },
  { x: "16", line: "L1", value: 0.6, title: "c" },
];
const axis = { label: "k", values: ["8", "16"] };
const settings = { x: axis, lines: { label: "Sparsity method", values: ["TopK", "L1"] }, title: "explained variance" };

const widthLine = {
  name: "k = 4",
  runs: [{ n: 64, loss: 0.4, title: "a" }, { n: 128, loss: 0.3, title: "b" }],
  measured: [{ n: 64, loss: 0.4 }, { n: 128, loss: 0.3 }],
  law: [{ n: 64, loss: 0.41 }, { n: 512, loss: 0.2 }],
  expected: [{ n: 256, loss: 0.25, low: 0.2, high: 0.3 }],
  withoutLargest: { n: 128, loss: 0.33 },
};
const bareLine = { ...widthLine, law: [], expected: [], withoutLargest: null };

const CHARTS: Record<string, { chart: Chart; reading?: Reading }> = {
  "errorAgainstSparsity of eight": errorAgainstSparsity(eight),
  "errorAgainstSparsity of one": errorAgainstSparsity(plain),
  "lossBySteps of eight": lossBySteps(eight),
  "lossBySteps of one point": lossBySteps(plain),
  "deadByEpoch of eight": deadByEpoch(eight),
  "deadByEpoch of one point": deadByEpoch(plain),
  "probingByCount of eight": probingByCount(eight),
  "probingByCount of one": probingByCount(plain),
  front: { chart: front(series, { title: "explained variance" }), reading: frontReading(series, String) },
  "front of one": {
    chart: front(series.slice(0, 1), { title: "x" }),
    reading: frontReading(series.slice(0, 1), String),
  },
  "front with rings": { chart: front(series, { title: "mean |cosine|", rings: [{ l0: 8, value: 0.7 }], trueL0: 9 }) },
  errorByWidth: {
    chart: errorByWidth([widthLine, { ...widthLine, name: "k = 8" }], { title: "test MSE", largest: 128 }),
    reading: widthReading([widthLine], String),
  },
  "errorByWidth without a law": {
    chart: errorByWidth([bareLine], { title: "unexplained variance", largest: 128 }),
    reading: widthReading([bareLine], String),
  },
  dotRows: { chart: dotRows(rows, { title: "dead", format: "~%" }), reading: dotReading(rows, String) },
  "dotRows with a long name": { chart: dotRows(long, { title: "x", format: "~g" }), reading: dotReading(long, String) },
  "dotRows of zeros": { chart: dotRows(rows.slice(1), { title: "dead", format: "~%" }) },
  probingRows: {
    chart: probingRows([{ name: "KL", probes: [{ k: 1, accuracy: 0.7 }] }], [{ k: 1, accuracy: 0.6 }]),
  },
  "probingRows without pixels": { chart: probingRows([{ name: "KL", probes: [{ k: 1, accuracy: 0.7 }] }], []) },
  stepTimes: { chart: stepTimes(shapes), reading: stepTimesReading(shapes) },
  "stepTimes without PyTorch": {
    chart: stepTimes([{ ...shapes[0], rows: shapes[0].rows.slice(0, 1) }]),
    reading: stepTimesReading([{ ...shapes[0], rows: shapes[0].rows.slice(0, 1) }]),
  },
  measureBySetting: { chart: measureBySetting(points, settings), reading: sweepReading(points, String) },
  "measureBySetting with one line": {
    chart: measureBySetting(points.map((point) => ({ ...point, line: "" })), { ...settings, lines: null }),
  },
  "no chart": { chart: EMPTY_CHART },
  ...Object.fromEntries(Object.entries(VARIANT_FIGURES).map(([name, { chart }]) => [`figure of ${name}`, { chart }])),
};

Deno.test("every chart compiles without a warning, draws numbers only, and is as wide as it is asked to be", async () => {
  const warnings: string[] = [];
  const logger = { ...vega.logger(vega.None), warn: (...args: string[]) => (warnings.push(args.join(" ")), logger) };
  for (const [name, { chart, reading }] of Object.entries(CHARTS)) {
    for (const width of [WIDE, NARROW]) {
      const spec = chart(width);
      compile(spec, { config: configOf(spec), logger: logger as unknown as vega.LoggerInterface });
      const { svg, places } = await draw(chart, { id: "x", width, reading });
      assert.doesNotMatch(svg, /NaN|undefined|Infinity/, `${name} at ${width}`);
      assert.equal(/viewBox="0 0 (\d+)/.exec(svg)![1], String(width), `${name} at ${width}`);
      for (const [x, y] of places?.flat() ?? []) {
        assert.ok(x >= 0 && x <= width && y >= 0, `${name} at ${width}: read at ${x}, ${y}`);
      }
    }
  }
  assert.deepEqual(warnings, []);
});

Deno.test("a page that may not make code from text draws the same", async () => {
  for (const name of ["probingByCount of eight", "lossBySteps of eight"]) {
    const { chart, reading = null } = CHARTS[name];
    const options = { id: "x", width: WIDE, reading };
    assert.deepEqual(await draw(chart, { ...options, expr: expressionInterpreter }), await draw(chart, options));
  }
});

Deno.test("letters lie where the scales put the numbers that a pointer reads", async () => {
  const two = lettered([
    summary("a", { measured: measured({ activeLatents: 5, mse: 0.02 }) }),
    summary("b", { measured: measured({ activeLatents: 30, mse: 0.005 }) }),
  ]);
  const { chart, reading } = errorAgainstSparsity(two);
  const { svg, places } = await draw(chart, { id: "x", width: WIDE, reading });
  const drawn = [...svg.matchAll(/<text[^>]*transform="translate\(([\d.]+),([\d.]+)\)"[^>]*>([AB])</g)]
    .map(([, x, y, letter]) => ({ letter, x: Number(x), y: Number(y) }));
  const origin = /transform="translate\(([\d.]+),([\d.]+)\)"/.exec(svg)!.slice(1).map(Number);
  for (const [i, letter] of ["A", "B"].entries()) {
    const text = drawn.find((one) => one.letter === letter)!, [[x, y]] = places![i];
    assert.ok(Math.abs(text.x + origin[0] - x) < 1, `${letter}: ${text.x + origin[0]}, ${x}`);
    assert.ok(Math.abs(text.y + origin[1] - y) < 6, `${letter}: ${text.y + origin[1]}, ${y}`); // the baseline of the letter
  }
});

Deno.test("a sweep's axis has plain numbers, and its title stands below long names, within the chart", async () => {
  const values = ["none", "frozen decoder", "soft-frozen decoder", "PCA"];
  const own = values.map((x, i) => ({ x, line: "", value: 16 * i, title: x }));
  const chart = measureBySetting(own, { x: { label: "Baseline", values }, lines: null, title: "active latents" });
  for (const width of [NARROW, 560]) {
    const { svg } = await draw(chart, { id: "x", width });
    assert.deepEqual([...svg.matchAll(/>(\d[^<]*)</g)].map(([, text]) => text), ["0", "10", "20", "30", "40", "50"]);
    const height = Number(/viewBox="0 0 \d+ (\d+)/.exec(svg)![1]);
    const [, top, plot] = /transform="translate\([\d.]+,([\d.]+)\)".*?transform="translate\(0,([\d.]+)\)"/s.exec(svg)!;
    const title = Number(/translate\([\d.]+,([\d.]+)\)"[^>]*>Baseline</.exec(svg)![1]);
    assert.ok(title > 80 && Number(top) + Number(plot) + title < height, `${top} + ${plot} + ${title} of ${height}`);
  }
});

Deno.test("a name beside another line's end is not cut on a narrow screen", async () => {
  const pointAt = (l0: number, value: number) => ({ medians: [{ l0, value }], runs: [{ l0, value, title: "" }] });
  const three = [
    { name: "TopK", medians: [{ l0: 4, value: 0.53 }, { l0: 24, value: 0.69 }], runs: pointAt(24, 0.69).runs },
    { name: "HierarchicalTopK", ...pointAt(32, 0.7) },
    { name: "baseline frozen decoder", isBaseline: true, ...pointAt(16, 0.05) },
  ];
  for (const width of [NARROW, WIDE]) {
    const { svg } = await draw(front(three, { title: "explained variance" }), { id: "x", width });
    const origin = Number(/transform="translate\(([\d.]+),/.exec(svg)![1]);
    const ends = [
      ...svg.matchAll(/<text[^>]*transform="translate\(([\d.]+),[\d.]+\)"[^>]*>(TopK|Hier[^<]*|base[^<]*)</g),
    ]
      .map(([, x, name]) => origin + Number(x) + 6.6 * name.length); // 6.6 px: a bold letter of 12 px in the mean
    assert.equal(ends.length, 6, "each with its rim");
    assert.ok(Math.max(...ends) <= width, `${Math.max(...ends)} of ${width}`);
  }
});

Deno.test("runs trained on another loss have no place among the curves, and runs without dead latents none among those", () => {
  const mixed = lettered([summary("a"), summary("b", { loss: "bce" }), summary("c", { dead: [[0, 0], [1, 7]] })]);
  assert.deepEqual(withCommonLoss(mixed).map(({ letter }) => letter), ["A", "C"]);
  assert.deepEqual(withDeadLatents(mixed).map(({ letter }) => letter), ["C"]);
  assert.deepEqual(lossBySteps(mixed).reading.series.map(({ label }) => label), ["A", "C"]);
  assert.equal(deadByEpoch(mixed).reading.series[0].points[1].text, "7 (2.7\u00a0%)", "7 of 256");
});

Deno.test("scales place values as Vega does: linear, logarithmic, backwards", () => {
  assert.equal(toPixels({ domain: [0, 10] }, 200)(2.5), 50);
  assert.equal(toPixels({ domain: [1, 100], isLog: true }, 200)(10), 100);
  assert.equal(toPixels({ domain: [0, 10] }, 200, { isUpwards: true })(2.5), 150);
  assert.equal(toPixels({ domain: [3, 0] }, 90, { isUpwards: true })(0.5), 15);
  assert.deepEqual(logTicks([0.008, 0.07]), [0.01, 0.02, 0.05]);
  assert.deepEqual(logTicks([1, 4690]), [1, 3, 10, 30, 100, 300, 1000, 3000]);
  assert.deepEqual(logTicks([0.045, 0.068]), [0.045, 0.05, 0.055, 0.06, 0.065], "less than a power of ten");
  assert.deepEqual(logTicks([3, 8]), [3, 4, 5, 6, 7, 8]);
  assert.deepEqual(powersOfTwo([7.2, 100]), [8, 16, 32, 64]);
});

Deno.test("a logarithmic axis has at least three numbers, however short it is", () => {
  for (const domain of [[0.9, 1.4], [3, 4], [0.011, 0.0123]] as [number, number][]) {
    assert.ok(
      logTicks(domain).length >= 3 && logTicks(domain).every((tick) => tick >= domain[0] && tick <= domain[1]),
      String(domain),
    );
  }
});

Deno.test("the numbers of a logarithmic axis have equally many decimals within a power of ten", () => {
  assert.equal(logAxis([0.045, 0.068]).format, ",.3f", "0.045, 0.050, 0.055, …");
  assert.equal(logAxis([0.9, 1.4]).format, ",.1f");
  assert.equal(logAxis([3, 8]).format, ",.0f");
  assert.equal(logAxis([1e-7, 5e-7]).format, ",.7f");
  assert.equal(logAxis([0.001, 1]).format, "~g", "0.001, …, 1");
});

Deno.test("speed: PyTorch's best form and its dense form, models that are told apart, and how they compare", () => {
  assert.equal(pytorchBest(shapes[1].rows)!.contender, "pytorch:2:sparse");
  assert.equal(pytorchDense(shapes[1].rows)!.contender, "pytorch:2:dense", "the faster of two versions");
  assert.deepEqual(shapeNames([shapes[0], { ...shapes[0], batch: 2048 }, shapes[1]]), [
    "KL, batch 128",
    "KL, batch 2\u202f048",
    "TopK, 32 active",
  ]);
  const own = row("program", 10);
  assert.equal(timesFaster(own, row("pytorch:2:dense", 21)), "2.1 times as fast as PyTorch");
  assert.equal(timesFaster(own, row("pytorch:2:dense", 10.2)), "as fast as PyTorch");
  assert.equal(timesFaster(own, row("pytorch:2:dense", 5)), "PyTorch is 2.0 times as fast");
  assert.equal(timesFaster(own, undefined), "");
  assert.deepEqual(
    ["program", "program:plain", "cpu:1", "tfjs:wasm", "pytorch:2.13.0:dense", "new"].map((contender) =>
      contenderName({ contender })
    ),
    [
      "This program",
      "This program, without V8’s flags",
      "This program, 1 CPU thread",
      "tfjs, WebAssembly",
      "PyTorch 2.13.0, dense",
      "new",
    ],
  );
});

Deno.test("BatchTopK's figure keeps the six largest of two inputs: five of one and one of the other", () => {
  const { layer } = VARIANT_FIGURES.batchtopk.chart(NARROW) as unknown as {
    layer: { data: { values: { input: string; u: number; isKept: boolean }[] } }[];
  };
  const kept = layer[0].data.values.filter(({ isKept }) => isKept);
  assert.deepEqual(
    Object.entries(Object.groupBy(kept, ({ input }) => input)).map(([name, bars]) => [name, bars!.length]),
    [
      ["input 1", 5],
      ["input 2", 1],
    ],
  );
  const dropped = layer[0].data.values.filter(({ isKept }) => !isKept);
  assert.ok(Math.min(...kept.map(({ u }) => u)) > Math.max(...dropped.map(({ u }) => u)));
});
