/**
 * What the Draw panel says.
 *
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { count } from "../../format.ts";
import type { LiveInput, Side } from "../live.ts";
import type { ShownData } from "../messages.ts";

/** What is known of rows. */
type Known = Pick<ShownData, "labels" | "classNames" | "words" | "canDraw">;

/** Where there is no pad, and why. */
const NOT_DRAWN = "Drawing is possible with grey images of 28 by 28 pixels.";

/** What the pad shows, after the number of the test row if it is one. */
export function inputText(
  input: LiveInput | null,
  { data, isEmpty }: { data: Known | null; isEmpty: boolean },
): string {
  if (input && "row" in input.from) {
    const ofRow = [classText(input.from.row, data), data?.words?.[input.from.row] ?? ""].filter((text) => text !== "")
      .join(": ");
    return data && !data.canDraw ? [ofRow, NOT_DRAWN].filter((text) => text !== "").join(". ") : ofRow;
  }
  if (isEmpty) return "Draw a digit: mouse, pen, finger or arrow keys.";
  return "Your drawing, centred as in MNIST.";
}

/** A held-out image by its number and class. */
export function testImageText(row: number, data: Pick<ShownData, "labels" | "classNames"> | null): string {
  const ofClass = classText(row, data);
  return `test image ${row}${ofClass === "" ? "" : `, ${ofClass}`}`;
}

function classText(row: number, data: Pick<ShownData, "labels" | "classNames"> | null): string {
  const label = data?.labels?.[row];
  return label === undefined ? "" : `class ${data!.classNames[label] ?? label}`;
}

/** Which latents are active on the input, above the list of them. */
export function activeText({ opened, focus, stats, step }: Side, nActive: number): string {
  if (!opened || !focus) return "The model is not there yet.";
  const { nLatents, activeAbove } = opened, threshold = activeAbove > 0 ? ` (above ${activeAbove})` : "";
  if (nActive > 0) {
    const are = nActive === 1 ? "latent is" : "latents are";
    return `${count(nActive)} of ${count(nLatents)} ${are} active${threshold}`;
  }
  if (stats && step > 0 && stats.dead === nLatents) {
    return `No latent is active${threshold}: all ${count(nLatents)} are dead, active on none of the ${
      count(stats.rows)
    } held-out rows.`;
  }
  return `No latent is active on this input${threshold}.`;
}

/** How the growing sum is to be read. */
export function sumText({ opened }: Side): string {
  return opened?.isLinear === false
    ? "Latents set one by one, the others at their means:"
    : "The reconstruction as a growing sum of latents:";
}

/** What stands above one image of the growing sum that adds no latent of its own. */
export function sumEndText({ isFirst, nLatents, nActive, nAdded, isSigmoid }: {
  isFirst: boolean;
  nLatents: number;
  nActive: number;
  nAdded: number;
  /** Whether no activation is ever 0, so that latents that are not active change the image too. */
  isSigmoid: boolean;
}): string {
  if (isFirst) return "none";
  if (isSigmoid) return `all ${count(nLatents)}`;
  const more = nActive - nAdded;
  return more > 0 ? `+ ${count(more)} more` : "all";
}
