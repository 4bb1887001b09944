/**
 * `deno task bench`: how long a training step takes, beside PyTorch at its best and tfjs. `lib/cli/bench_command.ts`
 * starts it.
 *
 * The contenders are processes that take turns, so that a busy moment hits all of them; figures are medians of five
 * rounds. Writes reports/bench/<id>/bench.json and prints a table, also when it is stopped. Makes no assertions.
 *
 * @module
 */
import { BENCH_FLAGS, benchHelp } from "../lib/cli/bench_command.ts";
import { parseFlags, refusePositionals, usage } from "../lib/cli/flags.ts";
import { helpText } from "../lib/cli/help_page.ts";
import { INTERRUPTED, StopRequests } from "../lib/cli/stop.ts";
import { loadDataset } from "../lib/data/load.ts";
import { probeAdapter } from "../lib/engine/open.ts";
import { printable, quoted, UserError } from "../lib/errors.ts";
import { writeWhole } from "../lib/files.ts";
import { Bench } from "../lib/report/bench_schema.ts";
import { readEnvironment } from "../lib/run/environment.ts";
import { busyShare, watchCores } from "./busy.ts";
import { type BenchData, floatData, imageData } from "./data.ts";
import { measureShape, V8_FLAGS } from "./measure.ts";
import { note } from "./note.ts";
import { type Peer, PYTHON_VARIABLE, startPeers } from "./pytorch_peers.ts";
import { type Shape, SHAPES } from "./shapes.ts";
import { benchTable } from "./table.ts";

/** The longest time of a bench; shapes that are left then are not measured. */
const MOST_MINUTES = 12, MOST_QUICK_MINUTES = 1;
/** A machine on which other processes keep more than this share of the cores busy is not idle. */
const BUSY_SHARE = 0.1;

/** What is measured. */
interface BenchOptions {
  /** Fewer shapes and shorter rounds. */
  isQuick: boolean;
  shapes: Shape[];
  /** A folder of IDX files; MNIST, or digits that stand in for it, if left out. */
  dataDir?: string;
}

if (import.meta.main) Deno.exit(await main(Deno.args));

/** Runs the bench for a command line; returns its exit code. */
async function main(args: string[]): Promise<number> {
  using stop = new StopRequests({ endsWithStdin: false });
  try {
    const { flags, positionals } = parseFlags(args, BENCH_FLAGS);
    refusePositionals(positionals);
    const given = new Map(flags.map(({ name, value }) => [name, value]));
    if (given.has("help")) {
      console.log(helpText(benchHelp()));
      return 0;
    }
    const isQuick = given.has("quick");
    const shapes = chosenShapes(given.get("shape"), { isQuick });
    await bench({ isQuick, shapes, dataDir: given.get("data-dir") }, stop.signal);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    if (stop.signal.aborted) return INTERRUPTED;
    console.error(`error: ${printable(error.message)}`);
    return error.exitCode;
  }
  return stop.signal.aborted ? INTERRUPTED : 0;
}

/** @throws {UserError} A name is unknown. */
function chosenShapes(names: string | undefined, { isQuick }: { isQuick: boolean }): Shape[] {
  if (names === undefined) return SHAPES.filter(({ quickField }) => !isQuick || quickField !== null);
  return names.split(",").map((name) => {
    const found = SHAPES.find(({ id }) => id === name);
    if (!found) {
      throw usage(
        `Cannot measure ${quoted(name)}: it is not a shape, expected some of ${SHAPES.map(({ id }) => id).join(",")}`,
      );
    }
    return found;
  });
}

/** Measures, writes the report and prints its table. */
async function bench({ isQuick, shapes, dataDir }: BenchOptions, stop: AbortSignal): Promise<void> {
  const minutes = isQuick && shapes.every(({ quickField }) => quickField !== null) ? MOST_QUICK_MINUTES : MOST_MINUTES;
  const signal = AbortSignal.any([stop, AbortSignal.timeout(minutes * 60_000)]);
  const dataset = await loadDataset({
    dataset: "auto",
    dataDir,
    mirrors: [],
    cacheDir: ".cache/mnist",
    dataSeed: 0,
    signal: stop,
  });
  for (const text of dataset.provenance.notes) note(text);
  const busyShareBefore = busyShare([await watchCores(1000)]);
  if (busyShareBefore > BUSY_SHARE) {
    const share = `${(busyShareBefore * 100).toFixed(0)} %`;
    note(`other processes keep ${share} of the cores busy: times are too long, and ratios are uncertain`);
  }
  const { adapter } = await probeAdapter();
  const folder = await Deno.makeTempDir({ prefix: "sae-bench-" });
  let peers: Peer[] = [];
  const measured: Bench["shapes"] = [];
  try {
    peers = await startPeers({ cores: navigator.hardwareConcurrency, note, signal });
    if (peers.length === 0) {
      note(`there is no PyTorch to compare with; ${PYTHON_VARIABLE} names an interpreter that has one`);
    }
    const data: Partial<Record<Shape["data"], BenchData>> = {};
    const settings = { peers, hasAdapter: adapter !== null, isQuick, blockMs: isQuick ? 250 : 600, folder, signal };
    for (const shape of shapes) {
      signal.throwIfAborted();
      console.log(`measuring ${shape.id}: ${shape.title}, batch ${shape.config.batch}`);
      data[shape.data] ??= shape.data === "floats" ? await floatData(folder) : await imageData(dataset, folder);
      const row = await measureShape(shape, data[shape.data]!, settings);
      if (!row) continue;
      measured.push(row);
      for (const { label, medianMsPerStep } of row.rows) console.log(`  ${medianMsPerStep.toFixed(2)} ms ${label}`);
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    for (const { contender } of peers) contender.kill();
    await Deno.remove(folder, { recursive: true });
  }
  if (signal.aborted) {
    note(stop.aborted ? "stopped before the end" : `stopped after ${minutes} ${minutes === 1 ? "minute" : "minutes"}`);
  }
  if (measured.length === 0) {
    throw new UserError("Cannot print a table: nothing was measured, expected one turn at least");
  }
  const createdAt = new Date().toISOString();
  const id = createdAt.slice(0, 19).replace("T", "-").replaceAll(":", "");
  const versions = Map.groupBy(peers, ({ probe }) => probe.file);
  const report = Bench.parse({
    schemaVersion: 2,
    id,
    createdAt,
    isQuick,
    isWhole: !signal.aborted,
    environment: readEnvironment(),
    v8Flags: V8_FLAGS,
    busyShareBefore,
    dataset: dataset.name,
    pytorch: Array.from(versions.values(), (group) => ({
      version: group[0].probe.version,
      blas: group[0].probe.blas,
      gflops: Math.max(...group.map(({ probe }) => probe.gflops)),
    })),
    shapes: measured,
  });
  await writeWhole(`reports/bench/${id}/bench.json`, JSON.stringify(report, null, 2) + "\n");
  console.log(`\n${benchTable(report)}\n\nreports/bench/${id}/bench.json`);
}
