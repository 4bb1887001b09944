/**
 * Which of a run's listed inputs the chooser offers, and in which order.
 *
 * @module
 */
import type { InputRow } from "../../../lib/report/inputs_schema.ts";
import type { InputsData } from "./data.ts";

/** A group of inputs: by their place in the test set, or by the rank of their error. */
export type Kind = InputRow["kinds"][number];

/** The groups in the order in which the page shows them. */
export const KINDS: readonly Kind[] = ["first", "best", "median", "worst"];

/** What a group is called. */
export function kindName(kind: Kind, word: "image" | "vector"): string {
  return {
    first: `First test ${word}s`,
    best: "Smallest errors",
    median: "Median errors",
    worst: "Largest errors",
  }[kind];
}

/** What a reader asks for. */
export interface Filter {
  kind: Kind | null;
  label: number | null;
  /** Only inputs on which this latent is active (above `activeAbove`), by its activation. */
  latent: number | null;
  /** By row, or by error from the smallest or from the largest. */
  order: "row" | "smallest" | "largest";
}

/** Every input, in test order. */
export const NO_FILTER: Readonly<Filter> = { kind: null, label: null, latent: null, order: "row" };

/** The inputs to choose from. */
type Inputs = Pick<InputsData, "rows" | "activeAbove">;

/** Places of the inputs that pass a filter, in its order. */
export function chosen({ rows, activeAbove }: Inputs, { kind, label, latent, order }: Filter): number[] {
  const activation = (i: number) => {
    const { latents, activations } = rows[i].active, at = latents.indexOf(latent ?? -1);
    return at < 0 ? 0 : activations[at];
  };
  const passing = [...rows.keys()].filter((i) =>
    (kind === null || rows[i].kinds.includes(kind)) && (label === null || rows[i].label === label) &&
    (latent === null || activation(i) > activeAbove)
  );
  if (order !== "row") {
    const sign = order === "smallest" ? 1 : -1;
    return passing.sort((a, b) => sign * (rows[a].mse - rows[b].mse) || a - b);
  }
  return latent === null ? passing : passing.sort((a, b) => activation(b) - activation(a) || a - b);
}

/** The first inputs of a group for a short strip: the worst and the best by error, the others in test order. */
export function strip(data: Inputs, { kind, length }: { kind: Kind; length: number }): number[] {
  const order = kind === "best" ? "smallest" : kind === "worst" ? "largest" : "row";
  return chosen(data, { ...NO_FILTER, kind, order }).slice(0, length);
}
