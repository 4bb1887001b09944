/**
 * Everything about one latent as HTML: beside the table, on its own page, from the server and in the browser alike.
 *
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { LatentDetail, Latents } from "../../../lib/report/latents_schema.ts";
import { count as countText, fixed } from "../format.ts";
import { className, isDead, type LatentTable } from "./columns.ts";
import { isVector, latentAddress, type RunFacts } from "./facts.ts";
import { classBars, histogramBars } from "./detail_charts.ts";
import { exampleImages, intervalRows } from "./detail_examples.ts";
import { escaped, type Pictures, SHARES, tileHtml } from "./pictures.ts";
import { detailNote } from "./sentences.ts";
import { activationText, shareText, valueText } from "./values_text.ts";

/** What the details of a latent are made from. */
export interface DetailSource {
  table: LatentTable;
  facts: RunFacts;
  pictures: Pictures;
  detail: LatentDetail;
  /** What the note below says of the whole report. */
  file: Pick<Latents, "errorRows" | "similarIsExact">;
}

/** The details below the heading, in four blocks: on a wide page two stand beside two. */
export function detailHtml(source: DetailSource): string {
  const { table, facts, detail } = source, { latent, top, intervals, classProfile, factorCorrelation } = detail;
  const largest = table.values.maxActivation[latent], factors = Object.entries(factorCorrelation);
  const note = block("reading", [`<p class="note">${detailNote(facts, source.file)}</p>`]);
  if (top.rows.length === 0) {
    return block("seen", [strip(source, latent), nothing(facts)]) + block("numbers", [measures(source)]) + note;
  }
  return [
    block("seen", [
      strip(source, latent),
      part("top", topTitle(source), exampleImages(source) + inputsLink(source)),
    ]),
    block("numbers", [
      measures(source),
      classProfile && part("by-class", "Where its activation falls, by class", classBars(classProfile, table)),
    ]),
    block("more", [
      part("histogram", histogramTitle(source), histogramBars(detail.histogram)),
      detail.similar.latents.length > 0 && part("similar", "Latents with a similar effect, cosine", similar(source)),
      factors.length > 0 && part("factors", "Correlation with the known factors of the data", correlations(factors)),
    ]),
    block("strengths", [
      intervals && part("intervals", "Examples at every strength", intervalRows(source, { largest })),
    ]),
    note,
  ].join("");
}

/** Some parts that stay together; nothing without any. */
function block(name: string, parts: (string | false | null)[]): string {
  const there = parts.filter((part) => part);
  return there.length > 0 ? `<div class="block ${name}">${there.join("")}</div>` : "";
}

function part(name: string, title: string, html: string): string {
  return `<section class="detail-${name}"><h4>${title}</h4>${html}</section>`;
}

/** The strip of five strengths and the effect at full strength, or what is drawn of a latent that has no tiles. */
export function strip({ table, facts, pictures }: Omit<DetailSource, "detail">, latent: number): string {
  const largest = table.values.maxActivation[latent], effect = pictures.effect(latent);
  if (!effect) {
    return `<section class="detail-strip"><p class="note">The report draws tiles of the latents with the largest mean activation only: this latent is not among them.</p></section>`;
  }
  const isSigned = isVector(facts);
  const five = pictures.strengths(latent)?.map((at) => tileHtml(at, { isSigned })) ??
    SHARES.map((share) => `<canvas class="tile${isSigned ? " signed" : ""}" data-share="${share}"></canvas>`);
  const figures = largest === 0
    ? [
      `<li>${tileHtml(pictures.decoder(latent), { isSigned })}<span>0</span></li>`,
    ]
    : five.map((tile, i) => `<li>${tile}<span>${activationText(SHARES[i] * largest)}</span></li>`);
  const change = `<li class="change">${tileHtml(effect, { isSigned: true })}<span>effect</span></li>`;
  return `<section class="detail-strip"><ol aria-label="Decoded at five activations, and the effect">${
    figures.join("")
  }${largest === 0 ? "" : change}</ol></section>`;
}

/** The latent's numbers. */
function measures({ table, facts, detail: { latent } }: DetailSource): string {
  const { density, mainClass, klNats } = table.values, dead = isDead(table, latent);
  const rows: [string, string][] = [
    ["Density", dead ? `active on no test ${facts.unit}` : `${shareText(density[latent])} of test ${facts.unit}s`],
    ["Mean activation", valueText(table, "meanActivation", latent)],
  ];
  if (!dead) rows.push(["Mean when active", valueText(table, "meanWhenActive", latent)]);
  rows.push(["Largest activation", valueText(table, "maxActivation", latent)]);
  if (!Number.isNaN(klNats[latent])) rows.push(["KL from the target ρ", `${valueText(table, "klNats", latent)} nats`]);
  if (!Number.isNaN(mainClass[latent])) {
    rows.push([
      "Class purity",
      `${valueText(table, "classPurity", latent)}, class ${className(table, mainClass[latent])}`,
    ]);
  }
  rows.push(["Error saved (MSE)", valueText(table, "errorSaved", latent)]);
  return `<dl class="detail-measures">${
    rows.map(([name, value]) => `<div><dt>${name}</dt><dd>${escaped(value)}</dd></div>`).join("")
  }</dl>`;
}

function topTitle({ facts: { unit }, detail: { top: { rows: { length } } } }: DetailSource): string {
  return length === 1 ? `The only test ${unit} that activates it` : `The ${length} most activating test ${unit}s`;
}

/** The way to the inputs on which the latent is active. */
function inputsLink({ facts: { href, unit }, detail: { latent } }: DetailSource): string {
  return `<p class="note"><a href="${href}inputs/?latent=${latent}">Inputs with this latent</a>: what it adds to the reconstruction of single test ${unit}s</p>`;
}

function nothing({ unit, others }: RunFacts): string {
  return `<p class="note">This latent is 0 on every test ${unit}: there are no examples, and no activations to count.${
    others === "zero" ? " Its tile shows the decoder's output with all latents at 0." : ""
  }</p>`;
}

function histogramTitle({ facts, detail: { histogram: { max, counts } } }: DetailSource): string {
  const first = max / counts.length;
  return `Activations above ${activationText(first)} <span class="muted">(${
    countText(counts[0])
  } test ${facts.unit}s are at or below)</span>`;
}

function similar({ facts, pictures, detail: { similar: { latents, cosines } } }: DetailSource): string {
  const items = latents.map((latent, i) =>
    `<li><a href="${latentAddress(facts, latent)}" data-latent="${latent}" aria-label="Latent ${latent}, cosine ${
      fixed(cosines[i], 2)
    }">${tileHtml(pictures.effect(latent), { isSigned: true })}<span>${latent}</span></a><span>${
      fixed(cosines[i], 2)
    }</span></li>`
  );
  return `<ul>${items.join("")}</ul>`;
}

/** Correlations shown, the strongest. */
const MOST_FACTORS = 5;

function correlations(factors: [name: string, r: number][]): string {
  const strongest = factors.toSorted((a, b) => Math.abs(b[1]) - Math.abs(a[1])).slice(0, MOST_FACTORS);
  return `<dl class="detail-measures">${
    strongest.map(([name, r]) => `<div><dt>${escaped(name)}</dt><dd>${fixed(r, 2)}</dd></div>`).join("")
  }</dl>`;
}
