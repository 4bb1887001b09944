/**
 * The package as somebody else uses it: by its name, from another folder, with nothing but what `mod.ts` exports.
 *
 * @module
 */
import assert from "node:assert/strict";
import { VARIANT_NAMES, variantsWith } from "../lib/sae/sparsity/variants.ts";
import {
  type Config,
  type Dataset,
  datasetOf,
  KnobError,
  loadSae,
  Run,
  type Sae,
  trainSae,
  UserError,
} from "../lib/mod.ts";
import { temporaryFolder } from "./temporary_folder.ts";
import { npyFloats } from "./data/npy_file.ts";
import { needs } from "./needs.ts";

const ROOT = new URL("../", import.meta.url).pathname;

/** Rows that are the sum of two of twelve directions. */
function rows({ count = 200, dInput = 6, scale = 1 } = {}): Float32Array<ArrayBuffer> {
  const x = new Float32Array(count * dInput);
  for (let row = 0; row < count; row++) {
    for (const j of [row % 12, (row * 5 + 1) % 12]) {
      for (let d = 0; d < dInput; d++) x[row * dInput + d] += scale * Math.sin(7 * j + d * d);
    }
  }
  return x;
}

const SMALL: Partial<Config> = {
  latent: 12,
  hidden: [],
  epochs: 3,
  batch: 32,
  backend: "wasm",
  threads: 1,
};

/** Mean squared error over the test set, by the public functions alone. */
function testMse(sae: Sae, { test }: Dataset): number {
  const x = test.pixels as Float32Array, recon = sae.decode(sae.encode(x));
  return recon.reduce((sum, value, i) => sum + (value - x[i]) ** 2, 0) / x.length;
}

for (const sparsity of VARIANT_NAMES) {
  Deno.test(
    `trainSae() with ${sparsity} returns what was measured; saved and loaded it is the same`,
    needs("permissions", "time"),
    async () => {
      await using place = await temporaryFolder();
      const x = rows(), data = datasetOf(x, { dInput: 6 });
      const k = variantsWith("k").includes(sparsity) ? { k: 2 } : {};
      const sae = await trainSae(x, { dInput: 6, knobs: { ...SMALL, sparsity, ...k }, note: "A note." });
      const { mse } = sae.metrics.test;
      assert.ok(Math.abs(testMse(sae, data) / mse - 1) < 1e-5, `${testMse(sae, data)}, measured ${mse}`);
      const acts = sae.encode(x), sparse = sae.encode(x, { sparse: true });
      assert.equal(acts.length, 200 * sae.nLatents);
      assert.equal(sparse.indices.length, acts.filter((value) => value !== 0).length);
      assert.deepEqual(sae.decode(sparse), sae.decode(acts));

      await sae.save(`${place.path}/mine`);
      const loaded = await loadSae(`${place.path}/mine`);
      assert.deepEqual(loaded.encode(x), acts);
      assert.deepEqual(loaded.run, { ...sae.run, id: "mine" });
      await loaded.save(`${place.path}/copy/`);
      const copied = await loadSae(`${place.path}/copy`);
      assert.deepEqual([copied.run.id, copied.run.note, copied.encode(x)], ["copy", "A note.", acts]);
      const names = (id: string) => Array.from(Deno.readDirSync(`${place.path}/${id}`), ({ name }) => name).sort();
      assert.deepEqual(names("copy"), names("mine"));
      await assert.rejects(
        sae.save(`${place.path}/mine`),
        /^UserError: Cannot save to \S*\/mine: a run is there already, expected a folder without one$/,
      );
    },
  );
}

Deno.test(
  "trainSae() takes bytes, a data set, layers, labels and a test set of its own",
  needs("permissions", "time"),
  async () => {
    const bytes = Uint8Array.from(rows(), (value) => 128 + 40 * value);
    const knobs = { ...SMALL, hidden: [5], latent: 4 };
    const labels = Uint8Array.from({ length: 200 }, (_, i) => i % 3);
    const options = { dInput: 6, labels, shape: [2, 3] as [number, number], name: "waves", knobs };
    const sae = await trainSae(bytes, { ...options, test: bytes, testLabels: labels });
    assert.deepEqual([sae.run.dataset.name, sae.run.dataset.height, sae.run.dataset.train.images], ["waves", 2, 200]);
    assert.equal(sae.run.title, "waves · KL ρ 0.05 · 4 latents · random seed 0");
    assert.ok(sae.metrics.probing, "labels are probed for");
    const again = await trainSae(datasetOf(bytes, { ...options, test: bytes, testLabels: labels }), { knobs });
    assert.deepEqual(again.encode(bytes), sae.encode(bytes));
  },
);

Deno.test(
  "trainSae() takes values outside [0, 1] with a linear output, and says what it cannot use",
  needs("permissions", "time"),
  async () => {
    const sae = await trainSae(rows({ scale: 9 }), { dInput: 6, knobs: SMALL });
    assert.equal(sae.run.config.output, "linear");
    const refused = (x: Float32Array, options: Parameters<typeof trainSae>[1]) =>
      trainSae(x, { knobs: SMALL, ...options });
    const x = rows();
    await assert.rejects(
      refused(x, {}),
      /^TypeError: Cannot use the array: dInput is missing, expected how many numbers one input has$/,
    );
    await assert.rejects(refused(x, { dInput: 7 }), /1200 numbers are not whole rows, expected a multiple of 7/);
    await assert.rejects(
      refused(x, { dInput: 6, labels: new Uint8Array(3) }),
      /there are 3 labels, expected one for each of 200 rows$/,
    );
    await assert.rejects(refused(x, { dInput: 6, shape: [2, 2] }), /shape is 2×2, expected 6 numbers$/);
    x[20] = NaN;
    await assert.rejects(
      refused(x, { dInput: 6 }),
      /number 2 of row 3 \(both from 0\) is NaN, expected finite numbers$/,
    );
    await assert.rejects(
      trainSae(rows(), { dInput: 6, knobs: { ...SMALL, batch: 500 } }),
      (error) => error instanceof KnobError,
    );
  },
);

