/**
 * Figures of real small runs against their weights, decoded here in float64, and against what the runs measured.
 *
 * @module
 */
import assert from "node:assert/strict";
import { decodeSafetensors } from "../../../lib/formats/safetensors.ts";
import type { Run } from "../../../lib/report/schema.ts";
import type { Layer } from "../../../lib/sae/model.ts";
import { NO_CHOICE } from "../../../site/src/inputs/address.ts";
import type { InputsData } from "../../../site/src/inputs/data.ts";
import { figureOf } from "../../../site/src/inputs/figure.ts";
import { fileReader } from "../../../site/src/inputs/file_reader.ts";
import { inputsDataOf } from "../../../site/src/inputs/page_data.ts";
import { decoderLayers } from "../../../site/src/linear_decoder.ts";
import { type Scene, sceneOf } from "../../../site/src/inputs/scene.ts";
import { train } from "../small_reports.ts";

const DIGITS = ["--dataset", "digits", "--limit", "300", "--epochs", "2", "--threads", "1", "--backend", "wasm"];

/** A run's data, a reader of its inputs, and its decoder written out in float64. */
async function opened(folder: string) {
  const json = async (file: string) => JSON.parse(await Deno.readTextFile(`${folder}/${file}`));
  const run: Run = await json("run.json"), latents = await json("latents.json");
  const details = await Promise.all(latents.detailFiles.map(json));
  const data = inputsDataOf({ run, inputs: await json("inputs.json"), latents, details, ownPages: [] });
  const layers = decoderLayers(run);
  const reader = fileReader({ folder, tile: data.tile, model: run.model.file, layers });
  const { tensors } = decodeSafetensors(await Deno.readFile(`${folder}/${run.model.file}`));
  const decoded = (acts: Map<number, number>) =>
    layers.reduce((values, layer) => applied(layer, { values, tensors }), denseOf(acts, data.nLatents));
  return { data, decoded, sceneAt: (index: number) => sceneOf(data, { index, reader }) };
}

function denseOf(acts: Map<number, number>, nLatents: number): Float64Array {
  return Float64Array.from({ length: nLatents }, (_, latent) => acts.get(latent) ?? 0);
}

/** One layer in float64, by its definition: y = activation(x Wᵀ + b). */
function applied(
  { name, dIn, dOut, activation }: Layer,
  { values, tensors }: { values: Float64Array; tensors: Record<string, { values: Float32Array }> },
): Float64Array {
  const weight = tensors[`${name}.weight`].values, bias = tensors[`${name}.bias`].values;
  return Float64Array.from({ length: dOut }, (_, o) => {
    let sum = bias[o];
    for (let i = 0; i < dIn; i++) sum += values[i] * weight[o * dIn + i];
    return activation === "relu" ? Math.max(0, sum) : activation === "sigmoid" ? 1 / (1 + Math.exp(-sum)) : sum;
  });
}

/** The largest absolute difference. */
function distance(a: ArrayLike<number>, b: ArrayLike<number>): number {
  return Array.from(a).reduce((largest, value, i) => Math.max(largest, Math.abs(value - b[i])), 0);
}

function mseOf(a: ArrayLike<number>, b: ArrayLike<number>): number {
  return Array.from(a).reduce((sum, value, i) => sum + (value - b[i]) ** 2, 0) / a.length;
}

/** Inputs to look at: the first, some in the middle, and those with the smallest and largest error. */
function someOf({ rows }: InputsData): number[] {
  const byError = [...rows.keys()].sort((a, b) => rows[a].mse - rows[b].mse);
  return [0, 1, 57, byError[0], byError.at(-1)!];
}

/** Activations up to one of the columns. */
function actsOf({ numbers: { active } }: Scene, count = active.length): Map<number, number> {
  return new Map(active.slice(0, count).map(({ latent, activation }) => [latent, activation]));
}

