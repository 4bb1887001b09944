/**
 * Engines against one another: a whole epoch of MNIST on each.
 *
 * @module
 */
import assert from "node:assert/strict";
import { measureActivity } from "../../lib/analysis/measure.ts";
import { resolveConfig } from "../../lib/config.ts";
import { loadDataset } from "../../lib/data/load.ts";
import { initialState, stepDefinition } from "../../lib/engine/engine.ts";
import { exists } from "../../lib/files.ts";
import { asBytes } from "../../lib/pixels.ts";
import { Rng } from "../../lib/rng.ts";
import { initialModel } from "../../lib/sae/init.ts";
import { learningRate, withPeakRate } from "../../lib/training/schedule.ts";
import { planned } from "./cases.ts";
import { ENGINES, opened, type Start } from "./engines.ts";
import { needs } from "../needs.ts";

const available = ENGINES.filter(({ ignore }) => !ignore);

const MNIST = new URL("../../../shared/mnist", import.meta.url).pathname;

Deno.test(
  "a seeded epoch leaves every engine with the reference engine's test MSE within 1 %",
  needs("permissions", "time"),
  async () => {
    const dataset = await loadDataset({
      ...(await exists(MNIST) ? { dataset: "mnist", dataDir: MNIST } : { dataset: "digits" }),
      mirrors: [],
      cacheDir: "",
      dataSeed: 0,
      limit: 5000, // a software adapter takes 25 ms a step
    });
    const config = withPeakRate(resolveConfig({ epochs: 1 }), { totalSteps: 1 });
    const definition = stepDefinition(config, dataset.height * dataset.width);
    const { arch } = definition;
    const { pixels, count } = dataset.train;
    const state = initialState(initialModel(config, { arch, pixels }));
    const totalSteps = Math.ceil(count / config.batch);
    const test = asBytes(dataset.test.pixels).subarray(0, 1000 * arch.dInput);
    const mseOn = async (start: Start) => {
      await using engine = await opened(start, definition);
      await engine.load({ state, pixels, batch: 256 });
      await engine.train(planned(config, {
        indices: Rng.fromSeed(0, "shuffle").permutation(count),
        batch: config.batch,
        learningRates: Float64Array.from(
          { length: totalSteps },
          (_, step) => learningRate(step, { config, totalSteps }),
        ),
      }));
      return (await measureActivity(engine, { pixels: test, ...definition })).mse;
    };
    const truth = await mseOn(available.find(({ name }) => name === "reference on wasm")!.start);
    // The engine in a Worker is left out: its steps are another one's.
    for (const { name, start } of available.filter(({ name }) => !/^reference|Worker/.test(name))) {
      const mse = await mseOn(start);
      assert.ok(Math.abs(mse - truth) < 0.01 * truth, `${name}: ${mse}, reference ${truth}`);
    }
  },
);
