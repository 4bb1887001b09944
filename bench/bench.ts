/**
 * `deno task bench`: every way to run a step, side by side in one run.
 *
 *   deno task bench [--quick] [--data-dir FOLDER]
 *
 * The contenders are processes that take turns, so that a busy moment hits all of them; figures are medians of five
 * rounds. Writes reports/bench/<id>/bench.json and prints a table. Makes no assertions.
 *
 * @module
 */
import { parseArgs } from "node:util";
import { readEnvironment } from "../lib/run/environment.ts";
import { loadDataset } from "../lib/data/load.ts";
import { probeAdapter } from "../lib/engine/choose.ts";
import { writeWhole } from "../lib/files.ts";
import { asBytes } from "../lib/pixels.ts";
import { Bench, type BenchRow } from "../lib/report/bench_schema.ts";
import type { ChildOptions } from "./child.ts";
import { Contender, hasPyTorch } from "./contender.ts";
import { benchTable } from "./table.ts";

type Model = ChildOptions["model"];

const ROUNDS = 5;
/** What changes from the model measured first. */
type Shape = [Bench["scaling"][number]["knob"], Partial<Model>];
const SHAPES: Shape[] = [
  ...[32, 128, 512, 2048, 4096].map((batch): Shape => ["batch", { batch }]),
  ...[32, 256, 2048, 16_384].map((latent): Shape => ["latent", { latent, hidden: [] }]),
  ...[[], [128], [256, 128], [512, 256, 128]].map((hidden): Shape => ["hidden", { hidden }]),
];
/** A dictionary whose TopK keeps 32 latents an image. */
const TOPK_SHAPES = [4096, 16_384].map((latent): Shape => ["topk", { latent, hidden: [], k: 32 }]);
/** An epoch that would take longer is not measured. */
const LONGEST_EPOCH_S = 30;

const { values: flags } = parseArgs({
  options: { "quick": { type: "boolean", default: false }, "data-dir": { type: "string" } },
});
const isQuick = flags.quick;
const blockMs = isQuick ? 250 : 1000;

const busyShareBefore = await busyShare();
if (busyShareBefore > 0.1) {
  console.log(
    `! other processes keep ${(busyShareBefore * 100).toFixed(0)} % of the cores busy: compare ratios, not times`,
  );
}

const dataset = await loadDataset({
  dataset: "auto",
  dataDir: flags["data-dir"],
  mirrors: [],
  cacheDir: ".cache/mnist",
  dataSeed: 0,
});
const pixels = await Deno.makeTempFile();
await Deno.writeFile(pixels, asBytes(dataset.train.pixels));
const data = { pixels, count: dataset.train.count };
const model: Model = { dInput: dataset.height * dataset.width, hidden: [128], latent: 32, batch: 128 };

const cores = navigator.hardwareConcurrency;
const { adapter, isSoftware } = await probeAdapter();
const withPyTorch = await hasPyTorch();
const threadCounts = [...new Set([1, 2, cores])].filter((n) => n <= cores);
const names = [
  ...(withPyTorch ? threadCounts.map((n) => `pytorch:${n}`) : []),
  ...threadCounts.map((n) => `cpu:${n}`),
  ...(adapter ? ["webgpu", "webgpu:fused", "reference:webgpu", "tfjs:webgpu"] : []),
  "reference:wasm",
  "tfjs:wasm",
];

