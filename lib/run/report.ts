/**
 * From a trained engine to a whole report: measure both splits, look at the latents, draw the sprites.
 *
 * Gathers what analysis computes into the report's shape; computes and writes nothing itself.
 *
 * @module
 */
import { DEFINITIONS } from "../analysis/definitions.ts";
import { evaluate } from "../analysis/evaluate.ts";
import { decoderImages, featureRows, TOP_IMAGES } from "../analysis/features.ts";
import { latentRows, shownLatents } from "../analysis/latents.ts";
import { decoderNorms, measureSplit, splitMetrics } from "../analysis/measure.ts";
import { shownPairs } from "../analysis/reconstructions.ts";
import { metricRows } from "../analysis/history.ts";
import type { Dataset } from "../data/dataset.ts";
import type { Engine, TrainingState } from "../engine/engine.ts";
import type { Run } from "../report/schema.ts";
import { gatherPixels, type Pixels, pixelValues } from "../pixels.ts";
import { concatenated, drawSprite } from "../report/sprites.ts";
import { MODEL_FILE, type Report } from "../report/writer.ts";
import { type Architecture, LAST_FIRED, type Objective, parameterCount } from "../sae/model.ts";
import type { Snapshot } from "../training/course.ts";
import { targetOutcome } from "../training/sparsity_weight.ts";
import { readEnvironment } from "./environment.ts";
import { modelFile } from "./model_file.ts";

const BATCH_IMAGES = 16;

/** A finished training run. */
export interface TrainedRun {
  id: string;
  title: string;
  note: string | null;
  createdAt: string;
  command: string[];
  config: Run["config"];
  arch: Architecture;
  objective: Objective;
  dataset: Dataset;
  /** SHA-256 over the pixels of each split. */
  pixelsSha256: { train: string; test: string };
  engine: Engine;
  engineReason: string;
  snapshot: Snapshot;
  /** The moment of `performance.now()` from which times are counted. */
  sinceMs: number;
  /** Milliseconds from then to the first step. */
  startupMs: number;
}

