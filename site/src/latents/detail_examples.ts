/**
 * The test rows behind a latent as HTML: those that activate it most, and some at every strength.
 *
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { LatentDetail } from "../../../lib/report/latents_schema.ts";
import { count as countText, fixed } from "../format.ts";
import { className } from "./columns.ts";
import { inputAddress, isVector, type RunFacts } from "./facts.ts";
import { escaped, type Pictures, tileHtml } from "./pictures.ts";
import { activationText } from "./values_text.ts";

interface ExampleSource {
  facts: RunFacts;
  pictures: Pictures;
  detail: LatentDetail;
}

/** The most activating test rows, the strongest first, with the activation below each. */
export function exampleImages(source: ExampleSource): string {
  const { rows, activations } = source.detail.top;
  const items = rows.map((row, i) => {
    const activation = activations[i], exact = activationText(activation);
    const text = activation < 1 ? exact : fixed(activation, activation < 10 ? 1 : 0);
    return `<li>${example(row, source, `activation ${exact}`)}<span>${text}</span></li>`;
  });
  return `<ul class="examples">${items.join("")}</ul>`;
}

/** Ten intervals of the activation, each with how many test rows it has and some of them. */
export function intervalRows(source: ExampleSource, { largest }: { largest: number }): string {
  const { counts, rows } = source.detail.intervals!;
  const lines = counts.map((count, i) => {
    const from = largest * (counts.length - 1 - i) / counts.length, to = largest * (counts.length - i) / counts.length;
    const range = `${activationText(from)} to ${activationText(to)}`;
    return `<tr><th scope="row">${range}</th><td class="number">${countText(count)}</td><td><div class="examples">${
      rows[i].map((row) => example(row, source, range)).join("")
    }</div></td></tr>`;
  });
  return `<table><thead><tr><th scope="col">Activation</th><th scope="col" class="number">${
    source.facts.unit === "image" ? "Images" : "Rows"
  }</th><th scope="col">Examples</th></tr></thead><tbody>${lines.join("")}</tbody></table>`;
}

/** One test row; it leads to its active latents if the page of inputs shows them. */
function example(row: number, { facts, pictures }: ExampleSource, words: string): string {
  const address = inputAddress(facts, row), tile = tileHtml(pictures.example(row), { isSigned: isVector(facts) });
  const label = pictures.exampleClass(row);
  const ofClass = label === null ? "" : `, class ${className(facts, label)}`;
  const named = `aria-label="${escaped(`Test ${facts.unit} ${row}${ofClass}, ${words}`)}"`;
  return address ? `<a href="${address}" ${named}>${tile}</a>` : `<span role="img" ${named}>${tile}</span>`;
}
