/**
 * How fast `encode` writes each of its formats, beside the engine's own forward passes over the same rows.
 *
 *     deno run -P=bench bench/encoding.ts RUN_FOLDER DATA [rounds] [rows]
 *
 * Forward passes and formats take turns, so that a busy machine slows all of them. A turn of forward passes runs rows that are
 * in memory, scaled, as many as a turn of `encode` reads from the files, and keeps nothing of them. Prints each turn's rates
 * and the medians of their ratios. Files go to a temporary folder (TMPDIR says where) and are removed.
 *
 * @module
 */
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
const DEVICE = { backend: "wasm", engine: "fused", threads: null } as const;

const [folder, data, rounds = "5", limit = "50000"] = Deno.args;
if (data === undefined) throw new UserError("Cannot measure: a name is missing, expected RUN_FOLDER DATA");

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

/** Runs as many rows as there are; returns rows per second. */
async function forwardTurn(): Promise<number> {
  const reader = new RowReader(), beganMs = performance.now();
  let done = 0;
  for (let i = 0; done < count; i++) {
    const pixels = held[i % held.length];
    await forwardLists(passes.engine, { pixels, arch, reader });
    done += pixels.length / arch.dInput;
  }
  return 1000 * done / (performance.now() - beganMs);
}

/** Writes a file; returns rows per second and its size. */
async function encodeTurn(ending: string): Promise<{ rate: number; bytes: number }> {
  const out = `${place.path}/codes.${ending}`;
  const { milliseconds } = await encodeToFile(model, {
    ...{ rows, limit: count, format: codesFormat(out), out, shard: { index: 1, count: 1 }, top: TOP, device: DEVICE },
    ...{ cacheDir: place.path, signal: new AbortController().signal },
  });
  const { size } = await Deno.stat(out);
  await Deno.remove(out);
  return { rate: 1000 * count / milliseconds, bytes: size };
}

async function temporaryFolder() {
  const path = await Deno.makeTempDir();
  return { path, [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }) };
}

console.log(
  `${count} rows of ${arch.dInput}, ${arch.nLatents} latents, ${size} rows a pass, ${passes.engine.info.device}`,
);
await forwardTurn();
const ratios = new Map<string, number[]>(ENDINGS.map((ending) => [ending, []]));
for (let round = 0; round < Number(rounds); round++) {
  for (const ending of ENDINGS) {
    const before = await forwardTurn(), { rate, bytes } = await encodeTurn(ending), after = await forwardTurn();
    const ratio = rate / ((before + after) / 2);
    ratios.get(ending)!.push(ratio);
    console.log(
      `.${ending}: ${rate.toFixed(0)} rows/s, forward passes ${before.toFixed(0)} and ${after.toFixed(0)} rows/s: ` +
        `${ratio.toFixed(2)}; ${(bytes / 2 ** 20).toFixed(1)} MB`,
    );
  }
}
for (const [ending, own] of ratios) console.log(`.${ending}: median ${median(own)!.toFixed(2)}`);
