/**
 * `import`, `train --init-from` and `export` as a person runs them: processes, what they print and what they leave.
 *
 * @module
 */
import assert from "node:assert/strict";
import { exists } from "../../lib/files.ts";
import { npyFloats } from "../data/npy_file.ts";
import { safetensors } from "../exchange/foreign_files.ts";
import { rows, tensor } from "../exchange/foreign_models.ts";
import { needs } from "../needs.ts";
import { temporaryFolder } from "../temporary_folder.ts";

const ROOT = new URL("../../", import.meta.url).pathname, D = 6, F = 10;

async function run(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      ...["run", "-q", "--no-prompt", "--allow-read", "--allow-write", "--allow-env", "--allow-sys"],
      ...[`--config=${ROOT}deno.json`, `${ROOT}main.ts`, ...args],
    ],
    env: { NO_COLOR: "1" },
    stdout: "piped",
    stderr: "piped",
  }).output();
  return { code, stdout: new TextDecoder().decode(stdout), stderr: new TextDecoder().decode(stderr) };
}

Deno.test(
  "a dictionary comes in by import, is trained further, and goes out by export",
  needs("permissions", "time"),
  async () => {
    await using place = await temporaryFolder();
    const sae = `${place.path}/sae`, data = `${place.path}/layer-3.npy`, out = `${place.path}/out`;
    const reports = ["--reports", `${place.path}/reports`];
    await Deno.mkdir(sae);
    await Deno.writeTextFile(`${sae}/cfg.json`, JSON.stringify({ architecture: "topk", d_in: D, d_sae: F, k: 3 }));
    await Deno.writeFile(
      `${sae}/sae_weights.safetensors`,
      safetensors({
        W_enc: tensor("W_enc", { shape: [D, F] }),
        b_enc: tensor("b_enc", { shape: [F] }),
        W_dec: tensor("W_dec", { shape: [F, D] }),
        b_dec: tensor("b_dec", { shape: [D] }),
      }, { dtype: "BF16" }),
    );
    await Deno.writeFile(data, npyFloats(Float32Array.from(rows(200, D).flat()), D));

    const device = ["--backend", "wasm", "--threads", "1"];
    const imported = await run("import", `${sae}/`, "--data", data, "--run-id", "theirs", ...reports, ...device);
    assert.equal(imported.code, 0, imported.stderr);
    assert.match(imported.stdout, /layer-3 · SAELens topk · 10 latents/);
    assert.match(imported.stdout, /latents active \(> 0\) +\d\.\d of 10/);

    const turned = ["--epochs", "1", "--batch", "32", "--latent", "12", "--quiet"];
    const tuned = await run(
      "train",
      "--init-from",
      "theirs",
      "--data",
      data,
      "--run-id",
      "ours",
      ...turned,
      ...reports,
      ...device,
    );
    assert.deepEqual([tuned.code, tuned.stdout], [0, `${place.path}/reports/ours\n`], tuned.stderr);

    const exported = await run("export", "ours", "--out", `${out}/`, "--json", ...reports);
    assert.equal(exported.code, 0, exported.stderr);
    assert.deepEqual(JSON.parse(exported.stdout), {
      ...{ format: "saelens", folder: out, scaling: "The data were not scaled." },
      files: ["sae_weights.safetensors", "sparsity.safetensors", "cfg.json"].map((name) => `${out}/${name}`),
    });
    const { d_sae, k } = JSON.parse(await Deno.readTextFile(`${out}/cfg.json`));
    assert.deepEqual([d_sae, k], [12, 3]);

    const refused: [number, RegExp, string[]][] = [
      [2, /^error: Cannot import: there is no folder, expected deno task import FOLDER --data PATH\n$/, ["import"]],
      [2, /^error: Cannot import: there are no rows to measure on, expected --data PATH\n$/, ["import", sae]],
      [2, /^error: Cannot export: it is not said where the files go, expected --out FOLDER\n$/, [
        "export",
        "ours",
        ...reports,
      ]],
      [2, /^error: Cannot use --format: it is "onnx", expected saelens, safetensors, npz\n$/, [
        "export",
        "ours",
        "--out",
        "x",
        "--format",
        "onnx",
        ...reports,
      ]],
      [
        1,
        /^error: Cannot export to .*: sae_weights\.safetensors is there already, expected another folder, or --overwrite\n$/,
        ["export", "ours", "--out", out, ...reports],
      ],
    ];
    for (const [code, message, args] of refused) {
      const said = await run(...args);
      assert.equal(said.code, code, said.stderr);
      assert.match(said.stderr, message);
    }
    assert.ok(!await exists("x"));
  },
);
