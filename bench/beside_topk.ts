/**
 * How long a step of HierarchicalTopK and of each baseline takes beside TopK's, on MNIST and one thread of the CPU engine.
 *
 *     deno run -P=bench bench/beside_topk.ts [LATENTS] [K] [ROUNDS] [--data-dir FOLDER]
 *
 * All models are TopK's size, 784 → LATENTS (4,096) with K (32) active, batch 128, without AuxK, and start as
 * `bench/starting_state.ts` says. They take turns in one process. A turn is measured as processor time, which other processes
 * change less than the clock's. Prints the median of the turns (ROUNDS, 9) and of their ratios to TopK's turn in the same
 * round. A baseline that takes no steps is left out. Writes no file.
 *
 * @module
 */
import process from "node:process";
import { median } from "../lib/analysis/across/figures.ts";
import { parseFlags } from "../lib/cli/flags.ts";
import { resolveConfig } from "../lib/config.ts";
import { loadDataset } from "../lib/data/load.ts";
import { CpuEngine } from "../lib/engine/cpu/cpu_engine.ts";
import { initialState, stepDefinition } from "../lib/engine/engine.ts";
import { UserError } from "../lib/errors.ts";
import type { Pixels } from "../lib/pixels.ts";
import { Rng } from "../lib/rng.ts";
import { BASELINE_NAMES, baselineOf, takesSteps } from "../lib/sae/baselines.ts";
import { BENCH_RATE, startingState } from "./starting_state.ts";

/** A turn takes about this much processor time. */
const TURN_MS = 600;

const FLAGS = { "data-dir": { takes: "FOLDER", help: "A folder of IDX files in place of MNIST." } } as const;

const { flags, positionals } = parseFlags(Deno.args, FLAGS);
const [latent = 4096, k = 32, rounds = 9] = positionals.map(Number);
if (![latent, k, rounds].every((value) => Number.isSafeInteger(value) && value >= 1)) {
  throw new UserError(`Cannot measure: the numbers are ${positionals.join(" ")}, expected whole numbers from 1`);
}
const dataset = await loadDataset({
  dataset: "auto",
  dataDir: flags[0]?.value,
  mirrors: [],
  cacheDir: ".cache/mnist",
  dataSeed: 0,
});
const pixels = dataset.train.pixels, dInput = dataset.height * dataset.width;

/** A model on an engine of its own. */
class Entrant {
  readonly msPerStep: number[] = [];
  #epoch = 0;

  constructor(readonly title: string, readonly engine: CpuEngine, readonly batch: number) {}

  /** One on one thread, its model trained for the steps that the bench begins with. */
  static async enter(title: string, turned: Parameters<typeof resolveConfig>[0]): Promise<Entrant> {
    const config = resolveConfig({ dataset: "mnist", latent, k, auxAlpha: 0, ...turned });
    const definition = stepDefinition(config, dInput), { batch } = config;
    const { step, ...model } = await startingState({ config, definition, pixels, activeLatents: k });
    const engine = await CpuEngine.start(definition, { threads: 1 });
    await engine.load({ state: { ...initialState(model), step }, pixels: pixels as Pixels, batch });
    const entrant = new Entrant(title, engine, batch);
    await entrant.#steps(2); // compiles what is compiled on first use
    return entrant;
  }

  /** Takes a turn. */
  async turn(): Promise<void> {
    const oneMs = await this.#steps(1);
    this.msPerStep.push(await this.#steps(Math.max(1, Math.round(TURN_MS / Math.max(oneMs, 0.1)))));
  }

  /** Takes steps on images shuffled anew, at most as many as there are batches; returns processor time per step. */
  async #steps(wanted: number): Promise<number> {
    const n = Math.min(wanted, Math.floor(dataset.train.count / this.batch));
    const indices = Rng.fromSeed(this.#epoch++, "bench").permutation(dataset.train.count).subarray(0, n * this.batch);
    const learningRates = new Float64Array(n).fill(BENCH_RATE), weights = new Float64Array(n);
    const before = process.cpuUsage();
    await this.engine.train({ indices, batch: this.batch, learningRates, weights });
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1000 / n;
  }
}

const topk = await Entrant.enter("TopK", { sparsity: "topk" });
const others = [
  await Entrant.enter("HierarchicalTopK", { sparsity: "hierarchicaltopk" }),
  await Entrant.enter("HierarchicalTopK, every 4th k", { sparsity: "hierarchicaltopk", kStep: 4 }),
];
for (const baseline of BASELINE_NAMES) {
  const stated = baselineOf({ baseline });
  if (stated === null || !takesSteps({ baseline })) continue;
  others.push(await Entrant.enter(`TopK, baseline ${stated.title}`, { sparsity: "topk", baseline }));
}
console.log(`${dInput} → ${latent}, k ${k}, batch ${topk.batch}; ${topk.engine.info.device}; ${rounds} rounds`);
for (let round = 0; round < rounds; round++) {
  for (const entrant of [topk, ...others]) await entrant.turn();
}
for (const { title, msPerStep, engine } of [topk, ...others]) {
  const ratios = msPerStep.map((ms, round) => ms / topk.msPerStep[round]).sort((a, b) => a - b);
  const spread = `${ratios[0].toFixed(2)} to ${ratios.at(-1)!.toFixed(2)}`;
  console.log(`${title}: ${median(msPerStep)!.toFixed(2)} ms, ${median(ratios)!.toFixed(2)} of TopK's (${spread})`);
  await engine.dispose();
}
