/**
 * The page's lists of inputs as HTML: those to choose from, and those that activate the same latents most.
 *
 * One text for the build and for the browser. Its styles are in `lists.css`.
 *
 * @module
 */
import { escaped } from "../escaped.ts";
import { count, figure, fixed, percent } from "../format.ts";
import { chosen, NO_FILTER } from "./chooser.ts";
import { type InputsData, placeOf } from "./data.ts";
import type { ActiveLatent } from "./order.ts";
import { activationText } from "./figure_html.ts";
import { plain, RowWords } from "../row_words.ts";
import { columnsText, wordsHtml } from "../latents/words_html.ts";
import { className, inputTitle } from "./texts.ts";
import { spriteWindow, tileHtml } from "./tile_html.ts";

/** Latents whose most activating inputs are shown, at most: the most active ones. */
export const EXAMPLE_LATENTS = 16;

/** How the page addresses files and pages. */
export interface Addresses {
  /** A file of the run's report. */
  addressOf: (file: string) => string;
  /** A latent's page. */
  latentHref: (latent: number) => string;
}

/** Addresses from the page, so that they hold wherever the site is published. */
export function addressesOf({ ownPages }: Pick<InputsData, "ownPages">): Addresses {
  return {
    addressOf: (file) => `../${file}`,
    latentHref: (latent) => ownPages.includes(latent) ? `../latents/${latent}/` : `../latents/?latent=${latent}`,
  };
}

/** Inputs to choose from, one list item each; the selected one is marked. */
export function inputItems(
  data: InputsData,
  { places, selected, addressOf }: { places: number[]; selected: number; addressOf: Addresses["addressOf"] },
): string {
  const words = new RowWords(data.rowTexts), { tiles } = data;
  return places.map((place) => {
    const row = data.rows[place];
    const current = place === selected ? ' aria-current="true"' : "";
    if (!tiles) {
      return `<li><a class="line" href="?input=${row.row}" data-input="${row.row}"${current}>${
        rowLine(row, { words, data, most: TWO_LINES })
      }` +
        `<span class="mse"><span class="visually-hidden">MSE </span>${figure(row.mse, 2)}</span></a></li>`;
    }
    const picture = data.picture === "bars"
      ? count(row.row)
      : tileHtml(spriteWindow(tiles.originals, place, { size: data.tile, addressOf }));
    const text = words.of(row.row)?.text;
    const label = `${inputTitle(row, data)}, MSE ${fixed(row.mse, 4)}${text ? `: ${plain(text)}` : ""}`;
    return `<li><a href="?input=${row.row}" data-input="${row.row}"${current} aria-label="${escaped(label)}">` +
      `${picture}</a></li>`;
  }).join("");
}

/** A row without a picture in a line: its number, its text, its class. */
function rowLine(
  { row, label }: { row: number; label: number | null },
  { words, data, most }: { words: RowWords; data: Pick<InputsData, "classNames">; most: number },
): string {
  const text = words.of(row)?.text, ofClass = className(label, data);
  return `<span class="row-number">${count(row)}</span>${text ? wordsHtml(text, most) : ""}${
    ofClass === "" ? "" : `<span class="row-class">${escaped(ofClass)}</span>`
  }`;
}

/** Characters of a text in the list of inputs, at most: two lines on a phone, so that the token is seen; and beside a latent. */
const TWO_LINES = 52, SOME_LINES = 100;

/** What is known of an input in words: its text, and its other columns; empty if nothing is. */
export function wordsOfInput(data: Pick<InputsData, "rowTexts">, row: number): string {
  const known = new RowWords(data.rowTexts).of(row);
  if (!known) return "";
  const others = columnsText(known);
  const place = known.fileRow === null || known.fileRow === row ? "" : `row ${count(known.fileRow)} of the files`;
  const note = [place, others].filter((part) => part !== "").join(", ");
  return (known.text ? `<blockquote>${wordsHtml(known.text)}</blockquote>` : "") +
    (note === "" ? "" : `<p class="note">${escaped(note)}</p>`);
}