Deno.test("trainSae() refuses data of another type, before anything is trained", async () => {
  const clamped = new Uint8ClampedArray(12);
  const others: unknown[] = [new Float64Array(12), [1, 2], null, clamped];
  for (const [i, type] of ["Float64Array", "Array", "null", "Uint8ClampedArray"].entries()) {
    await assert.rejects(
      trainSae(others[i] as Float32Array, { dInput: 6, knobs: SMALL }),
      new RegExp(
        `^TypeError: Cannot train on the data: their type is ${type}, expected Float32Array, Uint8Array or a data`,
      ),
    );
  }
  assert.throws(
    () => datasetOf(clamped as unknown as Uint8Array, { dInput: 6 }),
    /^TypeError: Cannot use the rows: their type is Uint8ClampedArray, expected Float32Array or Uint8Array$/,
  );
});

Deno.test("trainSae() ends with the signal's reason", needs("permissions", "time"), async () => {
  const stop = new AbortController(), reason = new Error("enough");
  const onEvent = () => stop.abort(reason);
  await assert.rejects(trainSae(rows(), { dInput: 6, knobs: SMALL, onEvent, signal: stop.signal }), reason);
});

Deno.test("loadSae() says in one line what a folder lacks", needs("permissions", "time"), async () => {
  await using place = await temporaryFolder();
  const sae = await trainSae(rows(), { dInput: 6, knobs: SMALL });
  const folder = `${place.path}/a`;
  await sae.save(folder);
  const run = await Deno.readTextFile(`${folder}/run.json`);
  const refuses = async (message: RegExp) =>
    await assert.rejects(loadSae(folder), (error: Error) => {
      assert.ok(error instanceof UserError, error.stack);
      assert.match(error.message, message);
      return true;
    });
  await Deno.writeTextFile(`${folder}/run.json`, "{");
  await refuses(/^Cannot open .*run\.json: it is not JSON, expected a run's$/);
  await Deno.writeTextFile(`${folder}/run.json`, run.replace('"schemaVersion": ', '"schemaVersion": 9'));
  await refuses(/its field "schemaVersion" is wrong/);
  await Deno.writeTextFile(
    `${folder}/run.json`,
    JSON.stringify({ ...Run.parse(JSON.parse(run)), config: { ...sae.run.config, latent: 13 } }),
  );
  await refuses(/^Cannot open .*model\.safetensors: .* has shape \[.*\], expected shape \[13/);
  await Deno.writeTextFile(`${folder}/model.safetensors`, "");
  await refuses(/^Cannot open .*model\.safetensors: Cannot read safetensors/);
  await Deno.remove(`${folder}/run.json`);
  await refuses(/^Cannot read .*run\.json: it is not there/);
});

Deno.test(
  "the library example of docs/guide.md runs in another folder, by the package's name",
  needs("permissions", "time"),
  async () => {
    await using place = await temporaryFolder();
    const guide = await Deno.readTextFile(`${ROOT}docs/guide.md`);
    const [example, ...more] = Array.from(guide.matchAll(/```ts[^\n]*\n(.*?)```/gs), ([, code]) => code)
      .filter((code) => code.includes("trainSae("));
    assert.deepEqual(more, []);
    assert.ok(example.trimEnd().split("\n").length <= 20, "20 lines");
    await Deno.writeTextFile(`${place.path}/example.ts`, example);
    await Deno.writeTextFile(`${place.path}/deno.json`, JSON.stringify({ links: [ROOT] }));
    const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: [
        "run",
        "--no-prompt",
        "--allow-read",
        "--allow-write",
        "--allow-env",
        "--allow-sys",
        "example.ts",
      ],
      cwd: place.path,
      env: { NO_COLOR: "1" },
      stdout: "piped",
      stderr: "piped",
    }).output();
    assert.equal(code, 0, new TextDecoder().decode(stderr));
    const [, variance, entries] = new TextDecoder().decode(stdout).match(/explained variance (\S+)\n(\d+) of/)!;
    assert.ok(Number(variance) > 0.9, variance);
    assert.equal(Number(entries), 4000, "two latents per row");
  },
);

Deno.test("the library example of docs/data.md runs", needs("permissions"), async () => {
  await using place = await temporaryFolder();
  const values = Float32Array.from({ length: 600 * 12 }, (_, i) => Math.sin(i * i));
  await Deno.writeFile(`${place.path}/activations.npy`, npyFloats(values, 12));
  const text = await Deno.readTextFile(`${ROOT}docs/data.md`);
  const [, example] = text.match(/```ts[^\n]*\n(.*?)```/s)!;
  const code = example.replace("@sae/sparse-autoencoders", `file://${ROOT}lib/mod.ts`)
    .replace("activations.npy", `${place.path}/activations.npy`).replace("console.log", "globalThis.said = ");
  await Deno.writeTextFile(`${place.path}/example.ts`, code.replace(/said = \((.*)\)/, "said = [$1]"));
  await import(`file://${place.path}/example.ts`);
  const [mse, factor] = (globalThis as unknown as { said: number[] }).said;
  assert.ok(mse > 0 && mse < 1 && factor > 0, `${mse} ${factor}`);
});
