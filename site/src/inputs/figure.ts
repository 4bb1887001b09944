/**
 * The columns of the figure that takes one reconstruction apart: a sum of contributions, or what removing each latent changes.
 *
 * Numbers and tiles alone; `figure_html.ts` lays them out. Computes on arrays, at build and in the browser.
 *
 * @module
 */
import type { Decoder } from "../../../lib/sae/decoder.ts";
import type { Choice } from "./address.ts";
import { type ActiveLatent, ordered } from "./order.ts";
import { type GreyRange, largestOf, type TileNumbers } from "./pixels.ts";
import { removalsOf } from "./removal.ts";
import { contributionOf, type EffectTile, remainderOf, type Step, stepsOf } from "./sum.ts";

/** One input, its reconstruction, and its active latents as the report lists them. */
export interface InputNumbers {
  input: Float64Array;
  recon: Float64Array;
  active: ActiveLatent[];
  /** From the report, not from 8-bit tiles. */
  mse: number;
  mseBase: number;
  /** Whether latents that are not listed contribute too. */
  hasOthers: boolean;
}

/** What the figure is computed from. */
export type Material =
  /** A decoder of one linear layer: contributions add up. */
  | { mode: "sum"; base: Float64Array; tileOf: (latent: number) => EffectTile | null }
  /** Any other decoder: each latent is removed by itself. */
  | { mode: "removal"; decoder: Decoder; nLatents: number }
  /** No pictures of single latents: the report's numbers alone. */
  | { mode: "numbers" };

/** One column of the figure. */
export interface Column {
  /** `base`: no latent; `all`: every latent; `others`: the active latents that are not listed. */
  kind: "base" | "all" | "latent" | "others";
  latent: number | null;
  activation: number | null;
  /** The report's MSE without this latent, all others as they are. */
  mseWithout: number | null;
  /** Whether the latent is switched on. */
  isOn: boolean;
  /** Whether the column is after the part of the sum that is shown. */
  isLater: boolean;
  /** Its contribution, or what removing it changes; null without a picture. */
  change: TileNumbers | null;
  /** The sum so far, or the reconstruction without the latent; null without a picture. */
  result: TileNumbers | null;
  /** The bar: in a sum from one MSE to another, else from 0 to how much the MSE rises without the latent; or none. */
  bar: { from: number; to: number } | null;
  /** The MSE of `result`; null if it is not known. */
  mse: number | null;
}

/** The figure. */
export interface Figure {
  mode: Material["mode"];
  columns: Column[];
  /** What stands above the figure as the reconstruction: that of the latents that are on, up to the last one shown. */
  shown: { recon: ArrayLike<number>; mse: number; latents: number; isWhole: boolean };
  /** Where the bars begin and end: 0 is between. */
  axis: { low: number; high: number };
  /** The largest MSE that the figure prints. */
  largestMse: number;
}

/** What the figure depends on besides the input. */
export type FigureChoice = Pick<Choice, "order" | "scale" | "off" | "first">;

/** The figure of one input. */
export function figureOf(
  numbers: InputNumbers,
  { material, choice, range }: { material: Material; choice: FigureChoice; range: GreyRange },
): Figure {
  const active = ordered(numbers.active, choice.order);
  const options = { active, choice, range };
  const figure = material.mode === "sum"
    ? sumFigure(numbers, { ...options, material })
    : material.mode === "removal"
    ? removalFigure(numbers, { ...options, material })
    : numbersFigure(numbers, options);
  const ends = figure.columns.flatMap(({ bar }) => bar ? [bar.from, bar.to] : []);
  return {
    ...figure,
    mode: material.mode,
    axis: { low: Math.min(0, ...ends), high: Math.max(0, ...ends) },
    largestMse: Math.max(numbers.mse, ...figure.columns.map(({ mse }) => mse ?? 0)),
  };
}

interface Options {
  /** In the order shown. */
  active: ActiveLatent[];
  choice: FigureChoice;
  range: GreyRange;
}
type Drawn = Omit<Figure, "mode" | "axis" | "largestMse">;

