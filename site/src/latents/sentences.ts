/**
 * What the page of latents says in words, from the numbers of the run.
 *
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { Latents } from "../../../lib/report/latents_schema.ts";
import { count, figure, percent } from "../format.ts";
import { isDead, type LatentTable } from "./columns.ts";
import { isOfBars, type RunFacts } from "./facts.ts";

/** The first sentences of the page: how many latents are active at a time, and how rare they are. */
export function lead(table: LatentTable, { unit, activeAbove }: RunFacts): string {
  const { density } = table.values;
  const active = density.reduce((sum, share) => sum + share, 0);
  const dead = density.reduce((sum, _, latent) => sum + Number(isDead(table, latent)), 0);
  const limit = activeAbove > 0 ? ` (above ${activeAbove})` : "";
  if (dead === table.count) {
    return `None of the ${count(dead)} latents is active${limit} on any test ${unit}: all of them are dead.`;
  }
  const sentences = [
    `On average ${rounded(active)} of ${count(table.count)} latents are active${limit} on a test ${unit}.`,
  ];
  const middle = medianOf(density);
  if (table.count >= 10 && middle > 0) {
    sentences.push(`Half of the latents are active on at most ${percent(middle)} of the test ${unit}s.`);
  }
  sentences.push(
    dead === 0
      ? `No latent is dead.`
      : dead === 1
      ? `1 latent is dead: it is active on no test ${unit}.`
      : `${count(dead)} latents are dead: they are active on no test ${unit}.`,
  );
  return sentences.join(" ");
}

/** How many latents the other random seeds find; empty if the run is in no comparison. */
export function seedsSentence({ seeds, values: { foundIn } }: LatentTable): string {
  const found = (wanted: number) => foundIn.reduce((sum, value) => sum + Number(value === wanted), 0);
  return seeds === null ? "" : foundSentence({ seeds, all: found(seeds), one: found(1) });
}

/** How many of a run's latents all random seeds find, and how many its own run alone. */
export function foundSentence({ seeds, all, one }: { seeds: number; all: number; one: number }): string {
  const others = seeds === 2 ? "both random seeds" : `all ${seeds} random seeds`;
  const byAll = all === 0
    ? `No latent is found by ${others}`
    : `${count(all)} of the latents ${all === 1 ? "is" : "are"} found by ${others}`;
  return `${byAll}, ${count(one)} by this run alone.`;
}

/** What a tile of the atlas draws. */
export function tileSentence({ unit, others }: RunFacts): string {
  const rest = others === "mean"
    ? "and every other latent at its mean activation, since sigmoid latents are never exactly 0"
    : "and every other latent at 0";
  const what = unit === "image" ? "image" : "row of values";
  return `Each tile is the ${what} that the decoder outputs with one latent at the largest activation that it reaches on the ` +
    `test set, ${rest}.`;
}

/** The caption of the atlas: what is drawn, how to read it, what to see. */
export function atlasCaption(table: LatentTable, facts: RunFacts): string {
  const colours = isOfBars(facts)
    ? "A tile has a bar for each value, on the tile's own scale: white bars go up from 0, blue-green bars down."
    : "";
  const order = table.classNames.length > 0
    ? `Ordered by class, a row holds the latents whose activation falls mostly on that class, and the latent that saves most ` +
      `error stands first; the number below the class is how many latents the class has. Ordered by error saved, density or ` +
      `largest activation, the latent with the largest value stands first.`
    : `Ordered by error saved, density or largest activation, the latent with the largest value stands first.`;
  return `${order} ${colours} The number below a tile is the latent's. Select a tile for the latent's details.`
    .replace("  ", " ");
}

/** How an effect is read. */
function effectColours(facts: RunFacts): string {
  if (isOfBars(facts)) {
    return "one bar for each value, up and white where the latent adds, down and blue-green where it removes";
  }
  return facts.channels === 3
    ? "mid-grey is no change, a lighter or stronger colour is light that the latent adds, and a darker one or the complementary " +
      "colour is light that it removes"
    : "black is no change, white adds light, blue-green removes it";
}

/** How rows without a picture are shown; empty of others. */
export function noPictureSentence({ picture }: Pick<RunFacts, "picture">, hasText: boolean): string {
  if (picture !== "none") return "";
  return `The rows of these data are vectors of more than 256 values and have no picture: ${
    hasText ? "a row is shown by its text" : "a row is shown by its number and class"
  }, a latent by its numbers and by the rows that activate it most.`;
}

