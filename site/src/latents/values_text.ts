/**
 * Values of latents as text, in the table, the atlas and the details alike.
 *
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { figure, fixed, percent } from "../format.ts";
import { className, isDead, type LatentTable, type Measure } from "./columns.ts";
import type { RunFacts } from "./facts.ts";

/** A latent's measure as text; empty if it has none. */
export function valueText(table: LatentTable, measure: Measure, latent: number): string {
  const value = table.values[measure][latent];
  if (Number.isNaN(value)) return "";
  switch (measure) {
    case "density":
      return value === 0 ? "dead" : percent(value);
    case "classPurity":
      return percent(value);
    case "mainClass":
      return className(table, value);
    case "nearest":
      return String(value);
    case "foundIn":
    case "decoderFoundIn":
      return `${value} of ${table.seeds}`;
    case "nearestCosine":
      return fixed(value, 2);
    case "meanActivation":
      return value !== 0 && Math.abs(value) < 1e-4 ? figure(value, 1) : fixed(value, 4);
    case "errorSaved":
      return errorText(value);
    case "klNats":
      return value < 1e-4 && value > 0 ? exponential(value) : figure(value, 2);
    default:
      return activationText(value);
  }
}

/** An activation: two decimals, and more where it would read 0. */
export function activationText(value: number): string {
  if (value === 0) return "0";
  return Math.abs(value) < 0.1 ? figure(value, 2) : fixed(value, 2);
}

/** An activation below a tile, which has room for about seven characters: at most two digits, a power of ten if it is tiny. */
export function tileText(value: number): string {
  if (value === 0) return "0";
  if (value < 1e-3) return exponential(value, 0);
  // What rounds to 1 is written as 1 is.
  return value < 0.995 ? activationText(value) : fixed(value, value < 9.95 ? 1 : 0);
}

/** A change of the mean squared error: three significant digits, a power of ten if it is tiny. */
export function errorText(value: number): string {
  if (value === 0) return "0";
  return Math.abs(value) < 1e-5 ? exponential(value) : figure(value, 3);
}

/** 3.1e−7 as 3.1·10⁻⁷. */
function exponential(value: number, decimals = 1): string {
  const [digits, power] = value.toExponential(decimals).split("e");
  const raised = power.replace("-", "⁻").replace(/\d/g, (digit) => "⁰¹²³⁴⁵⁶⁷⁸⁹"[Number(digit)]);
  return `${digits.replace("-", "−")}·10${raised}`;
}

/** A latent in words, for those who do not see its tile. */
export function latentWords(table: LatentTable, latent: number, { unit }: Pick<RunFacts, "unit">): string {
  const { density, maxActivation, mainClass } = table.values;
  if (isDead(table, latent)) return `Latent ${latent}: active on no test ${unit}`;
  const ofClass = Number.isNaN(mainClass[latent]) ? "" : `, most often class ${className(table, mainClass[latent])}`;
  return `Latent ${latent}: active on ${percent(density[latent])} of test ${unit}s, largest activation ${
    activationText(maxActivation[latent])
  }${ofClass}`;
}
