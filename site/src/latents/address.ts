/**
 * What a reader chose on the page of latents, in the address: so that it can be kept, sent and reloaded.
 *
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { wholeNumber } from "../whole_number.ts";
import { MEASURES, type SortKey } from "./columns.ts";
import type { AtlasOrder, Shown, Sort } from "./order.ts";

/** Everything that can be chosen. */
export interface Choice {
  /** The latent whose details are shown, or null for the first one. */
  latent: number | null;
  /** Whether its details take the whole page. */
  isWhole: boolean;
  search: string;
  sort: Sort;
  shown: Shown;
  /** A bar of the density histogram, or null. */
  bin: number | null;
  order: AtlasOrder | null;
}

/** What a page shows without a choice. */
export const DEFAULT_CHOICE: Choice = {
  latent: null,
  isWhole: false,
  search: "",
  sort: { key: "errorSaved", isAscending: false },
  shown: "all",
  bin: null,
  order: null,
};

const ORDERS: readonly string[] = ["class", "error", "density", "largest", "number"] satisfies AtlasOrder[];
const SHOWN: readonly string[] = ["all", "active", "dead"] satisfies Shown[];

/** The choice in an address's query, `?latent=17&sort=-density`; what it does not name, or names wrongly, is as without. */
export function choiceOf(query: string): Choice {
  const words = new URLSearchParams(query), { sort, shown } = DEFAULT_CHOICE;
  const order = words.get("order") ?? "", only = words.get("show") ?? "";
  return {
    latent: wholeNumber(words.get("latent")),
    isWhole: words.get("view") === "whole",
    search: words.get("search") ?? "",
    sort: sortOf(words.get("sort")) ?? sort,
    shown: SHOWN.includes(only) ? only as Shown : shown,
    bin: wholeNumber(words.get("bin")),
    order: ORDERS.includes(order) ? order as AtlasOrder : null,
  };
}

/** The query of a choice, with its question mark; empty if nothing was chosen. */
export function queryOf({ latent, isWhole, search, sort, shown, bin, order }: Choice): string {
  const words = new URLSearchParams();
  if (latent !== null) words.set("latent", String(latent));
  if (isWhole) words.set("view", "whole");
  if (search) words.set("search", search);
  const { sort: usual } = DEFAULT_CHOICE;
  if (sort.key !== usual.key || sort.isAscending !== usual.isAscending) {
    words.set("sort", (sort.isAscending ? "" : "-") + sort.key);
  }
  if (shown !== "all") words.set("show", shown);
  if (bin !== null) words.set("bin", String(bin));
  if (order !== null) words.set("order", order);
  const query = words.toString();
  return query && `?${query}`;
}

function sortOf(word: string | null): Sort | null {
  const key = word?.replace(/^-/, "") ?? "";
  return key === "latent" || Object.hasOwn(MEASURES, key)
    ? { key: key as SortKey, isAscending: !word!.startsWith("-") }
    : null;
}
