/**
 * Reports of rows that are not grey images: colour images, long vectors with words, and a model that was not trained here.
 * As a program it writes them to the folder that it is given, for the site's tests.
 *
 * @module
 */
import { type Dataset, GREY_IMAGES, type ImageSet, imageSet } from "../../lib/data/dataset.ts";
import type { Report } from "../../lib/report/report_files.ts";
import { writeReport } from "../../lib/report/writer.ts";
import { Rng } from "../../lib/rng.ts";
import { exportRun } from "../../lib/run/export.ts";
import { importDictionary } from "../../lib/run/import.ts";
import { runSession } from "../../lib/run/session.ts";
import { npyFloats } from "../data/npy_file.ts";
import { temporaryFolder } from "../temporary_folder.ts";

/** Colours that squares have, red, green and blue. */
const COLOURS = [[220, 40, 40], [40, 200, 60], [50, 70, 230]];
const COLOUR_NAMES = ["red", "green", "blue"];
/** Side of an image, and of the square in it. */
const SIDE = 12, SQUARE = 5;
/** Values of a vector, too many to be drawn, and the directions that vectors are made of; what they were scaled with. */
const VALUES = 300, TOPICS = 6, FACTOR = 0.93;
const WORDS = ["river", "bridge", "sonnet", "theorem", "glacier", "violin"];

/**
 * Trains runs into a folder: `colour`, squares of three colours held out by hash; `texts`, vectors of 300 values with a text,
 * a token, a class and an address for each, details of some latents; `imported`, that model as another program would have
 * stored it.
 */
export async function writeRowReports(reports: string): Promise<void> {
  await writeReport(`${reports}/colour`, await colourReport());
  await writeReport(`${reports}/texts`, await textsReport());
  await importTexts(reports);
}

/** Settings of all these runs. */
const KNOBS = { latent: 8, sparsity: "topk", k: 2, hidden: [], epochs: 3, batch: 20 };

/** The report of {@linkcode colourSquares}. */
export function colourReport(): Promise<Report> {
  return reportOf(colourSquares(), { id: "colour", knobs: KNOBS });
}

/** The report of {@linkcode vectorsWithWords}. */
export function textsReport(): Promise<Report> {
  const knobs = { ...KNOBS, latent: 80, output: "linear", k: 5, epochs: 12 };
  return reportOf(vectorsWithWords(), { id: "texts", knobs, details: 70 });
}

/** Trains on data in memory. */
export async function reportOf(
  dataset: Dataset,
  { id, knobs, details }: { id: string; knobs: Record<string, unknown>; details?: number },
): Promise<Report> {
  const turned = { ...KNOBS, ...knobs, backend: "wasm", threads: 1 };
  const outcome = await runSession({ turned, dataset, reportsDir: null, runId: id, details });
  if (outcome.kind !== "finished") throw new Error(`Cannot use run ${id}: it was stopped, expected its report`);
  return outcome.report;
}

/** Squares in one of three colours on a dark ground of noise, at any place. */
export function colourSquares(): Dataset {
  const images = (count: number, split: string): ImageSet => {
    const rng = Rng.fromSeed(0, split);
    const pixels = new Uint8Array(count * SIDE * SIDE * 3);
    for (let i = 0; i < pixels.length; i++) pixels[i] = rng.below(30);
    const labels = Uint8Array.from({ length: count }, () => rng.below(COLOURS.length));
    labels.forEach((label, image) => {
      const left = rng.below(SIDE - SQUARE), top = rng.below(SIDE - SQUARE);
      for (let at = 0; at < SQUARE * SQUARE; at++) {
        const pixel = (image * SIDE + top + Math.floor(at / SQUARE)) * SIDE + left + at % SQUARE;
        pixels.set(COLOURS[label], 3 * pixel);
      }
    });
    return imageSet({ pixels, count, labels, fileRows: Uint32Array.from({ length: count }, (_, i) => 5 * i + 2) });
  };
  return {
    ...GREY_IMAGES,
    ...{ name: "squares", height: SIDE, width: SIDE, channels: 3, black: 0, white: 1, classNames: COLOUR_NAMES },
    split: { by: "hash", share: 0.2 },
    train: images(240, "train"),
    test: images(60, "test"),
    truth: null,
    provenance: { source: "path", files: [], fallback: null, notes: [] },
  };
}