/** The whole report of a run; its weights are frozen. */
export async function assembleReport(run: TrainedRun): Promise<Report> {
  const { config, arch, objective, dataset, engine, snapshot } = run;
  const { train, test, height, width, black, white, classNames } = dataset;
  const norms = decoderNorms(snapshot.state.params, arch);
  const lossOptions = { arch, objective, weight: snapshot.weight, decoderNorms: norms };
  const definition = { arch, objective };
  const pass = await measureSplit(engine, test, definition, { withQuality: true });
  const testMetrics = splitMetrics(pass, lossOptions);
  const trainPass = await measureSplit(engine, train, definition, { withQuality: true });
  const trainMetrics = splitMetrics(trainPass, lossOptions);

  const { params } = snapshot.state;
  const evaluation = await evaluate({ engine, arch, params, dataset, pass, seed: config.seed });
  const pairs = await shownPairs(engine, pass, { images: test, arch });
  const shown = shownLatents(pass.rhoHats[arch.latentIndex]);
  const { decodedAt, decoder, effect } = await decoderImages(engine, pass, { arch, shown });
  const rho = config.sparsity === "kl" ? config.rho : null;
  const latentOptions = { images: test, nClasses: classNames.length, rho, shown };
  const undrawn = featureRows(pass, { ...latentOptions, effect, decodedAt });

  const sprite = (file: string, levels: ArrayLike<number>, columns: number) =>
    drawSprite({ file, levels, columns, tileWidth: width, tileHeight: height });
  const range = white - black;
  const grey = (values: Float32Array) => values.map((value) => (value - black) / range * 255);
  const squareColumns = Math.ceil(Math.sqrt(shown.length));
  const firstTraining = train.pixels.subarray(0, BATCH_IMAGES * arch.dInput) as Pixels;
  const sprites = {
    batch: sprite("batch.png", grey(pixelValues(firstTraining)), BATCH_IMAGES / 2),
    pairs: sprite(
      "reconstructions.png",
      concatenated([grey(pairs.originals), grey(pairs.recons), pairs.errors.map((error) => error / range * 255)]),
      pairs.pairs.length,
    ),
    decoder: sprite("decoder.png", grey(decoder), squareColumns),
    effect: sprite("effect.png", effect.map((value) => 128 + 127 * value / range), squareColumns),
  };
  const features = undrawn.map((feature) => {
    const { top, intervals } = feature.examples;
    const examples = [...top, ...intervals.flatMap(({ images }) => images)].map(({ image }) => image);
    const file = `features/${String(feature.latent).padStart(4, "0")}.png`;
    const levels = grey(pixelValues(gatherPixels(test.pixels, examples, arch.dInput)));
    return { feature, drawn: sprite(file, levels, TOP_IMAGES) };
  });
  return {
    run: {
      ...runDescription(run),
      metrics: { train: trainMetrics, test: testMetrics, ...evaluation },
      sparsity: {
        weight: snapshot.weight,
        target: config.targetL0 === null
          ? null
          : targetOutcome({ targetL0: config.targetL0, l0: testMetrics.activeLatents }),
        silentLatents: silentLatents(snapshot.state, config),
        resampled: snapshot.resampled,
      },
      definitions: DEFINITIONS,
      timing: timing(run),
    },
    metrics: metricRows(snapshot, { config, stepsPerEpoch: snapshot.state.step / config.epochs }),
    reconstructions: {
      batch: { sprite: sprites.batch.sprite, labels: train.labels && [...train.labels.subarray(0, BATCH_IMAGES)] },
      sprite: sprites.pairs.sprite,
      pairs: pairs.pairs,
    },
    activations: latentRows(pass, latentOptions),
    features: {
      decoderSprite: sprites.decoder.sprite,
      effectSprite: sprites.effect.sprite,
      features: features.map(({ feature, drawn }) => ({
        ...feature,
        examples: { sprite: drawn.sprite, ...feature.examples },
      })),
    },
    sprites: [...Object.values(sprites), ...features.map(({ drawn }) => drawn)],
    model: modelFile(snapshot.state, { arch, config }),
  };
}

/** Latents whose last firing, kept over the whole run, is too long ago. */
function silentLatents({ step, buffers }: TrainingState, { deadSteps }: Run["config"]): number | null {
  const lastFired = buffers[LAST_FIRED];
  return lastFired ? lastFired.filter((last) => step - last > deadSteps).length : null;
}

function runDescription(
  run: TrainedRun,
): Pick<
  Run,
  "id" | "title" | "note" | "createdAt" | "command" | "config" | "dataset" | "model" | "engine" | "environment"
> {
  const { id, title, note, createdAt, command, config, arch, dataset, engine, pixelsSha256 } = run;
  const { name, height, width, black, white, classNames, train, test, provenance } = dataset;
  return {
    id,
    title,
    note,
    createdAt,
    command,
    config,
    dataset: {
      name,
      height,
      width,
      black,
      white,
      classNames,
      factors: Object.keys(test.factors),
      ...provenance,
      train: { images: train.count, pixelsSha256: pixelsSha256.train },
      test: { images: test.count, pixelsSha256: pixelsSha256.test },
    },
    model: {
      layers: arch.layers,
      hasPreBias: arch.hasPreBias,
      hasCenteredInput: arch.hasCenteredInput,
      hasUnitDecoder: arch.hasUnitDecoder,
      parameters: parameterCount(arch),
      file: MODEL_FILE,
    },
    engine: { ...engine.info, reason: run.engineReason },
    environment: readEnvironment(),
  };
}

function timing({ snapshot, config, startupMs, sinceMs }: TrainedRun): Run["timing"] {
  const { trainMs, state: { step } } = snapshot;
  return {
    startupMs,
    trainMs,
    totalMs: performance.now() - sinceMs,
    steps: step,
    stepsPerSecond: step / trainMs * 1000,
    secondsPerEpoch: trainMs / config.epochs / 1000,
  };
}
