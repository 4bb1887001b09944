/**
 * What a reader has chosen on the Inputs page, as the address keeps it: `?input=7&order=effect&scale=own&off=3,17&first=5`.
 *
 * @module
 */
import { wholeNumber } from "../whole_number.ts";
import type { Order } from "./order.ts";

/** One scale for all contributions, or each contribution on a scale of its own. */
export type Scale = "one" | "own";

/** The choices. */
export interface Choice {
  /** Row in the test set; null for the page's own. */
  input: number | null;
  order: Order;
  scale: Scale;
  /** Latents that are switched off. */
  off: number[];
  /** How many latents are in the sum; null for all. */
  first: number | null;
  /** Inputs listed: only those on which this latent is active; null for all. */
  latent: number | null;
}

/** What the page shows without an address of its own. */
export const NO_CHOICE: Readonly<Choice> = {
  input: null,
  order: "activation",
  scale: "one",
  off: [],
  first: null,
  latent: null,
};

/** The choices of an address; whatever in it is not one is left out. */
export function choiceOf(query: string): Choice {
  const params = new URLSearchParams(query);
  return {
    input: wholeNumber(params.get("input")),
    order: params.get("order") === "effect" ? "effect" : "activation",
    scale: params.get("scale") === "own" ? "own" : "one",
    off: [...new Set((params.get("off") ?? "").split(",").map(wholeNumber).filter((latent) => latent !== null))],
    first: wholeNumber(params.get("first")),
    latent: wholeNumber(params.get("latent")),
  };
}

/** The address of choices, from the `?` on; empty if nothing is chosen. */
export function queryOf({ input, order, scale, off, first, latent }: Choice): string {
  const parts = [
    latent === null ? "" : `latent=${latent}`,
    input === null ? "" : `input=${input}`,
    order === "activation" ? "" : `order=${order}`,
    scale === "one" ? "" : `scale=${scale}`,
    off.length === 0 ? "" : `off=${off.toSorted((a, b) => a - b).join(",")}`,
    first === null ? "" : `first=${first}`,
  ].filter((part) => part !== "");
  return parts.length === 0 ? "" : `?${parts.join("&")}`;
}
