/**
 * Latents for the tests: a few whose answers are known by hand, or many drawn from a fixed sequence.
 *
 * @module
 */
import { type LatentColumns, type LatentTable, latentTable } from "../../../site/src/latents/columns.ts";

/** Six latents of a run with the classes 7, ankle boot and ankle; latent 2 is dead. */
export const SIX: LatentColumns & { mainClass: (number | null)[] } = {
  count: 6,
  density: [0.5, 0.07, 0, 0.0001, 0.05, 1],
  meanActivation: [0.1, 0.2, 0, 0.3, 0.4, 0.5],
  maxActivation: [3, 1.5, 0, 2, 2, 9],
  meanWhenActive: [0.2, 2.5, null, 2, 1, 0.5],
  klNats: null,
  mainClass: [0, 1, null, 2, 1, 0],
  classPurity: [0.2, 0.5, null, 1, 0.75, 0.34],
  errorSaved: [0.001, 0.02, 0, -0.0001, 0.02, 0.5],
  nearest: [5, 4, null, 0, 1, 0],
  nearestCosine: [0.9, 0.5, null, -0.25, 0.5, 0.9],
};

/** The six as the page has them. */
export const six = (): LatentTable => latentTable(SIX, { classNames: ["7", "Ankle boot", "Ankle"] });

/** Many latents of ten classes: values from a linear congruential sequence, one in 16 of them dead. */
export function many(count: number): LatentColumns {
  let state = 1;
  const next = () => (state = (state * 1664525 + 1013904223) % 2 ** 32) / 2 ** 32;
  const numbers = (of: () => number) => Array.from({ length: count }, of);
  const density = numbers(() => next() < 1 / 16 ? 0 : Math.ceil(1e4 * next() ** 4) / 1e4);
  const unlessDead = (of: () => number) => density.map((share) => share === 0 ? null : of());
  return {
    count,
    density,
    meanActivation: numbers(next),
    maxActivation: numbers(() => 4 * next()),
    meanWhenActive: unlessDead(next),
    klNats: null,
    mainClass: unlessDead(() => Math.floor(10 * next())),
    classPurity: unlessDead(next),
    errorSaved: numbers(() => next() - 0.1),
    nearest: unlessDead(() => Math.floor(count * next())),
    nearestCosine: unlessDead(next),
  };
}
