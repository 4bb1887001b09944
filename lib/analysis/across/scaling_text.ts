/**
 * What a fitted law of width and sparsity says, in sentences for the terminal and the page.
 *
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { numberText } from "../../number_text.ts";
import {
  doublingFactor,
  type Estimate,
  irreducibleShare,
  type NoScalingFit,
  type ScalingFit,
  shownSparsities,
} from "./scaling_fit.ts";

/** A number of the law with what it says. */
export interface LawNumber {
  symbol: string;
  estimate: Estimate;
  meaning: string;
}

/** The law's numbers in the order of the formula, each with a sentence. */
export function lawNumbers({ numbers, fitted: { law }, points }: ScalingFit): LawNumber[] {
  const [few, many] = endsOf(points), widths = points.map(({ n }) => n).sort((a, b) => a - b);
  const widest = widths.at(-1)!, middle = widths[widths.length >> 1];
  const { alpha, betaK, betaN, gamma, zeta, eta } = numbers;
  const byWidth = [few, many].map((k) => `by ${factor(doublingFactor(law, k))} at k = ${kText(k)}`);
  const part = zeta ? "the part of the error that falls with width" : "the error";
  return [
    { symbol: "α", estimate: alpha, meaning: "Sets the scale of the error; depends on the data." },
    {
      symbol: "β_k",
      estimate: betaK,
      meaning: `With γ: doubling k multiplies ${part} by ${
        factor(2 ** (law.betaK + law.gamma * Math.log(middle)))
      } at ${middle} latents.`,
    },
    {
      symbol: "β_n",
      estimate: betaN,
      meaning: `With γ: doubling the width multiplies ${part} ${byWidth.join(" and ")}.`,
    },
    {
      symbol: "γ",
      estimate: gamma,
      meaning: gamma.low <= 0 && gamma.high >= 0
        ? "Its interval includes 0: the sweep does not show that width helps more at one k than at another."
        : gamma.value < 0
        ? "Below 0: more width helps more if more latents may be active."
        : "Above 0: more width helps less if more latents may be active.",
    },
    ...(zeta && eta
      ? [
        {
          symbol: "ζ",
          estimate: zeta,
          meaning: `With η: the error that no width removes, by this law; it is ${
            percent(irreducibleShare(law, { n: widest, k: few }))
          } of the error at ${widest} latents and k = ${kText(few)}, and ${
            percent(irreducibleShare(law, { n: widest, k: many }))
          } at k = ${kText(many)}.`,
        },
        {
          symbol: "η",
          estimate: eta,
          meaning: `Doubling k multiplies the error that no width removes by ${factor(2 ** law.eta)}.`,
        },
      ]
      : []),
  ];
}

/** What the fit expects and how far it can be believed; of a refused fit, why. */
export function scalingText(result: ScalingFit | NoScalingFit): string {
  if (result.kind === "refused") return result.why;
  const { extrapolations, leftOut, points, fitted, typicalError, leftOutDense, rising } = result;
  const [few, many] = endsOf(points);
  const expected = extrapolations.filter(({ times, k }) => times === 2 && (k === few || k === many))
    .map(({ k, loss }) =>
      `${lossText(loss.value)} (${lossText(loss.low)} to ${lossText(loss.high)}) at k = ${kText(k)}`
    );
  const sentences = [
    `A law with ${fitted.parameters} numbers describes ${points.length} errors to ${percent(typicalError)}.`,
    `At ${2 * points.reduce((most, { n }) => Math.max(most, n), 0)} latents, twice the largest width, it expects ${
      expected.join(" and ")
    }.`,
    leftOut
      ? `Fitted without ${leftOut.n} latents, it misses the errors measured there by ${
        percent(leftOut.error)
      } on average${biasText(leftOut)}.`
      : "There are too few widths to measure how far it misses a width that it was not shown.",
  ];
  if (rising.length > 0) {
    sentences.push(
      `At k = ${
        listText(rising.map(kText))
      } the largest width has a larger error than a smaller one, as happens if wide dictionaries are not trained to the end. The law is about dictionaries that are.`,
    );
  }
  if (leftOutDense > 0) {
    sentences.push(
      `${leftOutDense} ${
        leftOutDense === 1 ? "combination is" : "combinations are"
      } left out, with k above half the width.`,
    );
  }
  return sentences.join(" ");
}

/** `4, 8 and 16` */
function listText(parts: string[]): string {
  return parts.length < 2 ? parts.join("") : `${parts.slice(0, -1).join(", ")} and ${parts.at(-1)}`;
}

/** Which way a prediction errs, if it errs mostly one way. */
function biasText({ error, bias }: { error: number; bias: number }): string {
  if (error < 0.001 || Math.abs(bias) < error / 2) return "";
  return bias > 0 ? ", expecting larger errors than there were" : ", expecting smaller errors than there were";
}

function endsOf(points: { k: number }[]): [few: number, many: number] {
  const ks = shownSparsities(points);
  return [ks[0], ks.at(-1)!];
}

/** `0.1234` */
export function lossText(loss: number): string {
  return numberText(loss, { decimals: loss < 0.01 ? 5 : 4 });
}

/** `16` or `15.8` */
export function kText(k: number): string {
  return String(Number(k.toFixed(1)));
}

function factor(value: number): string {
  return value.toFixed(3);
}

function percent(share: number): string {
  return `${(100 * share).toFixed(share < 0.1 ? 1 : 0)} %`;
}
