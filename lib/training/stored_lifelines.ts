/**
 * Lifelines as a checkpoint keeps them: steps and counts as JSON, what is known of each latent as tensors `lifelines.*`.
 *
 * Splits and joins; reads and writes no file.
 *
 * @module
 */
import { z } from "zod";
import type { NamedTensor } from "../formats/safetensors.ts";
import type { Architecture } from "../sae/model.ts";
import { EVENT_NAMES, type LatentEvents, type Lifelines } from "./lifelines.ts";

const count = z.int().min(0);
const Counts = z.strictObject({ births: count, deaths: count, revivals: count, resampled: count });

/** The JSON. */
export const StoredLifelines = z.strictObject({
  snapshots: z.array(z.strictObject({ step: count, since: Counts.nullable() })),
  hasEvents: z.boolean(),
  since: Counts,
});

/** See the schema of the same name. */
export type StoredLifelines = z.infer<typeof StoredLifelines>;

/** A model's sizes. */
type Sizes = Pick<Architecture, "nLatents" | "dInput">;

/** The JSON of lifelines. */
export function storedLifelines({ snapshots, events, since }: Lifelines): StoredLifelines {
  return { snapshots: snapshots.map(({ step, since }) => ({ step, since })), hasEvents: events !== null, since };
}

/** Names and shapes of the tensors. */
export function lifelineShapes(
  { snapshots, hasEvents }: Pick<StoredLifelines, "snapshots" | "hasEvents">,
  { nLatents, dInput }: Sizes,
): [name: string, shape: number[]][] {
  return [
    ...snapshots.flatMap((_, i): [string, number[]][] => [
      [`lifelines.${i}.directions`, [nLatents, dInput]],
      [`lifelines.${i}.activeRows`, [nLatents]],
      ...hasEvents ? [[`lifelines.${i}.isDead`, [nLatents]] satisfies [string, number[]]] : [],
    ]),
    ...hasEvents ? EVENT_NAMES.map((name): [string, number[]] => [`lifelines.${name}`, [nLatents]]) : [],
  ];
}

/** The tensors of lifelines, whose arrays are not copied. */
export function lifelineTensors(lifelines: Lifelines, sizes: Sizes): Record<string, NamedTensor> {
  const { snapshots, events } = lifelines;
  const valuesOf = (name: string): Float32Array => {
    const [, part, field] = name.split(".");
    return field === undefined
      ? events![part as keyof LatentEvents]
      : snapshots[Number(part)][field as "directions" | "activeRows" | "isDead"]!;
  };
  const shapes = lifelineShapes(storedLifelines(lifelines), sizes);
  return Object.fromEntries(shapes.map(([name, shape]) => [name, { shape, values: valuesOf(name) }]));
}

/**
 * Lifelines from their JSON and tensors.
 *
 * @param tensors By their names without `lifelines.`.
 */
export function lifelinesFrom(
  { snapshots, hasEvents, since }: StoredLifelines,
  tensors: Record<string, Float32Array>,
): Lifelines {
  const at = (name: string) => tensors[name] as Float32Array<ArrayBuffer>;
  return {
    snapshots: snapshots.map(({ step, since }, i) => ({
      step,
      since,
      directions: at(`${i}.directions`),
      activeRows: at(`${i}.activeRows`),
      isDead: hasEvents ? at(`${i}.isDead`) : null,
    })),
    events: hasEvents
      ? Object.fromEntries(EVENT_NAMES.map((name) => [name, at(name).slice()])) as unknown as LatentEvents
      : null,
    since,
  };
}
