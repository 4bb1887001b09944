/**
 * The head of a run's page: what it is in two or three sentences, and its key numbers beside the tutorial's.
 *
 * Formats; measures nothing. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { explainedVariance } from "../../../lib/analysis/across/figures.ts";
import { datasetSource, datasetTitle } from "../../../lib/data/describe.ts";
import type { Metrics } from "../../../lib/report/metrics_schema.ts";
import type { Run } from "../../../lib/report/schema.ts";
import { isTrainedHere } from "../../../lib/report/trained_here.ts";
import { TUTORIAL } from "../../../lib/report/tutorial.ts";
import { baselineOf } from "../../../lib/sae/baselines.ts";
import { count, duration, figure, fixed, percent, percentTo } from "../format.ts";
import { activeAbove } from "../variants.ts";
import { inputWords } from "./inputs.ts";
import { epochsText, rhoText } from "./learning_text.ts";

/** The first sentences of the page. */
export function runSummary(run: Run): string {
  const { config, dataset, metrics: { test } } = run, { one, many } = inputWords(run);
  const latents = `${count(config.latent)} ${config.latent === 1 ? "latent" : "latents"}`;
  const baseline = baselineOf(config);
  const what = run.imported
    ? `A sparse autoencoder with ${latents}, imported from ${run.imported.tool} and measured on ` +
      `${count(test.images)} test ${dataWords(run, many)}.`
    : `${baseline ? `A baseline (${baseline.title})` : "A sparse autoencoder"} with ${latents}, ${
      isTrainedHere(run) ? `trained for ${epochsText(config.epochs)} on` : "fitted to"
    } ${count(dataset.train.images)} ${dataWords(run, many)}.`;
  const explained = explainedVariance(test);
  const quality = explained === null
    ? ""
    : explained > 0
    ? ` It explains ${percent(explained)} of the variance of the test ${many}.`
    : ` It explains none of the variance of the test ${many}.`;
  return `${what}${quality} ${sparsitySentence(run, one)}`;
}

/** The data behind their count: `images of MNIST`, `vectors of known features`. */
function dataWords({ dataset: { name, source } }: Run, many: string): string {
  if (source !== "generated") return `${many} of ${datasetTitle(name)}`;
  return datasetSource({ name, source, fallback: null });
}

/** A sigmoid is never 0: beside the threshold of "active" a lower one says how many latents contribute a little. */
const LITTLE = 0.01;

function sparsitySentence({ config, metrics: { test } }: Run, one: string): string {
  const threshold = activeAbove(config), active = activeText(test.activeLatents), all = count(config.latent);
  if (test.activeLatents === 0) return "No latent is active on any of them.";
  if (threshold === 0) return `On average, ${active} of ${all} latents are active per ${one}.`;
  const little = test.l0.find((row) => row.threshold === LITTLE);
  return little
    ? `On an average ${one}, ${
      activeText(little.value)
    } of ${all} latents exceed ${LITTLE}, and ${active} exceed ${threshold}.`
    : `On an average ${one}, ${active} of ${all} latents exceed ${threshold}.`;
}

/** A mean number of active latents: 16.5; one near 0 with a digit that is not 0. */
export function activeText(value: number): string {
  return value < 0.05 ? figure(value, 1) : fixed(value, 1);
}

/**
 * A text around the first use of a term, for a link to the glossary.
 *
 * @throws {RangeError} The text does not use the term.
 */
export function firstUse(text: string, term: RegExp): [before: string, term: string, after: string] {
  const found = term.exec(text);
  if (!found) throw new RangeError(`Cannot link ${term}: the text is ${JSON.stringify(text)}, expected the term in it`);
  return [text.slice(0, found.index), found[0], text.slice(found.index + found[0].length)];
}

/** A row of the table of key numbers. */
export interface KeyNumber {
  /** The glossary's entry. */
  metric: string;
  label: string;
  value: string;
  /** What stands small behind the value: `of 32, above 0.1`. */
  unit: string | null;
  /** The tutorial's number; null if the tutorial prints none. */
  tutorial: string | null;
  /** Whether the tutorial's number is of one batch only. */
  isOneBatch: boolean;
}

/** Whether the run is on the tutorial's data, so that its printed numbers stand beside the run's. */
export function hasTutorialNumbers({ dataset }: Pick<Run, "dataset">): boolean {
  return dataset.name === "mnist";
}

/** The key numbers of a run, the test error first. */
export function keyNumbers(run: Run, { epochs }: Pick<Metrics, "epochs">): KeyNumber[] {
  const { config, metrics: { test, dictionary }, sparsity: { target } } = run, { one } = inputWords(run);
  const threshold = activeAbove(config), isKl = test.klNats !== null, all = count(config.latent);
  const row = (metric: string, label: string, value: string, more: Partial<KeyNumber> = {}): KeyNumber => ({
    metric,
    label,
    value,
    unit: null,
    tutorial: null,
    isOneBatch: false,
    ...more,
  });
  const explained = explainedVariance(test);
  const rows = [
    row("mse", "Test MSE", fixed(test.mse, 5), { tutorial: fixed(TUTORIAL.testMse, 5) }),
    explained !== null &&
    row("fvu", "Explained variance", explained > 0 ? percentTo(explained, 1) : fixed(explained, 2)),
    row("activeLatents", `Active latents per ${one}`, activeText(test.activeLatents), {
      unit: [`of ${all}`, threshold > 0 && `above ${threshold}`, target && `target ${target.targetL0}`]
        .filter((part) => part).join(", "),
    }),
    isKl && row("meanActivation", "Mean activation", fixed(test.meanActivation, 4), {
      unit: `target ${rhoText(config.rho)}`,
      tutorial: fixed(TUTORIAL.meanActivation, 4),
      isOneBatch: true,
    }),
    isKl && row("klNats", "KL divergence, nats", figure(test.klNats), {
      tutorial: fixed(TUTORIAL.lastBatchKlNats, 4),
      isOneBatch: true,
    }),
    dictionary && row("dictionary", "True features found (MCC)", fixed(dictionary.mcc, 3), { unit: "1 is all" }),
    row("deadLatents", "Dead latents", count(test.deadLatents), { unit: `of ${all}` }),
    test.l2Ratio !== null &&
    row("l2Ratio", "Length of reconstructions", fixed(test.l2Ratio, 3), { unit: "of the input’s" }),
    epochs.length > 0 && row("loss", `Training loss, epoch ${config.epochs}`, fixed(epochs.at(-1)!.train.loss, 4), {
      // The tutorial's loss has the KL penalty; the loss of another method is not comparable.
      tutorial: isKl && config.loss === "mse" ? fixed(TUTORIAL.trainLoss.at(-1)!, 4) : null,
    }),
  ];
  return rows.filter((row) => row !== false && row !== null);
}

/** How long the run took, and on what; of an imported model where it came from. */
export function timeSentence(run: Pick<Run, "timing" | "engine" | "imported" | "config">): string {
  const { timing, engine, imported } = run;
  if (imported) {
    return `This model was not trained here: it was imported from ${imported.tool} (${imported.architecture}), so there are no ` +
      `learning curves. Measuring it took ${duration(timing.totalMs)} on ${engine.device}.`;
  }
  if (!isTrainedHere(run)) {
    return `Nothing was trained: the dictionary was fitted. With data and evaluation this took ${
      duration(timing.totalMs)
    } on ${engine.device}.`;
  }
  return `Training took ${duration(timing.trainMs)} on ${engine.device}, ${
    duration(timing.totalMs)
  } with data and evaluation.`;
}
