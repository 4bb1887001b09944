/**
 * The penalty of a run's latents, worked out number by number, and the sum that the loss has.
 *
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { klDivergence, klSum } from "../../../lib/kl.ts";

/** A latent with its penalty. */
export interface WorkedLatent {
  latent: number;
  /** Mean activation. */
  rhoHat: number;
  /** Its penalty. */
  nats: number;
}

/** One latent in full, some others, and all together. */
export interface Worked {
  /** The latent with the largest penalty, with the two terms of the formula. */
  largest: WorkedLatent & { active: number; inactive: number };
  /** Up to four latents: those with the smallest, a middle, the second largest and the largest penalty. */
  shown: WorkedLatent[];
  /** All latents that are not shown. */
  others: { count: number; nats: number };
  /** Over all latents. */
  sum: number;
  /** How many latents have a mean activation above ρ. */
  above: number;
}

/**
 * Works the penalty out.
 *
 * @param means Mean activation of each latent, at least one.
 */
export function workedExample({ means, rho }: { means: readonly number[]; rho: number }): Worked {
  const ranked = means
    .map((rhoHat, latent) => ({ latent, rhoHat, nats: klDivergence(rho, rhoHat) }))
    .sort((a, b) => a.nats - b.nats || a.latent - b.latent);
  const places = new Set(
    [0, Math.floor((ranked.length - 1) / 2), ranked.length - 2, ranked.length - 1].filter((i) => i >= 0),
  );
  const shown = [...places].sort((a, b) => a - b).map((i) => ranked[i]);
  const largest = ranked.at(-1)!, { rhoHat } = largest;
  const sum = klSum(rho, means);
  return {
    largest: {
      ...largest,
      active: rho * Math.log(rho / rhoHat),
      inactive: (1 - rho) * Math.log((1 - rho) / (1 - rhoHat)),
    },
    shown,
    others: { count: means.length - shown.length, nats: sum - shown.reduce((part, { nats }) => part + nats, 0) },
    sum,
    above: means.filter((mean) => mean > rho).length,
  };
}

/** The penalty of one latent, term by term, in TeX. */
export function penaltyTex({ rhoHat, active, inactive, nats }: Worked["largest"], rho: number): string {
  const q = rhoHat.toFixed(4), rest = short(1 - rho);
  return String.raw`\begin{aligned} & ${short(rho)} \ln \frac{${short(rho)}}{${q}} + ${rest} \ln ` +
    String.raw`\frac{${rest}}{${(1 - rhoHat).toFixed(4)}} \\ &= {${active.toFixed(5)}} + {${inactive.toFixed(5)}} = ` +
    String.raw`${nats.toFixed(5)} \text{ nats} \end{aligned}`;
}

/** The total loss as its two parts, in TeX. */
export function lossTex(
  { reconstruction, penalty, weight }: { reconstruction: number; penalty: number; weight: number },
): string {
  const parts = [reconstruction, weight * penalty];
  return String.raw`\begin{aligned} & ${reconstruction.toFixed(6)} + ${short(weight)} \times ${
    penalty.toFixed(4)
  } \\ &= ` +
    String.raw`${parts.map((part) => part.toFixed(6)).join(" + ")} = ${(parts[0] + parts[1]).toFixed(6)} \end{aligned}`;
}

/** A setting with the digits that it has, without those of a float. */
function short(value: number): string {
  return String(Number(value.toPrecision(6)));
}