Deno.test("figures of real runs", async (t) => {
  const reports = await Deno.makeTempDir();
  await train(reports, "topk", [...DIGITS, "--sparsity", "topk", "--k", "6", "--latent", "70"]);
  await train(reports, "deep", [...DIGITS, "--hidden", "12", "--latent", "9"]);
  await train(reports, "linear-kl", [
    ...DIGITS,
    "--hidden",
    "",
    "--output",
    "linear",
    "--latent",
    "9",
    "--lr",
    "0.004",
  ]);

  await t.step("the sum of tiles is the decoder's output, to the 8 bits of the tiles, at every part", async () => {
    const { data, decoded, sceneAt } = await opened(`${reports}/topk`);
    assert.equal(data.mode, "sum");
    for (const index of someOf(data)) {
      const scene = await sceneAt(index), row = data.rows[index];
      const { columns, shown } = figureOf(scene.numbers, { ...scene, choice: NO_CHOICE });
      assert.equal(columns.length, 1 + row.active.latents.length);
      let halfLevels = 0; // what rounding to the tiles' levels can add up to
      const { input } = scene.numbers;
      for (const [k, { result }] of columns.entries()) {
        const wanted = decoded(actsOf(scene, k));
        if (k > 0) halfLevels += levelOf(scene, k - 1) / 2;
        assert.ok(distance(result!.values, wanted) <= halfLevels * 1.01 + 2e-6, `${index} ${k}`);
        const mse = mseOf(result!.values, input), wantedMse = mseOf(wanted, input);
        assert.ok(Math.abs(mse - wantedMse) <= halfLevels * (halfLevels + 2 * Math.sqrt(wantedMse)) + 1e-6);
        assert.ok(Math.abs(columns[k].mse! - mse) < 0.01 * mse + 1e-5, `${columns[k].mse} ${mse}`);
      }
      // The run measured the whole: the tiles' error is that, within the tiles' bits.
      const whole = mseOf(columns.at(-1)!.result!.values, input), base = mseOf(columns[0].result!.values, input);
      assert.ok(Math.abs(whole - row.mse) < 0.01 * row.mse + 1e-5, `${whole} ${row.mse}`);
      assert.ok(Math.abs(base - row.mseBase) < 1e-5, `${base} ${row.mseBase}`);
      assert.deepEqual([columns.at(-1)!.mse, columns[0].mse], [row.mse, row.mseBase], "as the run measured");
      assert.equal(shown.mse, row.mse, "what is printed is what the run measured");
    }
  });

  await t.step("contributions count from the means of sigmoid latents, and add up too", async () => {
    const { data, decoded, sceneAt } = await opened(`${reports}/linear-kl`);
    assert.equal(data.mode, "sum");
    for (const index of someOf(data)) {
      const scene = await sceneAt(index), row = data.rows[index];
      const { columns } = figureOf(scene.numbers, { ...scene, choice: NO_CHOICE });
      const halfLevels = scene.numbers.active.reduce((sum, _, k) => sum + levelOf(scene, k) / 2, 0);
      assert.ok(distance(columns.at(-1)!.result!.values, decoded(actsOf(scene))) <= halfLevels * 1.01 + 1e-5);
      assert.ok(Math.abs(mseOf(columns.at(-1)!.result!.values, scene.numbers.input) - row.mse) < 0.01 * row.mse + 1e-5);
    }
  });

  await t.step(
    "without each latent, a deep decoder gives what it gives in float64, and the error that was measured",
    async () => {
      const { data, decoded, sceneAt } = await opened(`${reports}/deep`);
      assert.equal(data.mode, "removal");
      for (const index of someOf(data)) {
        const scene = await sceneAt(index), row = data.rows[index];
        const { columns } = figureOf(scene.numbers, { ...scene, choice: NO_CHOICE });
        const all = decoded(actsOf(scene));
        assert.ok(distance(columns[0].result!.values, all) < 1e-5);
        for (const { latent, change, result, mse, mseWithout } of columns.slice(1)) {
          const acts = actsOf(scene);
          acts.delete(latent!);
          const without = decoded(acts);
          assert.ok(distance(result!.values, without) < 1e-5);
          assert.ok(distance(change!.values, all.map((value, i) => value - without[i])) < 1e-5);
          // The input's tile has 8 bits: so much can the error differ from the one that was measured.
          assert.ok(Math.abs(mse! - mseWithout!) < 0.01 * mseWithout! + 1e-5, `${mse} ${mseWithout}`);
        }
        assert.equal(row.active.latents.length, 9, "every sigmoid latent is listed");
      }
    },
  );
  await Deno.remove(reports, { recursive: true });
});

/** One level of the contribution of a part, in units of the data. */
function levelOf({ material, numbers: { active } }: Scene, k: number): number {
  const { latent, activation } = active[k];
  const tile = material.mode === "sum" ? material.tileOf(latent) : null;
  assert.ok(tile);
  const { effectScale, decodedAt, atRest } = tile;
  return Math.abs(activation - atRest) / Math.abs(decodedAt! - atRest) * effectScale / 127;
}
