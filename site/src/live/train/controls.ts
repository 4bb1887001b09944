/**
 * Which controls the page has, and which of them a model takes: derived from the knobs and from what variants state.
 *
 * Does not know the page's elements. PORTABLE: no Deno, no Node, no DOM.
 *
 * @module
 */
import { defaultsFor } from "../../../../lib/config_defaults.ts";
import { type Config, CONFIG_KNOBS } from "../../../../lib/config_knobs.ts";
import type { Knob } from "../../../../lib/knob.ts";
import { type VariantName, VARIANTS } from "../../../../lib/sae/sparsity/variants.ts";
import type { Side } from "../live.ts";
import { LIVE_KNOBS, type LiveKnob, type LiveSettings } from "../settings.ts";
import { knobsNow } from "../sides.ts";

/** The controls by the names that an address hides them by (`hide=variant,rho`), each with what it does. */
export const CONTROLS = {
  presets: "the presets and their explanations",
  compare: "the pairs of models side by side, and the choice of a second model",
  link: "the button that puts the address of the view into the clipboard",
  export: "the buttons that save weights, report and latents",
  play: "play and pause",
  step: "the button that takes one step",
  epoch: "the button that trains one epoch",
  reset: "the button that starts the same settings anew",
  variant: "the choice of the sparsity variant",
  rho: "the slider of ρ",
  beta: "the slider of β",
  lambda: "the slider of λ",
  k: "the slider of k",
  lr: "the slider of the learning rate",
  latents: "the choice of the number of latents",
  hidden: "the hidden layer",
  auxk: "AuxK",
  batch: "the choice of the batch size",
  seed: "the random seed",
  data: "the choice of the images",
  run: "the choice of the weights to start from",
  draw: "the panel Draw",
  operate: "the panel Operate",
} as const;

/** A key of {@linkcode CONTROLS}. */
export type ControlName = keyof typeof CONTROLS;

/** The numbers of latents and the batch sizes to choose from. */
export const LATENT_COUNTS = [16, 32, 64, 128, 256, 512, 1024], BATCH_SIZES = [32, 64, 128, 256, 512];

/** Whether a model of this variant has a control; those that belong to no variant are always there. */
export function hasControl(name: ControlName, sparsity: VariantName): boolean {
  const { knobs, activates, revives } = VARIANTS[sparsity];
  if (name === "lr") return true;
  if (LIVE_KNOBS.includes(name as LiveKnob)) return name in knobs;
  if (name === "hidden") return activates === "sigmoid"; // the engines train all others as one-layer dictionaries
  return name === "auxk" ? revives : true;
}

const MANTISSAS = [1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8];
/** Where each slider begins and ends; `null`: at the number of latents. */
const ENDS: Record<LiveKnob, [from: number, to: number | null]> = {
  rho: [0.005, 0.8],
  beta: [1e-4, 1],
  lambda: [0.01, 100],
  k: [1, null],
  lr: [1e-4, 0.5],
};

/** The values of a slider, ascending: round numbers at about equal ratios, after 0 if a knob takes it. */
export function sliderValues(name: LiveKnob, { latent }: { latent: number }): number[] {
  const knob: Knob = CONFIG_KNOBS[name], [from, end] = ENDS[name], to = end ?? latent;
  const values = new Set<number>("min" in knob && knob.min === 0 ? [0] : []);
  for (let power = Math.floor(Math.log10(from)); 10 ** power <= to; power++) {
    for (const mantissa of MANTISSAS) values.add(Number((mantissa * 10 ** power).toPrecision(2)));
  }
  if (knob.kind === "integer") { for (let value = from; value <= to; value *= 2) values.add(value); }
  if (end === null) values.add(to);
  const isTaken = (value: number) => value === 0 || (value >= from && value <= to);
  return [...values].filter((value) => isTaken(value) && (knob.kind === "number" || Number.isInteger(value)))
    .sort((a, b) => a - b);
}