const contenders: Contender[] = [];
for (const contender of names) {
  console.log(`starting ${contender}`);
  const started = await Contender.start({ contender, ...data, model });
  if (started) contenders.push(started);
  else console.log(`! ${contender} cannot run here`);
}
const samples = await alternate(contenders);
const flopPerStep = flop(model);
let roofline = 0;
for (const contender of contenders.filter(({ name }) => name.startsWith("pytorch"))) {
  roofline = Math.max(roofline, (await contender.ask("roofline")).gflops);
}
const rows: BenchRow[] = [];
for (const contender of contenders) {
  const msPerStep = samples.get(contender)!, medianMsPerStep = median(msPerStep);
  const gflops = flopPerStep / medianMsPerStep / 1e6;
  const expectedEpochS = medianMsPerStep * Math.ceil(data.count / model.batch) / 1000;
  const usesGpu = contender.name.includes("webgpu");
  const host = usesGpu ? await contender.ask("host") : null;
  rows.push({
    contender: contender.name,
    label: contender.label,
    msPerStep,
    medianMsPerStep,
    secondsPerEpoch: expectedEpochS < (isQuick ? 3 : LONGEST_EPOCH_S) ? (await contender.ask("epoch")).seconds : null,
    gflops,
    rooflineShare: roofline ? gflops / roofline : null,
    hostUsPerStep: host?.hostUsPerStep ?? null,
    dispatchesPerStep: host?.dispatchesPerStep ?? null,
    peakBytes: await contender.stop(),
  });
}

const scaling = await measureScaling(isQuick ? TOPK_SHAPES : [...SHAPES, ...TOPK_SHAPES]);
await Deno.remove(pixels);

const createdAt = new Date().toISOString();
const id = createdAt.slice(0, 19).replace("T", "-").replaceAll(":", "");
const report = Bench.parse({
  schemaVersion: 1,
  id,
  createdAt,
  isQuick,
  environment: readEnvironment(),
  busyShareBefore,
  dataset: dataset.name,
  model,
  flopPerStep,
  rooflineGflops: roofline || null,
  rows,
  scaling,
});
await writeWhole(`reports/bench/${id}/bench.json`, JSON.stringify(report, null, 2) + "\n");
console.log(`\n${benchTable(report)}\n\nreports/bench/${id}/bench.json`);

/** Milliseconds a step of each contender, a figure a round, in turns. */
async function alternate(contenders: Contender[]): Promise<Map<Contender, number[]>> {
  const samples = new Map(contenders.map((contender) => [contender, [] as number[]]));
  for (let round = 0; round < ROUNDS; round++) {
    for (const contender of contenders) {
      samples.get(contender)!.push((await contender.ask(`block ${blockMs}`)).msPerStep);
    }
  }
  return samples;
}

/** The fast contenders at other shapes, each shape in turns. */
async function measureScaling(shapes: Shape[]): Promise<Bench["scaling"]> {
  const fast = [
    ...(withPyTorch ? threadCounts.map((n) => `pytorch:${n}`) : []),
    `cpu:${cores}`,
    ...(adapter && !isSoftware ? ["webgpu"] : []),
  ];
  const scaling: Bench["scaling"] = [];
  for (const [knob, delta] of shapes) {
    const shape = { ...model, ...delta };
    console.log(`scaling ${knob} ${JSON.stringify(delta)}`);
    const started = await Promise.all(fast.map((contender) => Contender.start({ contender, ...data, model: shape })));
    const samples = await alternate(started.filter((contender) => contender !== null));
    for (const [i, contender] of started.entries()) {
      scaling.push({
        knob,
        model: shape,
        contender: fast[i],
        medianMsPerStep: contender && median(samples.get(contender)!),
      });
      await contender?.stop();
    }
  }
  return scaling;
}

/** Floating-point operations of a step's matrix products: forward, dW, and dx of all layers but the first. */
function flop({ dInput, hidden, latent, batch }: Model): number {
  const widths = [dInput, ...hidden, latent, ...hidden.toReversed(), dInput];
  const products = widths.slice(1).map((dOut, i) => 2 * batch * widths[i] * dOut);
  return 3 * products.reduce((a, b) => a + b) - products[0];
}

function median(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b), middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** Share of all cores that were busy over the last second; 0 where the system does not say. */
async function busyShare(): Promise<number> {
  const read = async () => {
    const text = await Deno.readTextFile("/proc/stat").catch(() => "cpu 0 0 0 0 0");
    const [user, nice, system, idle, wait] = text.split("\n")[0].split(/\s+/).slice(1).map(Number);
    return { busy: user + nice + system, all: user + nice + system + idle + wait };
  };
  const before = await read();
  await new Promise((resolve) => setTimeout(resolve, 1000));
  const after = await read();
  return after.all > before.all ? (after.busy - before.busy) / (after.all - before.all) : 0;
}
