/**
 * The table and the atlas of latents as HTML, the same from the server and in the browser.
 *
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { escaped } from "../escaped.ts";
import { count as countText } from "../format.ts";
import { className, type LatentTable, type Measure } from "./columns.ts";
import type { RowWords } from "../row_words.ts";
import { latentAddress, type RunFacts } from "./facts.ts";
import type { AtlasGroup } from "./order.ts";
import { effectTile, type Pictures, valueTile } from "./pictures.ts";
import { wordsHtml } from "./words_html.ts";
import { latentWords, valueText } from "./values_text.ts";

/** What rows and tiles are made from. */
export interface ListSource {
  table: LatentTable;
  facts: RunFacts;
  pictures: Pictures;
  /** Test rows in words, and the row that activates a latent most; null if the latent has none. */
  words: RowWords;
  topOf(latent: number): number | null;
  /** The latent whose details are shown, or null. */
  chosen: number | null;
}

/** Classes of the cells: what a narrow table leaves out, and what stands at the right. */
const CELLS: Record<Measure, string> = {
  density: "number density",
  meanActivation: "number wide",
  meanWhenActive: "number wider",
  maxActivation: "number middle",
  errorSaved: "number",
  klNats: "number wide",
  mainClass: "class",
  classPurity: "number middle",
  foundIn: "number middle",
  decoderFoundIn: "number wider",
  nearest: "number widest",
  nearestCosine: "number widest",
};

/** The class of a measure's column. */
export function cellClass(measure: Measure): string {
  return CELLS[measure];
}

/** A row of the table. `place` is its place in what is found, from 0. */
export function tableRow(latent: number, place: number, source: ListSource): string {
  const { table, facts, pictures, words, chosen } = source;
  const cells = table.measures.map((measure) => {
    const text = escaped(valueText(table, measure, latent));
    return `<td class="${CELLS[measure]}">${text}${measure === "density" ? bar(table, latent) : ""}</td>`;
  });
  const text = words.hasText ? `<td class="top-text">${topText(latent, source)}</td>` : "";
  const current = latent === chosen ? ' aria-current="true"' : "";
  // The head is row 1 of the table.
  return `<tr data-latent="${latent}" aria-rowindex="${place + 2}"${current}><th scope="row"><a href="${
    latentAddress(facts, latent)
  }">${effectTile(pictures.effect(latent), facts)}<span>${latent}</span></a></th>${cells.join("")}${text}</tr>`;
}

/** Characters of the text in the table, at most. */
const MOST_LETTERS = 44;

/** The text of the row that activates a latent most. */
function topText(latent: number, { words, topOf }: ListSource): string {
  const row = topOf(latent), text = row === null ? null : words.of(row)?.text;
  return text ? wordsHtml(text, MOST_LETTERS) : "";
}

/** A bar beside the density: its length is the density's part of the run's largest. */
function bar({ values: { density }, largestDensity }: LatentTable, latent: number): string {
  if (density[latent] === 0) return `<i class="bar"></i>`;
  return `<i class="bar"><b style="width:${(100 * density[latent] / largestDensity).toFixed(1)}%"></b></i>`;
}

/** A tile of the atlas, which leads to the latent's details. */
export function atlasTile(latent: number, { table, facts, pictures, chosen }: ListSource): string {
  const current = latent === chosen ? ' aria-current="true"' : "";
  return `<li><a href="${latentAddress(facts, latent)}" data-latent="${latent}" aria-label="${
    escaped(latentWords(table, latent, facts))
  }"${current}>${valueTile(pictures.decoder(latent), facts)}<span>${latent}</span></a></li>`;
}

/** What stands before the first row of a group: the class, and how many latents it has. */
export function groupHead({ mainClass, latents }: AtlasGroup, table: LatentTable): string {
  const name = mainClass === null
    ? '<span aria-hidden="true">–</span><span class="visually-hidden">No class: never active</span>'
    : `<span class="visually-hidden">Class </span>${escaped(className(table, mainClass))}`;
  return `<b class="class-name">${name}</b><span class="class-size">${
    countText(latents.length)
  }<span class="visually-hidden"> latents</span></span>`;
}