/** The place of the value that is nearest to one, by ratio. */
export function nearestPlace(values: readonly number[], value: number): number {
  const smallest = values.find((value) => value > 0)!;
  const logOf = (value: number) => Math.log(Math.max(value, smallest / 2));
  const distances = values.map((other) => Math.abs(logOf(other) - logOf(value)));
  return distances.indexOf(Math.min(...distances));
}

/** A knob's value as the page shows it: at most three significant digits. */
export function knobText(value: number): string {
  return value !== 0 && value < 1e-4 ? value.toExponential(1) : String(Number(value.toPrecision(3)));
}

/** The sign of a knob in formulas, such as ρ; its own name if it has none, such as k. */
export function symbolOf(name: LiveKnob): string {
  const knob: Knob = CONFIG_KNOBS[name];
  const sign = "takes" in knob ? knob.takes : name;
  return sign.length === 1 && sign !== "N" ? sign : name;
}

/** The value of a knob of the training under way: as it was changed last, else as the training started. */
export function currentValue({ settings, opened, changes }: Side, name: LiveKnob): number {
  const changed = changes.findLast(({ knob }) => knob === name);
  return changed?.value ?? Number(shownConfig({ settings, opened })[name]);
}

/** The configuration of a side before and after it is opened, as far as controls show it. */
export function shownConfig({ settings, opened }: Pick<Side, "settings" | "opened">): Config {
  const wanted = Object.fromEntries(Object.entries(settings.knobs).filter(([, value]) => value !== undefined));
  return opened?.config ?? { ...defaultsFor(wanted), ...wanted };
}

/** Knobs of another variant: batch and random seed stay, and the rest is as the variant has it. */
export function knobsOfVariant({ batch, seed }: LiveSettings["knobs"], sparsity: VariantName): LiveSettings["knobs"] {
  return { sparsity, ...(batch === undefined ? {} : { batch }), ...(seed === undefined ? {} : { seed }) };
}

/** Knobs of another number of latents: with fewer latents than k, k is lowered to them. */
export function knobsOfWidth(side: Side, latent: number): LiveSettings["knobs"] {
  const isTooMany = hasControl("k", shownConfig(side).sparsity) && currentValue(side, "k") > latent;
  return { ...knobsNow(side), latent, ...(isTooMany ? { k: latent } : {}) };
}

/** A second model to train beside the first. */
export interface SecondModel {
  /** What differs, such as `ρ 0.2`. */
  title: string;
  difference: LiveSettings["knobs"];
}

/** How much larger or smaller a knob of the second model is. */
const FACTORS: Partial<Record<LiveKnob, number>> = { rho: 4, lambda: 10, k: 1 / 4 };

/** The second models that are offered beside a model: one difference each. */
export function secondModelsOf(side: Side): SecondModel[] {
  const config = shownConfig(side), { sparsity } = config, { knobs, selects, revives, weight } = VARIANTS[sparsity];
  const names = Object.keys(VARIANTS) as VariantName[];
  const other = names.find((name) => VARIANTS[name].selects === "row" && selects !== "row") ?? names[0];
  const own = LIVE_KNOBS.filter((name) => name in knobs && FACTORS[name] !== undefined).map((name) => {
    const values = sliderValues(name, config);
    const value = values[nearestPlace(values, currentValue(side, name) * FACTORS[name]!)];
    return { title: `${symbolOf(name)} ${knobText(value)}`, difference: { [name]: value } };
  });
  return [
    { title: VARIANTS[other].title, difference: { sparsity: other } },
    ...own,
    ...(weight === null ? [] : [{ title: `no penalty, ${symbolOf(weight)} 0`, difference: { [weight]: 0 } }]),
    ...(revives
      ? [
        config.auxAlpha > 0
          ? { title: "no AuxK", difference: { auxAlpha: 0 } }
          : { title: "with AuxK", difference: { auxAlpha: defaultsFor({ sparsity }).auxAlpha } },
      ]
      : []),
  ];
}
