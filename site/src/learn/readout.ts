/**
 * The numbers beside the chart of the penalty, for one ρ and ρ̂: at build and in the page.
 *
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { klDivergence, klSlope } from "../../../lib/kl.ts";

/** Rows of the table, in order. */
export const READOUT = [
  { name: "active", label: "ρ ln(ρ / ρ̂)" },
  { name: "inactive", label: "(1 − ρ) ln((1 − ρ) / (1 − ρ̂))" },
  { name: "penalty", label: "Penalty, nats" },
  { name: "slope", label: "Slope at ρ̂ (above 0 pushes ρ̂ down)" },
] as const;

/** The values as text, four decimals; the slope with two and its sign. */
export function readoutOf(
  { rho, rhoHat }: { rho: number; rhoHat: number },
): Record<(typeof READOUT)[number]["name"], string> {
  return {
    active: withMinus(rho * Math.log(rho / rhoHat), 4),
    inactive: withMinus((1 - rho) * Math.log((1 - rho) / (1 - rhoHat)), 4),
    penalty: withMinus(klDivergence(rho, rhoHat), 4),
    slope: withSign(klSlope(rho, rhoHat)),
  };
}

/** A number with a true minus; no minus before a 0. */
function withMinus(value: number, decimals: number): string {
  const text = Math.abs(value).toFixed(decimals);
  return value < 0 && Number(text) !== 0 ? `−${text}` : text;
}

function withSign(value: number): string {
  const text = withMinus(value, 2);
  return value > 0 && Number(text) !== 0 ? `+${text}` : text;
}
