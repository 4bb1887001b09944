/**
 * How well single latents separate the classes, and how much accuracy is lost without them: the pairs that the charts
 * draw, and what to see.
 *
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { Evaluation } from "../../../lib/report/schema.ts";
import type { Pair } from "../charts/dumbbells.ts";
import { count, fixed } from "../format.ts";

type Probing = NonNullable<Evaluation["probing"]>;
type Perturbation = NonNullable<Evaluation["perturbation"]>;

/** A share as per cent with one decimal, without its sign: `84.6`; never `−0.0`. */
export function accuracyText(share: number): string {
  const text = fixed(100 * share, 1);
  return text === "−0.0" ? "0.0" : text;
}

/** Accuracy from k latents beside that from k pixels, a pair for each k. */
export function probingPairs({ latents, pixels }: Pick<Probing, "latents" | "pixels">): Pair[] {
  return latents.map(({ k, value }) => ({
    name: `${k} ${k === 1 ? "column" : "columns"}`,
    value,
    compared: pixels.find((other) => other.k === k)?.value ?? null,
  }));
}

/** More classes than this are too many lines: those in which latents and pixels differ most are drawn. */
export const MOST_CLASSES = 30;

/** The accuracy of each class with the most columns, in the classes' order, and the latents that its probe reads. */
export interface ClassPairs {
  /** Columns of each probe. */
  k: number;
  /** Of up to {@linkcode MOST_CLASSES} classes. */
  drawn: Pair[];
  /** Of all classes. */
  rows: (Pair & { bestLatents: number[] })[];
}

/** See {@linkcode ClassPairs}; null if no class could be measured. */
export function classPairs(
  { byClass }: Pick<Probing, "byClass">,
  { classNames }: { classNames: string[] },
): ClassPairs | null {
  const k = Math.max(...byClass.flatMap(({ latents }) => latents.map(({ k }) => k)));
  const at = (values: { k: number; value: number | null }[]) => values.find((other) => other.k === k)?.value ?? null;
  const rows = byClass.map(({ label, latents, pixels, bestLatents }) => ({
    name: classNames[label] ?? String(label),
    value: at(latents),
    compared: at(pixels),
    bestLatents,
  }));
  if (!hasPairs(rows)) return null;
  const difference = ({ value, compared }: Pair) =>
    value === null || compared === null ? -1 : Math.abs(value - compared);
  const chosen = new Set(rows.toSorted((a, b) => difference(b) - difference(a)).slice(0, MOST_CLASSES));
  return { k, drawn: rows.filter((row) => chosen.has(row)).map(({ bestLatents: _, ...pair }) => pair), rows };
}

/** The classes that the latents separate from the others best and worst. */
export function classSentence({ rows }: ClassPairs): string {
  const measured = rows.filter(({ value }) => value !== null).toSorted((a, b) => b.value! - a.value!);
  if (measured.length < 2) return "";
  const best = measured[0], worst = measured.at(-1)!;
  if (accuracyText(best.value!) === accuracyText(worst.value!)) {
    return `The latents separate every class from the others with the same accuracy, ${
      accuracyText(best.value!)
    }\u00a0%.`;
  }
  return `The latents separate class ${best.name} from the others best (${
    accuracyText(best.value!)
  }\u00a0%) and class ` +
    `${worst.name} worst (${accuracyText(worst.value!)}\u00a0%).`;
}

/** Whether there is anything to draw. */
export function hasPairs(pairs: Pair[]): boolean {
  return pairs.some(({ value, compared }) => value !== null || compared !== null);
}

/**
 * Test rows for each class below which accuracies are not compared: a fifth of them measures a probe, so that of 100 rows a class's
 * accuracy is known to about 8 points only.
 */
const FEWEST_ROWS = 100;

/** How many rows the probes were measured on; with few, that differences may be chance. */
export function probingRows(
  { rows, classes }: { rows: number; classes: number },
  { many }: { many: string },
): { text: string; areEnough: boolean } {
  const areEnough = rows >= FEWEST_ROWS * classes;
  const from = `Of the ${count(rows)} test ${many} a fifth of each class is kept for measuring.`;
  const few = `With fewer than ${FEWEST_ROWS} test ${many} for each class, such differences may be chance.`;
  return { text: areEnough ? from : `${from} ${few}`, areEnough };
}

/** How many points the latents are ahead of the pixels with the fewest and with the most columns. */
export function probingSentence(pairs: Pair[], { columns }: { columns: string }): string {
  const whole = pairs.filter(({ value, compared }) => value !== null && compared !== null);
  if (whole.length === 0) return "";
  const ahead = ({ name, value, compared }: Pair) => {
    const points = 100 * (value! - compared!);
    if (Math.abs(points) < 0.05) return `With ${name}, latents and ${columns} are equally accurate.`;
    return `With ${name}, latents are ${fixed(Math.abs(points), 1)} percentage points ${
      points > 0 ? "more" : "less"
    } accurate than ${columns}.`;
  };
  const ends = whole.length === 1 ? whole : [whole[0], whole.at(-1)!];
  return ends.map(ahead).join(" ");
}

/** The accuracy that a class's own probe and the other probes lose, a pair for each number of removed latents. */
export function perturbationPairs(rows: Perturbation): Pair[] {
  return rows.map(({ n, ownDrop, otherDrop }) => ({ name: `${n} latents`, value: ownDrop, compared: otherDrop }));
}

/** The number of latents at which a class is separated from the others by its own latents most clearly. */
export function perturbationSentence(rows: Perturbation): string {
  const best = rows.filter(({ score }) => score !== null).toSorted((a, b) => b.score! - a.score!)[0];
  if (!best) return "";
  return `The difference is largest with ${best.n} latents removed: ${accuracyText(best.score!)} percentage points. ` +
    (best.score! >= CLEAR ? "Classes have latents of their own." : "Classes share most of their latents.");
}

/** From this difference on a class has latents that the others do without. 0.5 is the most that there can be. */
const CLEAR = 0.25;
