/**
 * Everything about one latent as HTML: beside the table, on its own page, from the server and in the browser alike.
 *
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { LatentDetail, Latents } from "../../../lib/report/latents_schema.ts";
import { escaped } from "../escaped.ts";
import { count as countText, fixed, percent } from "../format.ts";
import { className, isDead, type LatentTable } from "./columns.ts";
import type { RowWords } from "../row_words.ts";
import { stripHtml } from "../lifelines/strip_html.ts";
import { seedsPart } from "./detail_seeds.ts";
import { isEffectSigned, latentAddress, type RunFacts } from "./facts.ts";
import type { LatentSeeds } from "./seeds.ts";
import { classBars, histogramBars } from "./detail_charts.ts";
import { exampleRows, intervalRows } from "./detail_examples.ts";
import { effectTile, type Pictures, SHARES, valueTile } from "./pictures.ts";
import { detailNote, withoutDetails } from "./sentences.ts";
import { activationText, tileText, valueText } from "./values_text.ts";
import { wordsHtml } from "./words_html.ts";

/** What a latent is shown from. */
export interface LatentSource {
  table: LatentTable;
  facts: RunFacts;
  pictures: Pictures;
  words: RowWords;
  topOf(latent: number): number | null;
  /** The run's latents in the other random seeds; null if the run is in no comparison. */
  seeds: LatentSeeds | null;
  /** What the notes say of the whole report. */
  file: Pick<Latents, "errorRows" | "similarIsExact" | "detailed">;
}

/** What the details of a latent are made from. */
export interface DetailSource extends LatentSource {
  detail: LatentDetail;
}

/** A latent of which the report has no details: its numbers, and how to have more. */
export function columnsHtml(source: LatentSource, latent: number): string {
  return block("seen", [
    strip(source, latent),
    part("none", "No details in this report", `<p class="note">${withoutDetails(source.table, source.file)}</p>`),
  ]) + block("numbers", [measures(source, latent)]) + block("more", [seedsPart(source, latent)]) +
    block("strengths", [lifeline(source.facts, latent)]);
}

