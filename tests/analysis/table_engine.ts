/**
 * An engine for tests of the analysis: images are row numbers, and latents and reconstructions are looked up in a table.
 *
 * @module
 */
import { measureSplit, type SplitPass } from "../../lib/analysis/measure.ts";
import type { Config } from "../../lib/config.ts";
import { type Engine, type StepDefinition, stepDefinition } from "../../lib/engine/engine.ts";
import type { Pixels } from "../../lib/pixels.ts";
import { configOf } from "../config_of.ts";

/** Latents by image. */
export interface Table {
  /** `[count, nLatents]` */
  acts: Float32Array<ArrayBuffer>;
  nLatents: number;
  /** A reconstruction for each image; by default the image itself. */
  recon?: (row: number) => number;
}

/** A pass over images of one pixel each, whose value is their number, with latents from a table. */
export interface TableSplit {
  engine: Engine;
  definition: StepDefinition;
  images: { pixels: Float32Array<ArrayBuffer>; count: number };
  /** Rows of each call of `forward`. */
  calls: number[];
}

/** Makes the engine of a table; with `turned`, knobs such as the variant. */
export function tableSplit({ acts, nLatents, recon = (row) => row }: Table, turned: Partial<Config> = {}): TableSplit {
  const config = configOf({ sparsity: "topk", k: 1, ...turned, hidden: [], latent: nLatents });
  const count = acts.length / nLatents;
  const calls: number[] = [];
  const engine = {
    forward: (pixels: Pixels) => {
      calls.push(pixels.length);
      const own = new Float32Array(pixels.length * nLatents);
      pixels.forEach((row, i) => own.set(acts.subarray(row * nLatents, (row + 1) * nLatents), i * nLatents));
      const values = Float32Array.from(pixels, recon);
      return Promise.resolve({ hidden: [own], logits: values, recon: values.slice() });
    },
  } as unknown as Engine;
  const images = { pixels: Float32Array.from({ length: count }, (_, row) => row), count };
  return { engine, definition: stepDefinition(config, 1), images, calls };
}

/** The pass over such a split. */
export function tablePass(
  table: Table,
  { turned, mostEntries }: { turned?: Partial<Config>; mostEntries?: number } = {},
): Promise<SplitPass> {
  const { engine, definition, images } = tableSplit(table, turned);
  return measureSplit(engine, { images, ...definition, mostEntries });
}
