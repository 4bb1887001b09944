/**
 * What the best and the worst reconstructions of a run show, in sentences computed from them.
 *
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { mean } from "../../../lib/analysis/mean.ts";
import type { Run } from "../../../lib/report/schema.ts";
import { figure, fixed, percent } from "../format.ts";
import { inputWords } from "./inputs.ts";
import type { RebuiltInput } from "./pairs.ts";

/** What the quantiles of the errors show: the middle, the last twentieth, and how the two splits differ. */
export function anomalySentence({ train, test }: Run["errorQuantiles"], many: string): string {
  const at = (errors: number[], share: number) => errors[Math.round(share * (errors.length - 1))];
  const middle = at(test, 0.5), late = at(test, 0.95);
  const spread = middle > 0 && late > middle
    ? `Half of the test ${many} have an error of at most ${figure(middle)}; one in twenty has more than ${
      figure(late)
    }.`
    : `Half of the test ${many} have an error of at most ${figure(middle)}.`;
  const above = test.filter((error) => error > at(train, 0.95)).length / test.length;
  return `${spread} ${
    percent(above)
  } of the test ${many} have an error above that of 95\u00a0% of the training ${many}.`;
}

/** Inputs picked by their error's rank. */
interface Picked {
  kind: "best" | "median" | "worst";
  pairs: RebuiltInput[];
}

/** The first sentences of the section. */
export function reconstructionsSummary(run: Pick<Run, "dataset">, picked: Picked[]): string {
  const { many } = inputWords(run);
  const of = (kind: Picked["kind"]) => picked.find((other) => other.kind === kind)?.pairs ?? [];
  const best = of("best"), worst = of("worst");
  const low = mean(best.map(({ mse }) => mse)), high = mean(worst.map(({ mse }) => mse));
  if (low === null || high === null) return `The ${many} of the test set and their reconstructions.`;
  const ratio = low > 0
    ? ` ${fixed(high / low, high / low < 10 ? 1 : 0)} times as large as the ${best.length} smallest (${figure(low)})`
    : ` ${figure(high)}; the ${best.length} smallest are 0`;
  return `The ${worst.length} largest errors of the test set are, on average,${ratio}.${
    classSentence(best, worst, many)
  }`;
}

/** Says that the best or the worst inputs are all of one class, if they are. */
function classSentence(best: RebuiltInput[], worst: RebuiltInput[], many: string): string {
  const same = (pairs: RebuiltInput[]) => {
    const classes = new Set(pairs.map(({ className }) => className));
    return classes.size === 1 && pairs.length > 1 ? pairs[0].className : null;
  };
  const sentences = [["smallest", same(best)], ["largest", same(worst)]].flatMap(([name, className]) =>
    className === null ? [] : [` The ${many} with the ${name} errors are all of class ${className}.`]
  );
  return sentences.join("");
}