/** What stands in the place of a latent's details if the report does not have them. */
export function withoutDetails(
  { count: all }: Pick<LatentTable, "count">,
  { detailed }: { detailed: number[] | null },
): string {
  const there = count(detailed?.length ?? all);
  return `The report has details, such as the rows that activate a latent most, of ${there} of ${
    count(all)
  } latents: unless ` +
    `a number is asked for, of the latents with the largest mean activation. The option “--details ${all}” of the ` +
    `training writes them for all. The numbers of this latent and the table are complete.`;
}

/** The caption of the density histogram. */
export function densityCaption({ unit, activeAbove }: RunFacts): string {
  const active = activeAbove > 0 ? `above ${activeAbove}` : "above 0";
  return `One bar counts the latents whose density lies between the two numbers below it; the axis is logarithmic, because ` +
    `densities differ by powers of ten. The density of a latent is the share of test ${unit}s on which its activation is ` +
    `${active}; a dead latent has none.`;
}

/** What stands below the table: how its columns are to be read. */
export function tableNote(
  table: LatentTable,
  facts: RunFacts,
  { errorRows, drawn, detailed, similarIsExact }: Pick<Latents, "errorRows" | "drawn" | "detailed" | "similarIsExact">,
): string {
  const { unit, activeAbove, testRows } = facts;
  const parts = [
    ...(facts.picture === "none"
      ? []
      : [`The tile shows the effect of the latent, on its own scale: ${effectColours(facts)}.`]),
    `Error saved is by how much the mean squared error rises if the latent is set to 0, measured on ${
      errorRows === testRows ? `all ${count(testRows)}` : `${count(errorRows)} of ${count(testRows)}`
    } test ${unit}s.`,
  ];
  if (table.measures.includes("mainClass")) {
    parts.push(`Purity is the share of the latent's summed activation that falls on its main class.`);
  }
  if (table.measures.includes("nearest")) {
    parts.push(
      `Nearest is the latent whose effect has the largest cosine with this one's${
        similarIsExact ? "" : ", among the latents that it was compared with"
      }.`,
    );
  }
  if (table.seeds !== null) {
    parts.push(
      `Random seeds: in how many of ${table.seeds} runs that differ in the random seed alone the latent is found, its own run among them; ` +
        `the others have a partner with nearly the same direction in the decoder and in the encoder.${
          table.measures.includes("decoderFoundIn")
            ? " By the decoder: the same if the direction in the decoder alone has to be nearly the same."
            : ""
        }`,
    );
  }
  if (activeAbove > 0) {
    parts.push(`A latent counts as active above ${activeAbove}, because the sigmoid is never exactly 0.`);
  }
  parts.push(`An empty cell means that there is no value: the latent is 0 on every test ${unit}.`);
  if (drawn && facts.picture !== "none") {
    parts.push(`${count(drawn.length)} of ${count(table.count)} latents have tiles.`);
  }
  if (detailed) parts.push(`${count(detailed.length)} of ${count(table.count)} latents have details.`);
  return parts.join(" ");
}

/** A whole number from ten on, one decimal from one on, two digits below. */
function rounded(value: number): string {
  if (value < 1) return figure(value, 2);
  return value < 10 ? String(Math.round(10 * value) / 10) : count(Math.round(value));
}

/** The median of shares; the lower one of two. */
function medianOf(values: Float64Array): number {
  return values.toSorted()[Math.floor((values.length - 1) / 2)];
}

/** What stands below a latent's details. */
export function detailNote(
  facts: RunFacts,
  { errorRows, similarIsExact }: { errorRows: number; similarIsExact: boolean },
): string {
  const { unit, others, activeAbove } = facts;
  const ofPictures = [
    `The strip is the decoder's output with this latent at 20, 40, 60, 80 and 100\u00a0% of its largest activation and ${
      others === "mean" ? "every other latent at its mean activation" : "every other latent at 0"
    }; the numbers are the activations.`,
    `The effect is the last of them less the output without the latent: ${effectColours(facts)}.`,
  ];
  const parts = [
    ...(facts.picture === "none" ? [] : ofPictures),
    `Error saved is by how much the mean squared error rises if the latent is set to 0, on ${
      count(errorRows)
    } test ${unit}s.`,
    `Similar latents have the largest cosine between their effects on the output and this one's.`,
  ];
  if (!similarIsExact) parts.push(`They were looked for among the latents of the same group only, not among all.`);
  if (activeAbove > 0) parts.push(`The latent counts as active above ${activeAbove}.`);
  return parts.join(" ");
}
