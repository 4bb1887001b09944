/**
 * What a comparison is about, in the list of all; what the page of a part of it is called, what it is about, and its sections.
 *
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { Comparison } from "../../../lib/report/comparison_schema.ts";
import { count } from "../format.ts";
import type { ComparisonPart } from "./groups.ts";
import { shortTitles } from "./lists.ts";

/** Words of a page. */
export interface PartWords {
  title: string;
  lead: string;
  contents: { id: string; label: string }[];
}

/** The words of a part's page. */
export function partWords({ runs, sharedAbove }: Comparison, part: ComparisonPart): PartWords {
  const run = (id: string) => runs.find((run) => run.id === id)!;
  if (part.kind === "seeds") {
    const { title, runs: ids, consensus } = part.group, all = consensus.smallestCosine.length;
    return {
      title: `Stability: ${title}`,
      lead:
        `${ids.length} runs with ${count(run(ids[0]).latents)} latents each, which differ in the random seed alone ` +
        `(${ids.map((id) => run(id).seed).join(", ")}). ${
          all === 0
            ? "No feature is found by all of them."
            : `${all === 1 ? "One feature is" : `${count(all)} features are`} found by all of them.`
        }`,
      contents: [
        { id: "figures", label: "Figures" },
        { id: "consensus", label: "What every random seed finds" },
        { id: "meaning", label: "What this means" },
      ],
    };
  }
  const { pair } = part, [a, b] = [run(pair.a), run(pair.b)];
  return {
    title: `Two dictionaries: ${shortTitles([a.title, b.title]).join(" and ")}`,
    lead: `A has ${count(a.latents)} ${a.latents === 1 ? "latent" : "latents"}, B has ${count(b.latents)}. ${
      pair.shared === 0
        ? "No pair of latents is shared: no pair has"
        : `${count(pair.shared)} ${pair.shared === 1 ? "pair" : "pairs"} of latents ${
          pair.shared === 1 ? "is" : "are"
        } shared, with`
    } both a decoder and an encoder cosine above ${sharedAbove}.`,
    contents: [
      { id: "figures", label: "Figures" },
      { id: "matched", label: "Matched one to one" },
      ...(pair.splits.aToB + pair.splits.bToA > 0 ? [{ id: "splits", label: "One becomes several" }] : []),
      { id: "alone", label: "Only in one" },
    ],
  };
}

/** What a comparison compares: its only setting or its only two dictionaries by name, several by their number. */
export function comparedText({ groups, dictionaries, runs }: Comparison): string {
  const pairs = ({ a, b }: { a: string; b: string }) => `${a} ${b}`;
  const ofGroups = new Set(groups.flatMap((group) => group.pairs.map(pairs)));
  const others = dictionaries.filter((pair) => !ofGroups.has(pairs(pair)));
  const titleOf = (id: string) => runs.find((run) => run.id === id)!.title;
  return [
    groups.length > 1 ? `${groups.length} settings, each with several random seeds` : "",
    ...(groups.length === 1 ? [`${groups[0].title}: ${groups[0].runs.length} random seeds`] : []),
    ...(others.length === 1 ? [`${titleOf(others[0].a)} and ${titleOf(others[0].b)}`] : []),
    others.length > 1 ? `${others.length} pairs of ${groups.length > 0 ? "other " : ""}dictionaries` : "",
  ].filter(Boolean).join("; ");
}
