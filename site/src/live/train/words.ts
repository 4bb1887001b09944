/**
 * What the page says of a training: titles of two models, the formula of the loss, sentences for those who do not see it.
 *
 * PORTABLE: no Deno, no Node, no DOM.
 *
 * @module
 */
import { CONFIG_KNOBS, type KnobName } from "../../../../lib/config_knobs.ts";
import { type VariantName, VARIANTS } from "../../../../lib/sae/sparsity/variants.ts";
import { count, figure, fixed } from "../../format.ts";
import type { LiveState, Losses, Side } from "../live.ts";
import type { LiveKnob } from "../settings.ts";
import { currentValue, knobText, shownConfig, symbolOf } from "./controls.ts";

/** Steps at the end of a training whose mean loss is shown. */
const LAST_STEPS = 8;

/** What distinguishes the models, one title each: `KL` and `TopK`, or `ρ 0.05` and `ρ 0.2`. */
export function sideTitles(sides: readonly Side[]): string[] {
  const configs = sides.map(shownConfig);
  const [{ sparsity }] = configs;
  if (configs.some((config) => config.sparsity !== sparsity)) {
    return configs.map(({ sparsity }) => VARIANTS[sparsity].title);
  }
  if (sides.length === 1) return [VARIANTS[sparsity].title];
  const differing = [
    ...new Set(sides.flatMap(({ settings, changes }) => [
      ...Object.keys(settings.knobs) as KnobName[],
      ...changes.map(({ knob }) => knob),
    ])),
  ].filter((name) => name in CONFIG_KNOBS && new Set(sides.map((side) => valueText(side, name))).size > 1);
  if (differing.length === 0) return sides.map((_, i) => `model ${i + 1}`);
  return sides.map((side) => differing.map((name) => valueText(side, name)).join(", "));
}

/** A setting with its value, such as `ρ 0.05`. */
function valueText(side: Side, name: KnobName): string {
  if (name === "auxAlpha") return shownConfig(side).auxAlpha > 0 ? "with AuxK" : "no AuxK";
  if (name === "hidden") return shownConfig(side).hidden.length > 0 ? "hidden layer" : "no hidden layer";
  if (name === "latent") return `${count(shownConfig(side).latent)} latents`;
  if (name === "seed") return `random seed ${shownConfig(side).seed}`;
  if (isLive(name)) return `${name === "lr" ? "learning rate" : symbolOf(name)} ${knobText(currentValue(side, name))}`;
  return `${name} ${shownConfig(side)[name]}`;
}

function isLive(name: string): name is LiveKnob {
  return ["rho", "beta", "lambda", "k", "lr"].includes(name);
}

/** Losses of the last steps, the mean. */
export interface LossNow {
  total: number;
  reconstruction: number;
  /** weight · penalty */
  penalty: number;
  auxiliary: number;
}

/** See {@linkcode LossNow}; null before the first step. */
export function lossNow(losses: Losses, { steps = LAST_STEPS } = {}): LossNow | null {
  const used = Math.min(steps, losses.length);
  if (used === 0) return null;
  const meanOf = (values: Float32Array) => {
    let sum = 0;
    for (let i = losses.length - used; i < losses.length; i++) sum += values[i];
    return sum / used;
  };
  const reconstruction = meanOf(losses.reconstruction), penalty = meanOf(losses.penalty);
  const auxiliary = meanOf(losses.auxiliary);
  return { total: reconstruction + penalty + auxiliary, reconstruction, penalty, auxiliary };
}

/** A part of a formula, coloured by what it is. */
export interface Term {
  text: string;
  ink: "ink" | "recon" | "target" | "muted";
}

/** What the auxiliary loss of a variant is. */
export function auxiliaryName(sparsity: VariantName): string {
  const { penalizes, prefixWidths, budgets } = VARIANTS[sparsity];
  if (budgets) return "smaller k";
  return prefixWidths ? "prefixes" : penalizes === "gates" ? "gates" : "AuxK";
}

/** Whether a variant has losses beside reconstruction and penalty. */
export function hasAuxiliary(sparsity: VariantName): boolean {
  const { revives, penalizes, prefixWidths, budgets } = VARIANTS[sparsity];
  return revives || penalizes === "gates" || prefixWidths !== undefined || budgets !== undefined;
}

/** The loss of a training as its parts, in numbers; empty before the first step. */
export function lossFormula(side: Side): Term[] {
  const now = lossNow(side.losses), { sparsity } = shownConfig(side);
  if (now && !Number.isFinite(now.total)) return [{ text: lossText(now.total), ink: "muted" }];
  return now ? formulaOf(sparsity, { now, weight: side.frame?.weight ?? null }) : [];
}

/**
 * A loss as its parts, in numbers: `0.0102 = 0.0102 + β 0.005 × 0.0149`.
 *
 * @param options.weight The penalty's weight; null without a penalty.
 */
export function formulaOf(sparsity: VariantName, { now, weight }: { now: LossNow; weight: number | null }): Term[] {
  const knob = VARIANTS[sparsity].weight;
  return [
    { text: `${lossText(now.total)} = `, ink: "ink" },
    { text: lossText(now.reconstruction), ink: "recon" },
    ...(knob !== null && weight !== null
      ? [
        { text: " + ", ink: "muted" as const },
        {
          text: `${symbolOf(knob)} ${knobText(weight)}${weight > 0 ? ` × ${lossText(now.penalty / weight)}` : ""}`,
          ink: "target" as const,
        },
      ]
      : []),
    ...(hasAuxiliary(sparsity)
      ? [{ text: ` + ${auxiliaryName(sparsity)} ${lossText(now.auxiliary)}`, ink: "muted" as const }]
      : []),
  ];
}

/** A loss: four decimals, or three significant digits if it is small; in words if it is no number. */
export function lossText(value: number): string {
  if (!Number.isFinite(value)) return "not a number";
  if (value === 0) return "0.0000";
  if (Math.abs(value) < 1e-5) return value.toExponential(1).replaceAll("-", "−");
  return Math.abs(value) < 0.001 || value >= 100 ? figure(value, 2) : fixed(value, 4);
}

/** The step, the epoch and the speed: `2 202 steps`, `epoch 57`, `295 steps/s`. */
export function progressOf(side: Side): { steps: string; epoch: string; speed: string } {
  const { step, opened, stepsPerSecond, isTraining } = side;
  return {
    steps: `${count(step)} step${step === 1 ? "" : "s"}`,
    epoch: `epoch ${count(Math.floor(step / (opened?.stepsPerEpoch ?? Infinity)) + 1)}`,
    speed: isTraining && stepsPerSecond > 0 ? `${count(Math.round(stepsPerSecond))} steps/s` : "",
  };
}

/** What is said of a training to those who do not see it. */
export function spoken({ sides }: Pick<LiveState, "sides">): string {
  const titles = sideTitles(sides);
  const parts = sides.map((side, i) => {
    const now = lossNow(side.losses), { steps, epoch } = progressOf(side);
    const name = sides.length > 1 ? `${titles[i]}: ` : "";
    return now ? `${name}${epoch}, ${steps}, loss ${lossText(now.total)}` : "";
  }).filter((part) => part !== "");
  return parts.length === 0 ? "" : `${sides[0].isTraining ? "Training" : "Paused"}: ${parts.join("; ")}.`;
}
