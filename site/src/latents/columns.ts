/**
 * The columns of a run's latents, one number a latent: how each is called, read and searched.
 *
 * Reads `latents.json`; computes nothing. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { Latents } from "../../../lib/report/latents_schema.ts";
import { type LatentSeeds, seedCount } from "./seeds.ts";

/** What the table needs of `latents.json`. */
export type LatentColumns = Pick<Latents, "count" | Exclude<Measure, SeedMeasure>>;

/** A column that holds one measured number a latent. */
export type Measure =
  | "density"
  | "meanActivation"
  | "meanWhenActive"
  | "maxActivation"
  | "errorSaved"
  | "klNats"
  | "nearest"
  | "nearestCosine"
  | SeedMeasure
  | "mainClass"
  | "classPurity";

/** A column that is not of the run's own report but of the comparison with other random seeds. */
export type SeedMeasure = "foundIn" | "decoderFoundIn";

/** A column to sort by: the latent's number, or a measure. */
export type SortKey = "latent" | Measure;

/** How a measure is called, shown and searched. */
export interface MeasureWords {
  /** Heading of its column. */
  heading: string;
  /** What a search may call it. */
  words: string[];
  /** Whether it is shown, and searched, in per cent. */
  isShare: boolean;
}

/** The measures in the order of the table's columns. */
export const MEASURES: Record<Measure, MeasureWords> = {
  density: { heading: "Density", words: ["density"], isShare: true },
  meanActivation: { heading: "Mean", words: ["mean activation", "mean"], isShare: false },
  meanWhenActive: { heading: "Mean when active", words: ["mean when active", "when active"], isShare: false },
  maxActivation: { heading: "Largest", words: ["largest activation", "largest", "max"], isShare: false },
  errorSaved: { heading: "Error saved", words: ["error saved", "error"], isShare: false },
  klNats: { heading: "KL, nats", words: ["nats", "kl"], isShare: false },
  mainClass: { heading: "Main class", words: ["class"], isShare: false },
  classPurity: { heading: "Purity", words: ["class purity", "purity"], isShare: true },
  foundIn: { heading: "Random seeds", words: ["random seeds", "seeds", "found in"], isShare: false },
  decoderFoundIn: { heading: "By the decoder", words: ["by the decoder", "decoder"], isShare: false },
  nearest: { heading: "Nearest", words: ["nearest latent", "nearest"], isShare: false },
  nearestCosine: { heading: "Cosine", words: ["nearest cosine", "cosine"], isShare: false },
};

/** All latents of a run. A measure that a latent lacks is NaN; one that the whole run lacks is not in `measures`. */
export interface LatentTable {
  count: number;
  /** Names of the classes; empty without labels. */
  classNames: string[];
  /** One array a measure, `[count]`. */
  values: Record<Measure, Float64Array>;
  /** The measures that at least one latent has, in the order of the columns. */
  measures: Measure[];
  largestDensity: number;
  /** Random seeds in which each latent was looked for, its own among them; null if the run is in no comparison. */
  seeds: number | null;
}

/** The latents of a run from its `latents.json`, and from the comparison that it is in. */
export function latentTable(
  columns: LatentColumns,
  { classNames, seeds = null }: { classNames: string[]; seeds?: LatentSeeds | null },
): LatentTable {
  const { count } = columns, all = Object.keys(MEASURES) as Measure[];
  const column = (values: (number | null)[] | null) =>
    values ? Float64Array.from(values, (value) => value ?? NaN) : new Float64Array(count).fill(NaN);
  // A dead latent is found in none, not even its own: it has no number.
  const found = (counts?: number[] | null) => counts?.map((count) => count === 0 ? null : count) ?? null;
  const ofSeeds = { foundIn: found(seeds?.foundIn), decoderFoundIn: found(seeds?.decoderFoundIn) };
  const values = Object.fromEntries(
    all.map((measure) => [measure, column({ ...columns, ...ofSeeds }[measure])]),
  ) as LatentTable["values"];
  const measures = all.filter((measure) => values[measure].some((value) => !Number.isNaN(value)));
  const largestDensity = values.density.reduce((most, share) => Math.max(most, share), 0);
  return {
    count,
    classNames: columns.mainClass ? classNames : [],
    values,
    measures,
    largestDensity,
    seeds: seeds && seedCount(seeds),
  };
}

/** Whether a latent is active on no test row. */
export function isDead({ values: { density } }: LatentTable, latent: number): boolean {
  return density[latent] === 0;
}

/** A class in words: its name, or its number if it has none. */
export function className({ classNames }: Pick<LatentTable, "classNames">, index: number): string {
  return classNames[index] || String(index);
}
