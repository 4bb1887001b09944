/**
 * Which curves the losses of one or two models make, and what they are called.
 *
 * PORTABLE: no Deno, no Node, no DOM.
 *
 * @module
 */
import { type VariantName, VARIANTS } from "../../../../lib/sae/sparsity/variants.ts";
import type { Losses, Side } from "../live.ts";
import type { Change } from "../settings.ts";
import { knobText, symbolOf } from "./controls.ts";
import type { LossCurve } from "./losses_svg.ts";
import { auxiliaryName, hasAuxiliary } from "./words.ts";

/** The losses of a model. */
export interface NamedLosses {
  sparsity: VariantName;
  /** What distinguishes it from the other model. */
  title: string;
  losses: Losses;
}

/**
 * The curves, the most important first. Of one model the total and its parts; of two models the reconstruction losses,
 * because totals of different penalties cannot be compared, and the penalties.
 */
export function lossCurves(models: readonly NamedLosses[]): LossCurve[] {
  const [first, second] = models;
  if (!second) {
    const own = partsOf(first, { isDashed: false });
    const { reconstruction, penalty, auxiliary, length } = first.losses;
    if (own.length === 0) return [{ label: "loss", ink: "recon", isDashed: false, parts: [reconstruction], length }];
    return [
      { label: "loss", ink: "ink", isDashed: false, parts: [reconstruction, penalty, auxiliary], length },
      { label: "reconstruction", ink: "recon", isDashed: false, parts: [reconstruction], length },
      ...own,
    ];
  }
  return [
    ...models.map(({ title, losses }, i): LossCurve => ({
      label: title,
      ink: "recon",
      isDashed: i > 0,
      parts: [losses.reconstruction],
      length: losses.length,
    })),
    ...models.flatMap((model, i) => penaltyOf(model, { isDashed: i > 0 })),
  ];
}

/** Changes of one knob that are closer than this share of the training are one movement of its slider. */
const ONE_MOVEMENT = 1 / 50;

/** Where knobs were changed in any of the models, in the order of steps; of one movement the last value. */
export function marksOf(sides: readonly Pick<Side, "changes" | "step">[]): { step: number; text: string }[] {
  const near = ONE_MOVEMENT * Math.max(...sides.map(({ step }) => step));
  const changes = sides.flatMap(({ changes }) => changes).sort((a, b) => a.step - b.step);
  const isLast = (change: Change, i: number) =>
    !changes.slice(i + 1).some(({ knob, step }) => knob === change.knob && step - change.step <= near);
  return changes.filter(isLast).map(({ step, knob, value }) => ({
    step,
    text: `${knob === "lr" ? "learning rate" : symbolOf(knob)} ${knobText(value)}`,
  }));
}

/** Penalty and auxiliary loss, if the variant has them. */
function partsOf(model: NamedLosses, { isDashed }: { isDashed: boolean }): LossCurve[] {
  return [
    ...penaltyOf(model, { isDashed }),
    ...(hasAuxiliary(model.sparsity)
      ? [{
        label: auxiliaryName(model.sparsity),
        ink: "muted" as const,
        isDashed,
        parts: [model.losses.auxiliary],
        length: model.losses.length,
      }]
      : []),
  ];
}

function penaltyOf({ sparsity, losses }: NamedLosses, { isDashed }: { isDashed: boolean }): LossCurve[] {
  const { weight } = VARIANTS[sparsity];
  if (weight === null) return [];
  const { penalty, length } = losses;
  return [{ label: `${symbolOf(weight)} · penalty`, ink: "target", isDashed, parts: [penalty], length }];
}
