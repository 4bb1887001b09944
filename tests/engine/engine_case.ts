/**
 * What engines are tested on: a model, its start and its data, made from a configuration in one way for every list of cases.
 *
 * @module
 */
import type { SettledConfig } from "../../lib/config.ts";
import { initialState, type StepDefinition, stepDefinition, type TrainingState } from "../../lib/engine/engine.ts";
import type { Pixels } from "../../lib/pixels.ts";
import { Rng } from "../../lib/rng.ts";
import { initialModel } from "../../lib/sae/init.ts";

/** A model, its start and its data. */
export interface EngineCase<Data extends Pixels = Pixels> {
  /** What is particular about it, in words. */
  name: string;
  config: SettledConfig;
  definition: StepDefinition;
  state: TrainingState;
  /** `[count, dInput]` */
  pixels: Data;
  count: number;
}

const bytes = (share: number) => (length: number, rng: Rng) =>
  Uint8Array.from({ length }, () => rng.uniform() < share ? 1 + rng.below(255) : 0);
const floats = (draw: (rng: Rng) => number) => (length: number, rng: Rng) =>
  Float32Array.from({ length }, () => draw(rng));

/** Kinds of data. */
export const DATA = {
  /** A fifth are not 0, as in MNIST. */
  sparseBytes: bytes(0.2),
  bytes: bytes(0.4),
  /** Of any sign, most of them 0. */
  sparseFloats: floats((rng) => rng.uniform() < 0.3 ? rng.uniform(-1, 2) : 0),
  /** Of any sign, none of them 0. */
  floats: floats((rng) => rng.normal(0.2, 0.8)),
};

/**
 * Makes a case.
 *
 * @param options `stream`: names the random numbers. `vary`: changes the start, with the numbers that follow the data's.
 */
export function engineCase<Data extends keyof typeof DATA>(
  dInput: number,
  { name, config, data, count, stream = "pixels", vary }: {
    name: string;
    config: SettledConfig;
    data: Data;
    count: number;
    stream?: string;
    vary?: (start: { state: TrainingState; rng: Rng }) => void;
  },
): EngineCase<ReturnType<(typeof DATA)[Data]>> {
  const definition = stepDefinition(config, dInput), rng = Rng.fromSeed(dInput, stream);
  const pixels = DATA[data](count * dInput, rng) as ReturnType<(typeof DATA)[Data]>;
  const state = initialState(initialModel(config, { arch: definition.arch, pixels }));
  vary?.({ state, rng });
  return { name, config, definition, state, pixels, count };
}
