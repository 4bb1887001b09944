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
import { runSession } from "../../lib/run/session.ts";

/** Colours that squares have, red, green and blue. */
const COLOURS = [[220, 40, 40], [40, 200, 60], [50, 70, 230]];
const COLOUR_NAMES = ["red", "green", "blue"];
/** Side of an image, and of the square in it. */
const SIDE = 12, SQUARE = 5;
/** Values of a vector, too many to be drawn, and the directions that vectors are made of. */
const VALUES = 300, TOPICS = 6;
const WORDS = ["river", "bridge", "sonnet", "theorem", "glacier", "violin"];

/**
 * Trains runs into a folder: `colour`, squares of three colours held out by hash; `texts`, vectors of 300 values with a text,
 * a token, a class and a picture's address for each, details of some latents; `imported`, a model of the same vectors that was
 * not trained here.
 */
export async function writeRowReports(reports: string): Promise<void> {
  await writeReport(`${reports}/colour`, await colourReport());
  const report = await textsReport();
  await writeReport(`${reports}/texts`, report);
  await writeReport(`${reports}/imported`, asImported(report, "imported"));
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
    scaling: { scale: "mean-norm", subtract: "mean", offset: new Float32Array(VALUES), factor: 0.93, sampledRows: 400 },
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

/** The report of a model as if another program had trained it. */
export function asImported(report: Report, id: string): Report {
  const files = [
    { name: "cfg.json", bytes: 812, sha256: "c1".repeat(32) },
    { name: "sae_weights.safetensors", bytes: 193_024, sha256: "a7".repeat(32) },
  ];
  const { timing } = report.run;
  return {
    ...report,
    run: {
      ...report.run,
      id,
      title: "activations · imported from SAELens",
      imported: { tool: "SAELens", architecture: "topk", files },
      sparsity: { ...report.run.sparsity, silentLatents: null, resampled: [] },
      timing: { ...timing, trainMs: 0, steps: 0, stepsPerSecond: 0, secondsPerEpoch: 0 },
    },
    metrics: { start: null, epochs: [], stepStride: 1, steps: [], silentLatents: null },
  };
}

if (import.meta.main) await writeRowReports(Deno.args[0]);
