/**
 * Milliseconds per training step: this program beside PyTorch, as a chart and as the numbers of a table.
 *
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { TopLevelSpec } from "vega-lite";
import type { BenchRow, BenchShape } from "../../../lib/report/bench_schema.ts";
import { count, fixed } from "../format.ts";
import { rowLabels } from "./direct_labels.ts";
import { frame } from "./frame.ts";
import { type Axis, encodingOf, logAxis } from "./scale.ts";
import { type Chart, COLOUR, type Reading } from "./theme.ts";

type Timed = Pick<BenchRow, "contender" | "medianMsPerStep">;

/** Whether a row is PyTorch's. */
export function isPyTorch({ contender }: Pick<BenchRow, "contender">): boolean {
  return contender.startsWith("pytorch:");
}

/** The row of the engine that the program chooses. */
export function ours<Row extends Timed>(rows: Row[]): Row | undefined {
  return rows.find(({ contender }) => contender === "program");
}

/** PyTorch's fastest row in whatever form: with products of the active latents alone, if that is faster. */
export function pytorchBest<Row extends Timed>(rows: Row[]): Row | undefined {
  return fastest(rows.filter(isPyTorch));
}

/** PyTorch's fastest row in the form that most programs have: dense products of all latents. */
export function pytorchDense<Row extends Timed>(rows: Row[]): Row | undefined {
  return fastest(rows.filter((row) => isPyTorch(row) && row.contender.endsWith(":dense")));
}

function fastest<Row extends Timed>(rows: Row[]): Row | undefined {
  return rows.toSorted((a, b) => a.medianMsPerStep - b.medianMsPerStep)[0];
}

/** Models by title and active latents; with the batch size if two would be called the same. */
export function shapeNames(shapes: Pick<BenchShape, "title" | "activeLatents" | "batch">[]): string[] {
  const names = shapes.map(({ title, activeLatents }) =>
    activeLatents === null ? title : `${title}, ${fixed(activeLatents, 0)} active`
  );
  return names.map((name, i) => {
    const isAlone = names.indexOf(name) === names.lastIndexOf(name);
    return isAlone ? name : `${name}, batch ${count(shapes[i].batch)}`;
  });
}

/** What a contender is called: by the bench's name of it. */
export function contenderName({ contender }: Pick<BenchRow, "contender">): string {
  const [kind, ...rest] = contender.split(":");
  const [first, second] = rest;
  const names: Record<string, string> = {
    program: first === "plain" ? "This program, without V8’s flags" : "This program",
    cpu: `This program, ${first} CPU thread${first === "1" ? "" : "s"}`,
    webgpu: "This program, WebGPU",
    reference: `This program’s reference engine, ${backendName(first)}`,
    tfjs: `tfjs, ${backendName(first)}`,
    pytorch: `PyTorch ${first}, ${second}`,
  };
  return names[kind] ?? contender;
}

function backendName(name = ""): string {
  return ({ webgpu: "WebGPU", wasm: "WebAssembly", cpu: "CPU" } as Record<string, string>)[name] ?? name;
}

/**
 * How this program compares with PyTorch, in words: `2.1 times as fast as PyTorch`.
 *
 * @returns "" if one of them was not measured.
 */
export function timesFaster(own: Timed | undefined, other: Timed | undefined): string {
  if (!own || !other) return "";
  const ratio = other.medianMsPerStep / own.medianMsPerStep;
  if (ratio >= 0.95 && ratio <= 1.05) return "as fast as PyTorch";
  return ratio > 1 ? `${fixed(ratio, 1)} times as fast as PyTorch` : `PyTorch is ${fixed(1 / ratio, 1)} times as fast`;
}

/** The three numbers that are compared, in the order of a row's labels. */
const COMPARED = [
  { label: "this program", of: ours },
  { label: "PyTorch, best form", of: pytorchBest },
  { label: "PyTorch, dense", of: pytorchDense },
];

