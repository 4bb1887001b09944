/**
 * `deno task bench`: every way to run a step, side by side in one run. `lib/cli/bench_command.ts` starts it.
 *
 * The contenders are processes that take turns, so that a busy moment hits all of them; figures are medians of five
 * rounds. Writes reports/bench/<id>/bench.json and prints a table. Makes no assertions.
 *
 * @module
 */
import { BENCH_FLAGS, benchHelp } from "../lib/cli/bench_command.ts";
import { parseFlags, refusePositionals } from "../lib/cli/flags.ts";
import { helpText } from "../lib/cli/help_page.ts";
import { loadDataset } from "../lib/data/load.ts";
import { probeAdapter } from "../lib/engine/open.ts";
import { printable, UserError } from "../lib/errors.ts";
import { writeWhole } from "../lib/files.ts";
import { asBytes } from "../lib/pixels.ts";
import { Bench, type BenchRow } from "../lib/report/bench_schema.ts";
import { readEnvironment } from "../lib/run/environment.ts";
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

/** What is measured. */
interface BenchOptions {
  /** Fewer shapes and shorter rounds. */
  isQuick: boolean;
  /** A folder of IDX files; MNIST, or digits that stand in for it, if left out. */
  dataDir?: string;
}

if (import.meta.main) Deno.exit(await main(Deno.args));

/** Runs the bench for a command line; returns its exit code. */
async function main(args: string[]): Promise<number> {
  try {
    const { flags, positionals } = parseFlags(args, BENCH_FLAGS);
    refusePositionals(positionals);
    const given = new Map(flags.map(({ name, value }) => [name, value]));
    if (given.has("help")) console.log(helpText(benchHelp()));
    else await bench({ isQuick: given.has("quick"), dataDir: given.get("data-dir") });
    return 0;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    console.error(`error: ${printable(error.message)}`);
    return error.exitCode;
  }
}

/** Measures everything, writes the report and prints its table. */
async function bench({ isQuick, dataDir }: BenchOptions): Promise<void> {
  const blockMs = isQuick ? 250 : 1000;
  const dataset = await loadDataset({
    dataset: "auto",
    dataDir,
    mirrors: [],
    cacheDir: ".cache/mnist",
    dataSeed: 0,
  });
  for (const note of dataset.provenance.notes) console.log(`! ${printable(note)}`);
  const busyShareBefore = await busyShare();
  if (busyShareBefore > 0.1) {
    const percent = (busyShareBefore * 100).toFixed(0);
    console.log(`! other processes keep ${percent} % of the cores busy: compare ratios, not times`);
  }
  const pixels = await Deno.makeTempFile();
  try {
    await Deno.writeFile(pixels, asBytes(dataset.train.pixels));
    const data = { pixels, count: dataset.train.count };
    const model: Model = { dInput: dataset.height * dataset.width, hidden: [128], latent: 32, batch: 128 };
    const field = await fieldOfContenders();
    const rounds = { blockMs, data, model };
    const { rows, roofline } = await measureRows(field.names, { ...rounds, isQuick });
    const scaling = await measureScaling(isQuick ? TOPK_SHAPES : [...SHAPES, ...TOPK_SHAPES], {
      ...rounds,
      names: field.fast,
    });
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
      flopPerStep: flop(model),
      rooflineGflops: roofline || null,
      rows,
      scaling,
    });
    await writeWhole(`reports/bench/${id}/bench.json`, JSON.stringify(report, null, 2) + "\n");
    console.log(`\n${benchTable(report)}\n\nreports/bench/${id}/bench.json`);
  } finally {
    await Deno.remove(pixels);
  }
}

/** What can be measured on this machine, and what of it is fast enough for large shapes. */
async function fieldOfContenders(): Promise<{ names: string[]; fast: string[] }> {
  const cores = navigator.hardwareConcurrency;
  const { adapter, isSoftware } = await probeAdapter();
  const threadCounts = [...new Set([1, 2, cores])].filter((n) => n <= cores);
  const pytorch = await hasPyTorch() ? threadCounts.map((n) => `pytorch:${n}`) : [];
  const names = [
    ...pytorch,
    ...threadCounts.map((n) => `cpu:${n}`),
    ...(adapter ? ["webgpu", "webgpu:fused", "reference:webgpu", "tfjs:webgpu"] : []),
    "reference:wasm",
    "tfjs:wasm",
  ];
  return { names, fast: [...pytorch, `cpu:${cores}`, ...(adapter && !isSoftware ? ["webgpu"] : [])] };
}

/** How long rounds are, and on what. */
interface Rounds {
  blockMs: number;
  data: { pixels: string; count: number };
  /** The model that is measured first. */
  model: Model;
}

/** Every contender on the first model, and the roofline in GFLOP/s; 0 without PyTorch. */
async function measureRows(
  names: string[],
  { isQuick, ...rounds }: Rounds & { isQuick: boolean },
): Promise<{ rows: BenchRow[]; roofline: number }> {
  const { data, model } = rounds;
  const contenders: Contender[] = [];
  for (const contender of names) {
    console.log(`starting ${contender}`);
    const started = await Contender.start({ contender, ...data, model });
    if (started) contenders.push(started);
    else console.log(`! ${contender} cannot run here`);
  }
  const samples = await alternate(contenders, rounds);
  let roofline = 0;
  for (const contender of contenders.filter(({ name }) => name.startsWith("pytorch"))) {
    roofline = Math.max(roofline, (await contender.ask("roofline")).gflops);
  }
  const rows: BenchRow[] = [];
  for (const contender of contenders) {
    const msPerStep = samples.get(contender)!, medianMsPerStep = median(msPerStep);
    const gflops = flop(model) / medianMsPerStep / 1e6;
    const expectedEpochS = medianMsPerStep * Math.ceil(data.count / model.batch) / 1000;
    const host = contender.name.includes("webgpu") ? await contender.ask("host") : null;
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
  return { rows, roofline };
}

/** Milliseconds a step of each contender, a figure a round, in turns. */
async function alternate(
  contenders: Contender[],
  { blockMs }: Pick<Rounds, "blockMs">,
): Promise<Map<Contender, number[]>> {
  const samples = new Map(contenders.map((contender) => [contender, [] as number[]]));
  for (let round = 0; round < ROUNDS; round++) {
    for (const contender of contenders) {
      samples.get(contender)!.push((await contender.ask(`block ${blockMs}`)).msPerStep);
    }
  }
  return samples;
}

/** The fast contenders at other shapes, each shape in turns. */
async function measureScaling(
  shapes: Shape[],
  { names, ...rounds }: Rounds & { names: string[] },
): Promise<Bench["scaling"]> {
  const scaling: Bench["scaling"] = [];
  for (const [knob, delta] of shapes) {
    const shape = { ...rounds.model, ...delta };
    console.log(`scaling ${knob} ${JSON.stringify(delta)}`);
    const started = await Promise.all(
      names.map((contender) => Contender.start({ contender, ...rounds.data, model: shape })),
    );
    const samples = await alternate(started.filter((contender) => contender !== null), rounds);
    for (const [i, contender] of started.entries()) {
      scaling.push({
        knob,
        model: shape,
        contender: names[i],
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