/** The details below the heading, in four blocks: on a wide page two stand beside two. */
export function detailHtml(source: DetailSource): string {
  const { table, facts, detail } = source,
    { latent, top, intervals, classProfile, factorCorrelation, changes } = detail;
  const largest = table.values.maxActivation[latent], factors = Object.entries(factorCorrelation);
  const note = block("reading", [`<p class="note">${detailNote(facts, source.file)}</p>`]);
  if (top.rows.length === 0) {
    return block("seen", [strip(source, latent), nothing(facts)]) + block("numbers", [measures(source, latent)]) +
      block("strengths", [lifeline(facts, latent)]) + note;
  }
  return [
    block("seen", [
      strip(source, latent),
      changes !== undefined && changes.columns.length > 0 &&
      part("changes", "Columns that it changes most, at its largest activation", changedColumns(changes)),
      part("top", topTitle(source), exampleRows(source) + inputsLink(source)),
    ]),
    block("numbers", [
      measures(source, latent),
      classProfile && part("by-class", "Where its activation falls, by class", classBars(classProfile, table)),
    ]),
    block("more", [
      seedsPart(source, latent),
      part("histogram", histogramTitle(source), histogramBars(detail.histogram)),
      detail.similar.latents.length > 0 && part("similar", "Latents with a similar effect, cosine", similar(source)),
      factors.length > 0 && part("factors", "Correlation with the known factors of the data", correlations(factors)),
    ]),
    block("strengths", [
      lifeline(facts, latent),
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
  return `<section class="detail-${name}"><h3 class="minor">${title}</h3>${html}</section>`;
}

/** The strip of five strengths and the effect at full strength, or what is drawn of a latent that has no tiles. */
export function strip(
  { table, facts, pictures }: Pick<LatentSource, "table" | "facts" | "pictures">,
  latent: number,
): string {
  if (facts.picture === "none") return "";
  const largest = table.values.maxActivation[latent], effect = pictures.effect(latent);
  if (!effect) {
    return `<section class="detail-strip"><p class="note">The report has no tile of this latent: it has tiles of some latents only, because those of all would be too many.</p></section>`;
  }
  const ofBars = facts.picture === "bars" ? " signed" : "";
  const five = pictures.strengths(latent)?.map((at) => valueTile(at, facts)) ??
    SHARES.map((share) => `<canvas class="tile${ofBars}" data-share="${share}"></canvas>`);
  const figures = largest === 0
    ? [
      `<li>${valueTile(pictures.decoder(latent), facts)}<span>0</span></li>`,
    ]
    : five.map((tile, i) => `<li>${tile}<span>${tileText(SHARES[i] * largest)}</span></li>`);
  const change = `<li class="change">${effectTile(effect, facts)}<span>effect</span></li>`;
  return `<section class="detail-strip"><ol aria-label="Decoded at five activations, and the effect">${
    figures.join("")
  }${largest === 0 ? "" : change}</ol></section>`;
}

/** The latent through training, if the report has pictures of that. */
function lifeline(facts: RunFacts, latent: number): string | null {
  if (!facts.lifelines) return null;
  const href = `${facts.href}lifelines/`;
  return part(
    "lifeline",
    `Through training, after so many steps`,
    stripHtml(facts.lifelines, { latent, href, isSigned: isEffectSigned(facts) || facts.picture === "none" }) +
      `<p class="note"><a href="${href}">Lifelines of all latents</a></p>`,
  );
}

/** The latent's numbers. */
function measures({ table, facts }: LatentSource, latent: number): string {
  const { density, mainClass, klNats, nearest } = table.values, dead = isDead(table, latent);
  const rows: [string, string][] = [
    ["Density", dead ? `active on no test ${facts.unit}` : `${percent(density[latent])} of test ${facts.unit}s`],
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
  if (!Number.isNaN(nearest[latent])) {
    rows.push(["Nearest latent", `${nearest[latent]}, cosine ${valueText(table, "nearestCosine", latent)}`]);
  }
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

function nothing({ unit, others, picture }: RunFacts): string {
  return `<p class="note">This latent is 0 on every test ${unit}: there are no examples, and no activations to count.${
    others === "zero" && picture !== "none" ? " Its tile shows the decoder's output with all latents at 0." : ""
  }</p>`;
}

function histogramTitle({ facts, detail: { histogram: { max, counts } } }: DetailSource): string {
  const first = max / counts.length;
  return `Activations above ${activationText(first)} <span class="muted">(${
    countText(counts[0])
  } test ${facts.unit}s are at or below)</span>`;
}

function similar(source: DetailSource): string {
  const { facts, pictures, detail: { similar: { latents, cosines } } } = source;
  if (facts.picture === "none") return similarLines(source);
  const items = latents.map((latent, i) =>
    `<li><a href="${latentAddress(facts, latent)}" data-latent="${latent}" aria-label="Latent ${latent}, cosine ${
      fixed(cosines[i], 2)
    }">${effectTile(pictures.effect(latent), facts)}<span>${latent}</span></a><span>${fixed(cosines[i], 2)}</span></li>`
  );
  return `<ul>${items.join("")}</ul>`;
}

/** Similar latents without pictures: the number, the cosine, and the text of the row that activates each most. */
function similarLines({ facts, words, topOf, detail: { similar: { latents, cosines } } }: DetailSource): string {
  const rows = latents.map((latent, i) => {
    const top = topOf(latent), text = top === null ? null : words.of(top)?.text;
    return `<tr><th scope="row"><a href="${latentAddress(facts, latent)}" data-latent="${latent}">${latent}</a></th>` +
      `<td class="number">${fixed(cosines[i], 2)}</td>${text ? `<td>${wordsHtml(text, MOST_LETTERS)}</td>` : ""}</tr>`;
  });
  return `<table>${rows.join("")}</table>`;
}

/** Columns by name with the change of each; a plus sign says that a value grows. */
function changedColumns({ columns, values }: NonNullable<LatentDetail["changes"]>): string {
  const rows = columns.map((name, i) => {
    const sign = values[i] > 0 ? "+" : "−";
    return `<div><dt>${escaped(name)}</dt><dd>${sign}${activationText(Math.abs(values[i]))}</dd></div>`;
  });
  return `<dl class="detail-measures">${rows.join("")}</dl>`;
}

/** Characters of the text beside a similar latent, at most. */
const MOST_LETTERS = 60;

/** Correlations shown, the strongest. */
const MOST_FACTORS = 5;

function correlations(factors: [name: string, r: number][]): string {
  const strongest = factors.toSorted((a, b) => Math.abs(b[1]) - Math.abs(a[1])).slice(0, MOST_FACTORS);
  return `<dl class="detail-measures">${
    strongest.map(([name, r]) => `<div><dt>${escaped(name)}</dt><dd>${fixed(r, 2)}</dd></div>`).join("")
  }</dl>`;
}