/** Sums of one or two of six random directions and noise; the class is the stronger one. */
export function vectorsWithWords(): Dataset {
  const rng = Rng.fromSeed(1, "topics");
  const directions = Float32Array.from({ length: TOPICS * VALUES }, () => rng.normal());
  const rows = (count: number, split: string): ImageSet => {
    const own = Rng.fromSeed(2, split);
    const pixels = Float32Array.from({ length: count * VALUES }, () => 0.3 * own.normal());
    const topics = Array.from({ length: count }, () => [own.below(TOPICS), own.below(TOPICS)]);
    topics.forEach(([first, second], row) => {
      for (let d = 0; d < VALUES; d++) {
        pixels[row * VALUES + d] += directions[first * VALUES + d] + 0.4 * directions[second * VALUES + d];
      }
    });
    const text = topics.map(([first, second], row) =>
      row % 40 === 7
        ? `A very long line about the ${WORDS[first]}: ${`and then the ${WORDS[second]} again, `.repeat(12)}`
        : `The ${WORDS[first]} <b>& the "${WORDS[second]}"</b>, line ${row}`
    );
    return imageSet({
      pixels,
      count,
      labels: Uint8Array.from(topics, ([first]) => first),
      fileRows: Uint32Array.from({ length: count }, (_, i) => 3 * i + 1),
      meta: {
        names: ["text", "token", "url"],
        values: [text, topics.map(([first]) => ` ${WORDS[first]}`), text.map((_, row) => `https://example.org/${row}`)],
      },
    });
  };
  return {
    ...GREY_IMAGES,
    ...{ name: "activations", kind: "vector", height: 1, width: VALUES, black: -3, white: 3, classNames: WORDS },
    split: { by: "hash", share: 0.2 },
    scaling: {
      scale: "mean-norm",
      subtract: "mean",
      offset: new Float32Array(VALUES),
      factor: FACTOR,
      sampledRows: 400,
    },
    train: rows(400, "train"),
    test: rows(100, "test"),
    truth: null,
    provenance: {
      source: "path",
      files: [{ name: "activations.npy", bytes: 600_128, sha256: "5e".repeat(32), isSampled: true, isOfficial: null }],
      fallback: null,
      notes: [],
    },
  };
}

/** The model of `texts` goes to SAELens' layout and comes back as a run, measured on the same rows without their classes. */
async function importTexts(reports: string): Promise<void> {
  await using place = await temporaryFolder();
  const { test } = vectorsWithWords(), { names, values } = test.meta!;
  const wordsOf = (row: number) => Object.fromEntries(names.map((name, column) => [name, values[column][row]]));
  const lines = Array.from({ length: test.count }, (_, row) => JSON.stringify(wordsOf(row)));
  const unscaled = Float32Array.from(test.pixels, (value) => value / FACTOR);
  const [data, meta, folder] = ["layer-3.npy", "words.jsonl", "sae"].map((name) => `${place.path}/${name}`);
  await Deno.writeFile(data, npyFloats(unscaled, VALUES));
  await Deno.writeTextFile(meta, `${lines.join("\n")}\n`);
  await exportRun(`${reports}/texts`, { format: "saelens", out: folder, canOverwrite: false });
  await importDictionary({
    ...{ folder, place: { data, meta, testShare: 0.5 }, limit: null, reportsDir: reports, runId: "imported" },
    device: { backend: "wasm", engine: "auto", threads: 1 },
    command: ["import", "sae", "--data", "layer-3.npy"],
    cacheDir: `${place.path}/cache`,
  });
}

if (import.meta.main) await writeRowReports(Deno.args[0]);
