/**
 * A run's report as what Compare shows of it. Chooses and thins; measures nothing.
 *
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { explainedVariance } from "../../../lib/analysis/across/figures.ts";
import { datasetTitle, isOfImages } from "../../../lib/data/describe.ts";
import type { ReportFiles } from "../../../lib/report/expectation.ts";
import type { Inputs } from "../../../lib/report/inputs_schema.ts";
import type { Run } from "../../../lib/report/run_schema.ts";
import { isTrainedHere } from "../../../lib/report/trained_here.ts";
import { titleOf } from "../../../lib/run/title.ts";
import { baselineOf } from "../../../lib/sae/baselines.ts";
import { VARIANTS } from "../../../lib/sae/sparsity/variants.ts";
import { count } from "../format.ts";
import { plain, RowWords, shortened } from "../row_words.ts";
import { settingsOf } from "../settings.ts";
import { stripSprite } from "./strip.ts";
import type { ComparedInputs, RunName, RunSummary } from "./summary.ts";

/** Characters of a row's text, at most. */
const MOST_LETTERS = 90;
/** Points of a loss curve: more are not visible at the width of a page. */
const MOST_POINTS = 80;

/** A run as the chooser lists it. */
export function nameOf(run: Pick<Run, "id" | "title" | "config" | "dataset">): RunName {
  const { id, title, config, dataset } = run;
  const baseline = baselineOf(config);
  const parts = titleOf(config, dataset.name).split(" · ").slice(baseline ? -4 : -3); // data may be called "a · b"
  const method = baseline ? `${parts[0]}, ${parts[1]}` : parts[0], [latents, seed] = parts.slice(-2);
  const isOwn = !title.endsWith(` · ${parts.join(" · ")}`); // words for data may have changed since the run was trained
  const size = latents.replace(/^\d+/, (number) => count(Number(number)));
  const preset = config.preset === "notebook" ? ["the tutorial’s settings"] : [];
  return {
    id,
    name: isOwn ? title : method,
    detail: [...(isOwn ? [method] : []), size, ...preset, seed].join(" · "),
    data: {
      key: dataset.test.pixelsSha256,
      name: datasetTitle(dataset.name),
      testRows: dataset.test.images,
      row: isOfImages(dataset) ? "image" : "vector",
    },
  };
}

/** Everything that Compare shows of a run. */
export function summaryOf({ run, metrics, inputs }: Pick<ReportFiles, "run" | "metrics" | "inputs">): RunSummary {
  const { config, model, timing } = run, { test, probing, dictionary } = run.metrics;
  const probes = (probing?.latents ?? []).map(({ k, value }, i) => ({
    k,
    latents: value,
    pixels: probing?.pixels[i]?.value ?? null,
  }));
  const probed = (wanted: number) => probes.find(({ k }) => k === wanted)?.latents ?? null;
  const { activeAbove } = VARIANTS[config.sparsity];
  return {
    ...nameOf(run),
    activeAbove,
    isExact: activeAbove === 0,
    loss: config.loss,
    measured: {
      mse: test.mse,
      explained: explainedVariance(test),
      activeLatents: test.activeLatents,
      latents: config.latent,
      deadLatents: test.deadLatents,
      lengthRatio: test.l2Ratio,
      probing1: probed(1),
      probing5: probed(5),
      recovery: dictionary?.mcc ?? null,
      f1: dictionary?.f1 ?? null,
      absorption: dictionary?.absorption?.share ?? null,
      parameters: model.parameters,
      trainMs: isTrainedHere(run) ? timing.trainMs : null,
      steps: isTrainedHere(run) ? timing.steps : null,
    },
    settings: settingsOf(run),
    curve: thinned(metrics.steps.map(({ step, reconstruction }) => [step, reconstruction]), MOST_POINTS),
    dead: [
      ...(metrics.start ? [[0, metrics.start.deadLatents] as [number, number]] : []),
      ...metrics.epochs.map(({ epoch, test }): [number, number] => [epoch, test.deadLatents]),
    ],
    probing: probes,
    byK: (run.metrics.byK ?? []).map(({ k, mse }) => ({ k, mse: rounded(mse) })),
    inputs: commonInputs(run, inputs),
    importedFrom: run.imported?.tool ?? null,
  };
}

/** The inputs that all runs on the same data have: those in test order, from the first on. */
function commonInputs(run: Run, { rows, originals, reconstructions, rowTexts }: Inputs): ComparedInputs {
  const common = rows.filter(({ row }, i) => row === i), { classNames } = run.dataset;
  const words = new RowWords(rowTexts);
  const textOf = (row: number) => {
    const text = words.of(row)?.text;
    return text ? plain(shortened(text, MOST_LETTERS)) : "";
  };
  return {
    tiles: originals && reconstructions ? { first: stripSprite(run), originals, reconstructions } : null,
    texts: words.hasText ? common.map(({ row }) => textOf(row)) : null,
    mse: common.map(({ mse }) => rounded(mse)),
    classes: common.every(({ label }) => label !== null)
      ? common.map(({ label }) => classNames[label!] ?? String(label))
      : null,
  };
}

/**
 * A curve with at most so many points, evenly spread over the logarithm of the step: each is the mean of the points
 * that it stands for, at the last of their steps. The first and the last step stay.
 *
 * @param points By step, ascending; steps above 0.
 */
export function thinned(points: [number, number][], most: number): [number, number][] {
  if (points.length <= most) return points.map(([step, loss]) => [step, rounded(loss)]);
  const [first] = points[0], [last] = points.at(-1)!;
  const binOf = (step: number) => Math.ceil(Math.log(step / first) / Math.log(last / first) * (most - 1) - 1e-9);
  return [...Map.groupBy(points, ([step]) => binOf(step)).values()].map((bin) => [
    bin.at(-1)![0],
    rounded(bin.reduce((sum, [, loss]) => sum + loss, 0) / bin.length),
  ]);
}

/** Five significant digits: what a chart can show. */
function rounded(value: number): number {
  return Number(value.toPrecision(5));
}