/** A model with the rows that are compared on it. */
export type ComparedShape = Pick<BenchShape, "title" | "activeLatents" | "batch"> & { rows: Timed[] };

interface Mark {
  name: string;
  what: string;
  ms: number;
}

function marksOf(shapes: ComparedShape[]): Mark[] {
  const names = shapeNames(shapes);
  return shapes.flatMap((shape, i) =>
    COMPARED.flatMap(({ label, of }) => {
      const row = of(shape.rows);
      return row ? [{ name: names[i], what: label, ms: row.medianMsPerStep }] : [];
    })
  );
}

/** Milliseconds per step of every model on a logarithmic axis: a disc for this program, a ring and a bar for PyTorch. */
export function stepTimes(shapes: ComparedShape[]): Chart {
  const names = shapeNames(shapes), marks = marksOf(shapes);
  const times = marks.map(({ ms }) => ms);
  const axis: Axis = { domain: [Math.min(...times) / 1.3, Math.max(...times) * 1.3], isLog: true };
  const labelled = marks.filter(({ name }) => name === labelledRow(marks)).sort((a, b) => a.ms - b.ms);
  return (width: number): TopLevelSpec => {
    const labels = rowLabels(names, width), isWide = width > 500;
    const height = (isWide ? labels.row + 4 : labels.row) * names.length + 52;
    const { view } = frame(width, { height, left: labels.left, right: isWide ? 96 : 16, top: isWide ? 18 : 8 });
    const x = {
      ...encodingOf(axis, {
        title: "milliseconds per training step (logarithmic)",
        axis: logAxis(axis.domain),
      }),
      field: "ms",
    };
    const y = labels.channel;
    const ring = { type: "point", filled: true, size: 90, opacity: 1, stroke: COLOUR.ink, strokeWidth: 1.75 };
    const drawn = [
      { type: "tick", orient: "vertical", thickness: 2, size: 18, color: COLOUR.ink },
      { ...ring, color: COLOUR.paper },
      { type: "circle", size: 110, opacity: 1, color: COLOUR.ink },
    ];
    const text = { type: "text", dy: -15, fontSize: 11, color: COLOUR.muted, tooltip: false };
    return {
      ...view,
      layer: [
        ...drawn.map((mark, i) => ({
          data: { values: marks.filter(({ what }) => what === COMPARED[2 - i].label) },
          mark: { ...mark, tooltip: false },
          encoding: { x, y },
        })),
        ...(isWide
          ? labelled.map((mark, i) => ({
            data: { values: [mark] },
            mark: {
              ...text,
              ...[{ align: "right", dx: 8 }, { align: "center", dy: 18 }, { align: "left" }][Math.min(i, 2)],
            },
            encoding: { x, y, text: { field: "what" } },
          }))
          : []),
        ...labels.layers,
      ],
    } as TopLevelSpec;
  };
}

/** The model on which the three numbers are furthest apart, so that their labels do not meet. */
function labelledRow(marks: Mark[]): string {
  const byName = Map.groupBy(marks, ({ name }) => name);
  const gap = (own: Mark[]) => {
    const logs = own.map(({ ms }) => Math.log(ms)).sort((a, b) => a - b);
    return own.length < COMPARED.length ? 0 : Math.min(...logs.slice(1).map((log, i) => log - logs[i]));
  };
  return [...byName].reduce((best, row) => gap(row[1]) > gap(best[1]) ? row : best)[0];
}

/** What a pointer reads: the nearest of the numbers. */
export function stepTimesReading(shapes: ComparedShape[]): Reading {
  return {
    by: "point",
    series: marksOf(shapes).map(({ name, what, ms }) => ({
      label: "",
      points: [{ x: ms, y: name, text: `${name}: ${what}, ${fixed(ms, ms < 100 ? 1 : 0)}\u00a0ms` }],
    })),
  };
}
