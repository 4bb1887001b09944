/**
 * From a trained engine to a whole report: measure both splits, look at the latents, draw the sprites.
 *
 * Gathers what analysis computes into the report's shape; computes and writes nothing itself.
 *
 * @module
 */
import { DEFINITIONS } from "../analysis/definitions.ts";
import { decoderImages, featureRows, TOP_IMAGES } from "../analysis/features.ts";
import { latentRows } from "../analysis/latents.ts";
import { measureSplit, splitMetrics } from "../analysis/measure.ts";
import { shownPairs } from "../analysis/reconstructions.ts";
import { metricRows } from "../analysis/history.ts";
import type { Dataset, ImageSet } from "../data/dataset.ts";
import type { Engine } from "../engine/engine.ts";
import { encodeSafetensors } from "../formats/safetensors.ts";
import type { Run } from "../report/schema.ts";
import { drawSprite } from "../report/sprites.ts";
import { MODEL_FILE, type Report } from "../report/writer.ts";
import { type Architecture, type Objective, parameterCount, type Parameters, parameterSpecs } from "../sae/model.ts";
import type { Snapshot } from "../training/snapshot.ts";
import { readEnvironment } from "./environment.ts";

const BATCH_IMAGES = 16;

/** A finished training run. */
export interface TrainedRun {
  id: string;
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
  /** Milliseconds from the process's start to the first step. */
  startupMs: number;
}

/** The whole report of a run; its weights are frozen. */
export async function assembleReport(run: TrainedRun): Promise<Report> {
  const { config, arch, objective, dataset, engine, snapshot } = run;
  const { train, test, height, width, classNames } = dataset;
  const pass = await measureSplit(engine, test, arch);
  const testMetrics = splitMetrics(pass, { images: test, arch, objective });
  const trainMetrics = splitMetrics(await measureSplit(engine, train, arch), { images: train, arch, objective });

  const shown = await shownPairs(engine, pass, { images: test, arch });
  const { decoder, effect } = await decoderImages(engine, arch);
  const latentOptions = { images: test, nClasses: classNames.length, rho: config.rho };
  const undrawn = featureRows(pass, { ...latentOptions, effect });

  const sprite = (file: string, levels: ArrayLike<number>, columns: number) =>
    drawSprite({ file, levels, columns, tileWidth: width, tileHeight: height });
  const white = (values: Float32Array) => values.map((value) => value * 255);
  const squareColumns = Math.ceil(Math.sqrt(arch.nLatents));
  const sprites = {
    batch: sprite("batch.png", train.pixels.subarray(0, BATCH_IMAGES * arch.dInput), BATCH_IMAGES / 2),
    pairs: sprite(
      "reconstructions.png",
      Float32Array.of(...white(shown.originals), ...white(shown.recons), ...white(shown.errors)),
      shown.pairs.length,
    ),
    decoder: sprite("decoder.png", white(decoder), squareColumns),
    effect: sprite("effect.png", effect.map((value) => 128 + 127 * value), squareColumns),
  };
  const features = undrawn.map((feature) => {
    const { top, intervals } = feature.examples;
    const shownImages = [...top, ...intervals.flatMap(({ images }) => images)].map(({ image }) => image);
    const file = `features/${String(feature.latent).padStart(4, "0")}.png`;
    return { feature, drawn: sprite(file, pixelsOf(test, { shownImages, dInput: arch.dInput }), TOP_IMAGES) };
  });
  return {
    run: {
      ...runDescription(run),
      metrics: { train: trainMetrics, test: testMetrics },
      definitions: DEFINITIONS,
      timing: timing(run),
    },
    metrics: metricRows(snapshot, { config, stepsPerEpoch: snapshot.state.step / config.epochs }),
    reconstructions: {
      batch: { sprite: sprites.batch.sprite, labels: train.labels && [...train.labels.subarray(0, BATCH_IMAGES)] },
      sprite: sprites.pairs.sprite,
      pairs: shown.pairs,
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
    model: modelFile(snapshot.state.params, { arch, config }),
  };
}

function runDescription(
  run: TrainedRun,
): Pick<Run, "id" | "createdAt" | "command" | "config" | "dataset" | "model" | "engine" | "environment"> {
  const { id, createdAt, command, config, arch, dataset, engine, pixelsSha256 } = run;
  const { name, height, width, classNames, train, test, provenance } = dataset;
  return {
    id,
    createdAt,
    command,
    config,
    dataset: {
      name,
      height,
      width,
      classNames,
      factors: Object.keys(test.factors),
      ...provenance,
      train: { images: train.count, pixelsSha256: pixelsSha256.train },
      test: { images: test.count, pixelsSha256: pixelsSha256.test },
    },
    model: { layers: arch.layers, parameters: parameterCount(arch), file: MODEL_FILE },
    engine: { ...engine.info, reason: run.engineReason },
    environment: readEnvironment(),
  };
}

function timing({ snapshot, config, startupMs }: TrainedRun): Run["timing"] {
  const { trainMs, state: { step } } = snapshot;
  return {
    startupMs,
    trainMs,
    totalMs: performance.now(),
    steps: step,
    stepsPerSecond: step / trainMs * 1000,
    secondsPerEpoch: trainMs / config.epochs / 1000,
  };
}

/** The bytes of images by their indices, `[shownImages.length, dInput]`. */
function pixelsOf({ pixels }: ImageSet, options: { shownImages: number[]; dInput: number }): Uint8Array {
  const { shownImages, dInput } = options;
  const bytes = new Uint8Array(shownImages.length * dInput);
  shownImages.forEach((image, i) => bytes.set(pixels.subarray(image * dInput, (image + 1) * dInput), i * dInput));
  return bytes;
}

/** PyTorch's names and layout, so that the seed's `Autoencoder` loads it unchanged. No clock in it: equal runs, equal bytes. */
function modelFile(params: Parameters, { arch, config }: { arch: Architecture; config: Run["config"] }): Uint8Array {
  const tensors = Object.fromEntries(
    parameterSpecs(arch).map(({ name, shape }) => [name, { shape, values: params[name] }]),
  );
  return encodeSafetensors({
    tensors,
    metadata: { config: JSON.stringify(config), layers: JSON.stringify(arch.layers) },
  });
}