/** Latents with the test inputs that activate each most. */
export function exampleItems(
  data: InputsData,
  { active, exampleTile, latentHref }: {
    /** In the order shown. */
    active: ActiveLatent[];
    /** The HTML of an example, by its tile in `examples`. */
    exampleTile: (tile: number, label: string) => string;
    latentHref: Addresses["latentHref"];
  },
): string {
  const listed = new Set(data.rows.map(({ row }) => row)), words = new RowWords(data.topTexts);
  return active.map(({ latent, activation }) => {
    const place = placeOf(data.latents, latent), href = escaped(latentHref(latent));
    const head = `<p><a href="${href}"><b><span class="visually-hidden">Latent </span>${latent}</b></a> ` +
      `${factsText(data, { place, activation })}${ofListed(data, latent)}</p>`;
    if (!data.tiles) return `<li>${head}${topLines(data, { place, listed, words })}</li>`;
    const examples = data.latents.topRows[place].map((row, k) => {
      const title = `Test ${data.word} ${count(row)}`;
      const tile = exampleTile(data.latents.topTiles[place][k], listed.has(row) ? "" : title);
      return listed.has(row)
        ? `<a href="?input=${row}" data-input="${row}" aria-label="${title}">${tile}</a>`
        : `<span title="${title}">${tile}</span>`;
    });
    return `<li>${head}<div class="examples">${examples.join("")}</div></li>`;
  }).join("");
}

/** The rows that activate a latent most as lines, each with its activation. */
function topLines(
  data: InputsData,
  { place, listed, words }: { place: number; listed: ReadonlySet<number>; words: RowWords },
): string {
  const { topRows, topActivations } = data.latents, activations = topActivations[place];
  const lines = topRows[place].map((row, k) => {
    const label = words.of(row)?.label ?? null, line = rowLine({ row, label }, { words, data, most: SOME_LINES });
    const linked = listed.has(row)
      ? `<a class="line" href="?input=${row}" data-input="${row}">${line}</a>`
      : `<span class="line">${line}</span>`;
    return `<li>${linked}<span class="strength"><i><b style="width:${
      (100 * activations[k] / (activations[0] || 1)).toFixed(1)
    }%"></b></i><span>${escaped(activationText(activations[k], activations[0]))}</span></span></li>`;
  });
  return `<ol class="rows-in-words">${lines.join("")}</ol>`;
}

/** On how many of the listed inputs a latent is active, as a link to them. */
function ofListed(data: InputsData, latent: number): string {
  const { length } = chosen(data, { ...NO_FILTER, latent });
  if (length === 0) return "";
  const text = `active on ${length} of ${data.rows.length} listed ${data.word}s`;
  return `; <a href="?latent=${latent}" data-do="latent" data-latent="${latent}">${text}</a>`;
}

/** `2.66 here, largest 3.42; class 7, 75 %`. */
function factsText(data: InputsData, { place, activation }: { place: number; activation: number }): string {
  const { maxActivation, mainClass, classPurity } = data.latents;
  const largest = maxActivation[place];
  const own = `${escaped(activationText(activation, largest))} here, largest ${activationText(largest, largest)}`;
  const purity = classPurity[place];
  return purity === null ? own : `${own}; ${escaped(className(mainClass[place], data))}, ${percent(purity)}`;
}

/** The numbers of a vector as table rows: component, input, reconstruction, error. */
export function valueRows({ input, recon }: { input: ArrayLike<number>; recon: ArrayLike<number> }): string {
  return Array.from(input, (value, i) => {
    const numbers = [value, recon[i], value - recon[i]].map((number) => `<td class="number">${fixed(number, 3)}</td>`);
    return `<tr><th scope="row">${i}</th>${numbers.join("")}</tr>`;
  }).join("");
}
