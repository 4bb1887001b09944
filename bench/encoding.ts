/**
 * How fast `encode` writes each of its formats, beside the engine's own forward passes over the same rows.
 *
 *     deno run -P=bench bench/encoding.ts RUN_FOLDER DATA [rounds] [rows] [threads]
 *
 * Forward passes and formats take turns, so that a busy machine slows all of them. A turn of forward passes runs rows that are
 * in memory, scaled, as many as a turn of `encode` reads from the files, and keeps nothing of them. Prints each turn's rates by
 * the clock, and the medians of their ratios by the clock and by processor time, which other processes change less: with one
 * thread, since threads that wait for each other take processor time too. Files go to a temporary folder (TMPDIR says where)
 * and are removed.
 *
 * @module
 */
import process from "node:process";
import { median } from "../lib/analysis/across/figures.ts";
import { forwardLists } from "../lib/analysis/row_sources.ts";
import { RowReader } from "../lib/analysis/sparse_rows.ts";
import { rowPieces, type RowsPiece } from "../lib/data/files/row_pieces.ts";
import { UserError } from "../lib/errors.ts";
import { codesFormat } from "../lib/run/codes/formats.ts";
import { encodeToFile } from "../lib/run/encode.ts";
import { rowsOfPass } from "../lib/run/encoded_rows.ts";
import { openModelEngine } from "../lib/run/model_engine.ts";
import { openNewRows } from "../lib/run/new_rows.ts";
import { openTrained } from "../lib/run/trained_model.ts";

const ENDINGS = ["npz", "npy", "safetensors", "csv", "parquet"];
const TOP = 10;
/** Rows that forward passes run again and again. */
const HELD_ROWS = 2 ** 13;

const [folder, data, rounds = "5", limit = "50000", threads = "auto"] = Deno.args;
if (data === undefined) throw new UserError("Cannot measure: a name is missing, expected RUN_FOLDER DATA");

const DEVICE = { backend: "wasm", engine: "fused", threads: threads === "auto" ? null : Number(threads) } as const;
const model = await openTrained(folder), { definition: { arch }, scaling } = model;
const { opened: rows } = await openNewRows({ data }, { part: null, ownPart: "all", run: model.run });
const count = Math.min(rows.count, Number(limit)), size = rowsOfPass(arch);
await using place = await temporaryFolder();

const held: RowsPiece["pixels"][] = [];
const range = { scaling, from: 0, to: Math.min(count, HELD_ROWS), size };
for await (const { pixels } of rowPieces(rows, range)) held.push(pixels.slice() as typeof pixels);
await using passes = await openModelEngine(model, {
  ...{ device: DEVICE, sample: held[0], batch: size, cacheDir: place.path },
});

/** What a turn took, ms. */
interface Turn {
  clockMs: number;
  cpuMs: number;
}

/** Processor time of this process so far, its threads and what the system did for it included. */
function cpuMs(): number {
  const { userCPUTime, systemCPUTime } = process.resourceUsage();
  return (userCPUTime + systemCPUTime) / 1000;
}

/** Runs as many rows as there are. */
async function forwardTurn(): Promise<Turn> {
  const reader = new RowReader(), beganMs = performance.now(), beganCpuMs = cpuMs();
  for (let i = 0, done = 0; done < count; i++) {
    const pixels = held[i % held.length];
    await forwardLists(passes.engine, { pixels, arch, reader });
    done += pixels.length / arch.dInput;
  }
  return { clockMs: performance.now() - beganMs, cpuMs: cpuMs() - beganCpuMs };
}

/** Writes a file; what that took from the open engine on, and the file's bytes. */
async function encodeTurn(ending: string): Promise<Turn & { bytes: number }> {
  const out = `${place.path}/codes.${ending}`;
  let beganCpuMs = 0;
  const { milliseconds } = await encodeToFile(model, {
    ...{ rows, limit: count, format: codesFormat(out), out, shard: { index: 1, count: 1 }, top: TOP, device: DEVICE },
    ...{ cacheDir: place.path, signal: new AbortController().signal, onEngine: () => void (beganCpuMs = cpuMs()) },
  });
  const took = { clockMs: milliseconds, cpuMs: cpuMs() - beganCpuMs }, { size: bytes } = await Deno.stat(out);
  await Deno.remove(out);
  return { ...took, bytes };
}

async function temporaryFolder() {
  const path = await Deno.makeTempDir();
  return { path, [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }) };
}

console.log(
  `${count} rows of ${arch.dInput}, ${arch.nLatents} latents, ${size} rows a pass, ${passes.engine.info.device}`,
);
await forwardTurn();
await encodeTurn("npz"); // compiled
const ratios = new Map(ENDINGS.map((ending) => [ending, { clock: [] as number[], cpu: [] as number[] }]));
for (let round = 0; round < Number(rounds); round++) {
  for (const ending of ENDINGS) {
    const before = await forwardTurn(), own = await encodeTurn(ending), after = await forwardTurn();
    const passMs = (of: keyof Turn) => (before[of] + after[of]) / 2,
      rate = (ms: number) => (1000 * count / ms).toFixed(0);
    ratios.get(ending)!.clock.push(passMs("clockMs") / own.clockMs);
    ratios.get(ending)!.cpu.push(passMs("cpuMs") / own.cpuMs);
    const perRow = (ms: number) => (1000 * ms / count).toFixed(1);
    console.log(
      `.${ending}: ${rate(own.clockMs)} rows/s, forward passes ${rate(passMs("clockMs"))} rows/s; processor time ` +
        `${perRow(own.cpuMs)} and ${perRow(passMs("cpuMs"))} µs a row; ${(own.bytes / 2 ** 20).toFixed(1)} MB`,
    );
  }
}
for (const [ending, { clock, cpu }] of ratios) {
  console.log(
    `.${ending}: median ${median(clock)!.toFixed(2)} by the clock, ${median(cpu)!.toFixed(2)} by processor time`,
  );
}