function sumFigure(
  { input, recon, active: listed, mse, mseBase, hasOthers }: InputNumbers,
  { active, choice, range, material: { base, tileOf } }: Options & { material: Material & { mode: "sum" } },
): Drawn {
  const contributions = active.map(({ latent, activation }) => {
    const tile = tileOf(latent);
    return tile && contributionOf(tile, activation);
  });
  const hasRemainder = hasOthers || contributions.includes(null);
  const known = contributions.filter((contribution) => contribution !== null);
  const parts = contributions.map((contribution) => contribution ?? new Float64Array(base.length));
  if (hasRemainder) parts.push(remainderOf({ recon, base, contributions: known }));
  const isOn = parts.map((_, k) => k >= active.length || !choice.off.includes(active[k].latent));
  const steps = stepsOf({ input, base, mseBase, contributions: parts, isOn });
  const length = Math.min(choice.first ?? parts.length, parts.length);
  const areAllOn = isOn.every(Boolean);
  // Tiles have 8 bits and are cut off at black and white: the error of the whole is the one that the run measured.
  if (areAllOn && steps.length > 1) measured(steps.at(-1)!, { mse, before: steps.at(-2)!.mse });
  const toneOf = toneFor(parts, choice);
  const columns = steps.map((step, k): Column => {
    const latent = k > 0 && k <= active.length ? active[k - 1] : null;
    const isMissing = k > 0 && contributions[k - 1] === null;
    return {
      ...columnOf(latent, k === 0 ? "base" : "others"),
      isOn: k === 0 || isOn[k - 1],
      isLater: k > length,
      change: isMissing ? null : k === 0 ? { values: base, kind: "values", range } : toneOf(parts[k - 1]),
      result: { values: step.sum, kind: "values", range },
      bar: { from: k === 0 ? 0 : step.mse - step.change, to: step.mse },
      mse: step.mse,
    };
  });
  const isWhole = length === parts.length && areAllOn;
  const last = steps[length];
  return {
    columns,
    shown: {
      recon: isWhole ? recon : last.sum,
      mse: isWhole ? mse : last.mse,
      latents: isOn.slice(0, Math.min(length, listed.length)).filter(Boolean).length,
      isWhole,
    },
  };
}

/** Gives a step the error that was measured. */
function measured(step: Step, { mse, before }: { mse: number; before: number }): void {
  step.mse = mse;
  step.change = mse - before;
}

function removalFigure(
  { input, recon, mse }: InputNumbers,
  { active, choice, range, material: { decoder, nLatents } }: Options & { material: Material & { mode: "removal" } },
): Drawn {
  const isOn = active.map(({ latent }) => !choice.off.includes(latent));
  const now = removalsOf(decoder, { input, active, nLatents, isOn });
  const toneOf = toneFor(now.latents.map(({ change }) => change), choice);
  const isWhole = isOn.every(Boolean);
  const all: Column = {
    ...columnOf(null, "all"),
    result: { values: now.recon, kind: "values", range },
    mse: now.mse,
  };
  const columns = now.latents.map(({ change, without, mseWithout }, k): Column => ({
    ...columnOf(active[k], "all"),
    isOn: isOn[k],
    change: toneOf(change),
    result: { values: without, kind: "values", range },
    bar: isOn[k] ? { from: 0, to: mseWithout - now.mse } : null,
    mse: mseWithout,
  }));
  return {
    columns: [all, ...columns],
    shown: {
      recon: isWhole ? recon : now.recon,
      mse: isWhole ? mse : now.mse,
      latents: isOn.filter(Boolean).length,
      isWhole,
    },
  };
}

/** Without pictures nothing can be switched off: what is shown is the report's. */
function numbersFigure({ recon, mse }: InputNumbers, { active }: Options): Drawn {
  const all: Column = { ...columnOf(null, "all"), mse };
  const columns = active.map((latent): Column => ({
    ...columnOf(latent, "all"),
    bar: { from: 0, to: latent.mseWithout - mse },
    mse: latent.mseWithout,
  }));
  return { columns: [all, ...columns], shown: { recon, mse, latents: active.length, isWhole: true } };
}

/** A column without pictures and without a bar. */
function columnOf(latent: ActiveLatent | null, otherwise: Exclude<Column["kind"], "latent">): Column {
  return {
    kind: latent ? "latent" : otherwise,
    latent: latent?.latent ?? null,
    activation: latent?.activation ?? null,
    mseWithout: latent?.mseWithout ?? null,
    isOn: true,
    isLater: false,
    change: null,
    result: null,
    bar: null,
    mse: null,
  };
}

/** Tiles of changes on the chosen scale: full colour at the largest change of all, or of the tile itself. */
function toneFor(changes: Float64Array[], { scale }: Pick<Choice, "scale">): (values: Float64Array) => TileNumbers {
  const largest = largestOf(changes);
  return (values) => ({
    values,
    kind: "changes",
    range: { black: 0, white: (scale === "one" ? largest : largestOf([values])) || 1 },
  });
}

/** The absolute differences of an input and a reconstruction, as a tile in the colour of errors. */
export function errorTile(
  { input, recon, range }: { input: ArrayLike<number>; recon: ArrayLike<number>; range: GreyRange },
): TileNumbers {
  const values = Float64Array.from(input, (value, i) => Math.abs(value - recon[i]));
  return { values, kind: "errors", range };
}
