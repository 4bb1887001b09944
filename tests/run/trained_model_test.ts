/**
 * A finished run's model is opened as it was saved, and a folder that is not one is refused in one line.
 *
 * @module
 */
import assert from "node:assert/strict";
import { UserError } from "../../lib/errors.ts";
import { decodeSafetensors, encodeSafetensors, type SafetensorsContent } from "../../lib/formats/safetensors.ts";
import { loadSae, trainSae } from "../../lib/mod.ts";
import { openTrained, stateOf } from "../../lib/run/trained_model.ts";
import { needs } from "../needs.ts";
import { temporaryFolder } from "../temporary_folder.ts";

/** 60 rows of 4 values. */
const ROWS = Float32Array.from({ length: 240 }, (_, i) => Math.sin(i * i) / 2 + 0.5);
const KNOBS = { sparsity: "batchtopk", k: 2, latent: 6, epochs: 1, batch: 20, backend: "wasm", threads: 1 } as const;

Deno.test(
  "openTrained() gives the model that was saved, ready for an engine; what is not it is refused in one line",
  needs("permissions", "time"),
  async () => {
    await using place = await temporaryFolder();
    const folder = `${place.path}/a`, path = `${folder}/model.safetensors`;
    const sae = await trainSae(ROWS, { dInput: 4, knobs: KNOBS });
    await sae.save(folder);
    const model = await openTrained(folder);
    assert.deepEqual(model.run, { ...sae.run, id: "a" });
    assert.deepEqual(model.params, sae.params);
    assert.deepEqual(Object.keys(model.buffers).sort(), ["lastFired", "threshold"]);
    const state = stateOf(model);
    assert.deepEqual([state.step, state.m["encoder.0.weight"].length], [0, 24]);

    const file = await Deno.readFile(path), content = decodeSafetensors(file);
    const refuses = async (changed: Partial<SafetensorsContent>, message: RegExp) => {
      await Deno.writeFile(path, encodeSafetensors({ ...content, ...changed }));
      await assert.rejects(openTrained(folder), (error: Error) => {
        assert.ok(error instanceof UserError, error.stack);
        assert.match(error.message, message);
        assert.ok(!error.message.includes("\n"));
        return true;
      });
    };
    const { "decoder.0.bias": bias, ...others } = content.tensors;
    await refuses(
      { tensors: others },
      /^Cannot open .*safetensors: decoder\.0\.bias is missing, expected shape \[4\]$/,
    );
    await refuses(
      { tensors: { ...content.tensors, extra: bias } },
      /"extra" is there, expected encoder\.0\.weight, .* alone$/,
    );
    const flat = { shape: [4, 1], values: bias.values };
    await refuses({ tensors: { ...others, "decoder.0.bias": flat } }, /has shape \[4,1\], expected shape \[4\]$/);
    const broken = { shape: [4], values: Float32Array.of(0, NaN, 0, 0) };
    await refuses(
      { tensors: { ...others, "decoder.0.bias": broken } },
      /decoder\.0\.bias has a number that is not finite, expected finite numbers$/,
    );
    const scaled = (scaling: object) => ({ metadata: { ...content.metadata, scaling: JSON.stringify(scaling) } });
    const plain = { scale: "none", subtract: "none", offset: null, factor: 1, sampledRows: 0 };
    await refuses({ metadata: {} }, /its scaling is not there/);
    await refuses(scaled({ ...plain, offset: [1, 2, 3] }), /its scaling has a wrong offset, expected null or 4/);
    await refuses(scaled({ ...plain, scale: "loud" }), /its scaling has an unknown scale/);
    await Deno.writeFile(path, encodeSafetensors(content, { dtype: "F16" }));
    await assert.rejects(openTrained(folder), /"encoder\.0\.weight" has numbers of the type f16, expected f32$/);
    await Deno.writeFile(path, file);

    // The model reads (x − offset) · factor: raw rows are scaled before they are encoded, and reconstructions go back.
    const offset = [0.5, 0, 0, -1], factor = [2, 1, 0.5, 4];
    const scaling = { ...plain, subtract: "mean", scale: "standard", offset, factor, sampledRows: 60 };
    await Deno.writeFile(path, encodeSafetensors({ ...content, ...scaled(scaling) }));
    const loaded = await loadSae(folder);
    const raw = ROWS.map((value, i) => value / factor[i % 4] + offset[i % 4]);
    const close = (a: Float32Array, b: Float32Array) =>
      assert.ok(a.length === b.length && a.every((value, i) => Math.abs(value - b[i]) < 1e-5));
    close(loaded.encode(raw), sae.encode(ROWS));
    const recon = sae.decode(sae.encode(ROWS));
    close(loaded.decode(loaded.encode(raw), { units: "model" }), recon);
    close(loaded.decode(loaded.encode(raw)), recon.map((value, i) => value / factor[i % 4] + offset[i % 4]));
    await Deno.writeFile(path, encodeSafetensors({ ...content, ...scaled({ ...plain, scale: "row-norm" }) }));
    const byRow = await loadSae(folder), acts = byRow.encode(ROWS);
    assert.deepEqual(byRow.encode(ROWS.map((value) => 8 * value)).map(Math.fround), acts);
    assert.throws(
      () => byRow.decode(acts),
      /^RangeError: Cannot undo the scaling row-norm: .* expected units of the model$/,
    );
    assert.equal(byRow.decode(acts, { units: "model" }).length, 240);
  },
);
