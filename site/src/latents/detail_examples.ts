/**
 * The test rows behind a latent as HTML: those that activate it most, and some at every strength. Rows with a picture are tiles; rows
 * with words, and rows without a picture, are lines.
 *
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { LatentDetail } from "../../../lib/report/latents_schema.ts";
import { escaped } from "../escaped.ts";
import { count as countText } from "../format.ts";
import { plain, type RowWords } from "../row_words.ts";
import { className } from "./columns.ts";
import { inputAddress, type RunFacts } from "./facts.ts";
import { type Pictures, valueTile } from "./pictures.ts";
import { activationText, tileText } from "./values_text.ts";
import { columnsText, wordsHtml } from "./words_html.ts";

interface ExampleSource {
  facts: RunFacts;
  pictures: Pictures;
  words: RowWords;
  detail: LatentDetail;
}

/** Whether test rows are lines and not a grid of tiles. */
function areLines({ facts, words }: ExampleSource): boolean {
  return facts.picture === "none" || words.hasText;
}

/** The most activating test rows, the strongest first, each with its activation. */
export function exampleRows(source: ExampleSource): string {
  const { rows, activations } = source.detail.top;
  if (areLines(source)) {
    const lines = rows.map((row, i) => {
      const share = (100 * activations[i] / (activations[0] || 1)).toFixed(1);
      return `<li>${line(row, source)}<span class="strength"><i><b style="width:${share}%"></b></i><span>${
        activationText(activations[i])
      }</span></span></li>`;
    });
    return `<ol class="rows-in-words">${lines.join("")}</ol>`;
  }
  const items = rows.map((row, i) => {
    const tile = example(row, source, `activation ${activationText(activations[i])}`);
    return `<li>${tile}<span>${tileText(activations[i])}</span></li>`;
  });
  return `<ul class="examples">${items.join("")}</ul>`;
}

/** Ten intervals of the activation, each with how many test rows it has and some of them. */
export function intervalRows(source: ExampleSource, { largest }: { largest: number }): string {
  const { counts, rows } = source.detail.intervals!;
  const lines = counts.map((count, i) => {
    const from = largest * (counts.length - 1 - i) / counts.length, to = largest * (counts.length - i) / counts.length;
    const range = `${activationText(from)} to ${activationText(to)}`;
    const examples = areLines(source)
      ? `<ul class="rows-in-words">${rows[i].map((row) => `<li>${line(row, source)}</li>`).join("")}</ul>`
      : `<div class="examples">${rows[i].map((row) => example(row, source, range)).join("")}</div>`;
    return `<tr><th scope="row">${range}</th><td class="number">${countText(count)}</td><td>${examples}</td></tr>`;
  });
  return `<table><thead><tr><th scope="col">Activation</th><th scope="col" class="number">${
    source.facts.unit === "image" ? "Images" : "Rows"
  }</th><th scope="col">Examples</th></tr></thead><tbody>${lines.join("")}</tbody></table>`;
}

/** One test row as a tile; it leads to its active latents if the page of inputs shows them. */
function example(row: number, { facts, pictures }: ExampleSource, words: string): string {
  const address = inputAddress(facts, row), tile = valueTile(pictures.example(row), facts);
  const label = pictures.exampleClass(row);
  const ofClass = label === null ? "" : `, class ${className(facts, label)}`;
  const named = `aria-label="${escaped(`Test ${facts.unit} ${row}${ofClass}, ${words}`)}"`;
  return address ? `<a href="${address}" ${named}>${tile}</a>` : `<span role="img" ${named}>${tile}</span>`;
}

/** One test row as a line: its tile if there is one, its text or its number, its class. */
function line(row: number, { facts, pictures, words }: ExampleSource): string {
  const known = words.of(row), tile = valueTile(pictures.example(row), facts);
  const label = known ? known.label : pictures.exampleClass(row);
  const name = `${facts.unit === "image" ? "Image" : "Row"} ${countText(row)}`;
  const ofClass = label === null ? "" : `<span class="row-class">${escaped(className(facts, label))}</span>`;
  const text = known?.text ? wordsHtml(known.text) : `<span class="row-number">${name}</span>`;
  const others = known ? columnsText(known) : "";
  const title = known?.text ? ` title="${escaped([name, plain(known.text), others].filter(Boolean).join("; "))}"` : "";
  const address = inputAddress(facts, row);
  const linked = address ? `<a href="${address}"${title}>${text}</a>` : `<span${title}>${text}</span>`;
  return `${tile}${linked}${ofClass}`;
}
