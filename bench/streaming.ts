/**
 * How fast a model is trained on rows that are read from disk, beside the same steps on rows in memory.
 *
 *     deno run -P=bench bench/streaming.ts activations.safetensors [rounds] [buffer-mb]
 *
 * Two engines with the same model take steps in turns, so that a busy machine slows both: one on a pool of the rows, all in
 * memory, one on pool after pool of all rows. A turn is two pools, so that as much is read in it as is trained on. Prints
 * each turn's rates and the median of their ratios. Writes no file.
 *
 * @module
 */
import { resolveConfig } from "../lib/config.ts";
import { trainingCount } from "../lib/data/dataset.ts";
import { openData } from "../lib/data/files/open_data.ts";
import { rowLength } from "../lib/data/row_shape.ts";
import { StreamedRows } from "../lib/data/stream/streamed_rows.ts";
import { CpuEngine } from "../lib/engine/cpu/cpu_engine.ts";
import { initialState, stepDefinition } from "../lib/engine/engine.ts";
import { UserError } from "../lib/errors.ts";
import type { Pixels } from "../lib/pixels.ts";
import { initialModel } from "../lib/sae/init.ts";
import { type Course, courseFrom, freshSnapshot } from "../lib/training/course.ts";
import { type Progress, trainingLoop } from "../lib/training/loop.ts";

/** Pools in a turn. */
const POOLS = 2;
/** Of every step: so small that no latent's activity changes. */
const RATE = 1e-6;

const [path, rounds = "5", bufferMb = "512"] = Deno.args;
if (path === undefined) throw new UserError("Cannot measure: no file is named, expected one of rows that are streamed");

const dataset = await openData(path, { bufferMb: Number(bufferMb) }),
  { stream, train: { pixels: sample } } = dataset,
  count = trainingCount(dataset);
if (stream === null) throw new UserError(`Cannot measure ${path}: its rows fit into memory, expected more of them`);
const config = resolveConfig({ dataset: "vectors", latent: 4096, k: 32 }, {
  size: { dInput: rowLength(dataset), count },
});
const { batch } = config, definition = stepDefinition(config, rowLength(dataset));
const model = () => initialModel(config, { arch: definition.arch, pixels: sample });
using rows = new StreamedRows(stream, { batch, bufferMb: Number(bufferMb) });
const turnSteps = POOLS * rows.poolRows / batch, totalSteps = turnSteps * (Number(rounds) + 1);

/** An engine with the model, and the loop on it. */
async function trained(options: { pixels: Pixels; count: number; stream?: StreamedRows }) {
  const engine = await CpuEngine.start(definition);
  await engine.load({ state: initialState(model()), pixels: options.pixels, batch, mostRows: rows.poolRows });
  const course = courseFrom(freshSnapshot(model(), config), { totalSteps: totalSteps + count / batch + 1 });
  const loop = counted(trainingLoop({
    ...{ engine, batch, course, firstStep: 0, deadSteps: config.deadSteps, controls: [] },
    ...{ count: options.count, stream: options.stream, epochs: Math.ceil(totalSteps * batch / options.count) },
    learningRate: () => RATE,
    weight: () => 0,
    mostSteps: () => 8, // turns end with a pool or a few steps behind it
  }));
  return { engine, course, loop };
}

/** How many steps each chunk has. */
async function* counted(loop: AsyncGenerator<Progress>): AsyncGenerator<{ steps: number }, never> {
  let before = 0;
  for await (const { taken } of loop) {
    yield { steps: taken - before };
    before = taken;
  }
  throw new Error("Cannot take another turn: all steps are taken, expected some left");
}

/** Takes a turn's steps; returns rows per second. */
async function turn(
  { loop, course }: { loop: AsyncGenerator<{ steps: number }, never>; course: Course },
): Promise<number> {
  const before = course.trainMs;
  let taken = 0;
  while (taken < turnSteps) {
    const { value } = await loop.next();
    taken += value.steps;
  }
  return 1000 * taken * batch / (course.trainMs - before);
}

const held = (await rows.pool({ shuffle: freshSnapshot(model(), config).shuffle, pool: 0 })).pixels.slice() as Pixels;
const inMemory = await trained({ pixels: held, count: held.length / rowLength(dataset) });
const streamed = await trained({ pixels: sample, count, stream: rows });
console.log(
  `${count} rows of ${rowLength(dataset)}, TopK ${config.latent}, batch ${batch}, ${rows.poolRows} rows a pool`,
);
console.log(streamed.engine.info.device);
await turn(inMemory); // compiled, and the files known to the system as far as they ever are
await turn(streamed);
const ratios: number[] = [];
for (let round = 0; round < Number(rounds); round++) {
  const waitMs = streamed.course.waitMs;
  const fast = await turn(inMemory), read = await turn(streamed);
  ratios.push(read / fast);
  const waited = Math.round(streamed.course.waitMs - waitMs);
  console.log(
    `in memory ${fast.toFixed(0)} rows/s, from disk ${read.toFixed(0)} rows/s: ${(read / fast).toFixed(3)}, ` +
      `${waited} ms waited for rows`,
  );
}
console.log(`median ${ratios.toSorted((a, b) => a - b)[Math.floor(ratios.length / 2)].toFixed(3)}`);
await inMemory.engine.dispose();
await streamed.engine.dispose();
