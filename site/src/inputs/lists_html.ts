/**
 * The page's lists of inputs as HTML: those to choose from, and those that activate the same latents most.
 *
 * One text for the build and for the browser. Its styles are in `inputs.css`.
 *
 * @module
 */
import { count, fixed, percent } from "../format.ts";
import { chosen, NO_FILTER } from "./chooser.ts";
import { type InputsData, placeOf } from "./data.ts";
import type { ActiveLatent } from "./order.ts";
import { activationText } from "./figure_html.ts";
import { className, inputTitle, inputWord } from "./texts.ts";
import { escaped, spriteWindow, tileHtml } from "./tile_html.ts";

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
  return places.map((place) => {
    const row = data.rows[place];
    const picture = data.size.height === 1
      ? count(row.row)
      : tileHtml(spriteWindow(data.originals, place, { size: data.tile, addressOf }));
    const current = place === selected ? ' aria-current="true"' : "";
    const label = `${inputTitle(row, data)}, MSE ${fixed(row.mse, 4)}`;
    return `<li><a href="?input=${row.row}" data-input="${row.row}"${current} aria-label="${escaped(label)}">` +
      `${picture}</a></li>`;
  }).join("");
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
  const listed = new Set(data.rows.map(({ row }) => row));
  return active.map(({ latent, activation }) => {
    const place = placeOf(data.latents, latent);
    const examples = data.latents.topRows[place].map((row, k) => {
      const title = `Test ${inputWord(data)} ${count(row)}`;
      const tile = exampleTile(data.latents.topTiles[place][k], listed.has(row) ? "" : title);
      return listed.has(row)
        ? `<a href="?input=${row}" data-input="${row}" aria-label="${title}">${tile}</a>`
        : `<span title="${title}">${tile}</span>`;
    });
    const href = escaped(latentHref(latent));
    return `<li><p><a href="${href}"><b><span class="visually-hidden">Latent </span>${latent}</b></a> ` +
      `${factsText(data, { place, activation })}${ofListed(data, latent)}</p><div class="examples">${
        examples.join("")
      }</div></li>`;
  }).join("");
}

/** On how many of the listed inputs a latent is active, as a link to them. */
function ofListed(data: InputsData, latent: number): string {
  const { length } = chosen(data, { ...NO_FILTER, latent });
  if (length === 0) return "";
  const text = `active on ${length} of ${data.rows.length} listed ${inputWord(data)}s`;
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
