/**
 * `verify` as a person runs it: processes, their exit codes, and data that are found by the run's command or by a flag.
 *
 * @module
 */
import assert from "node:assert/strict";
import { npyFloats } from "../data/npy_file.ts";
import { safetensors } from "../exchange/foreign_files.ts";
import { rows, tensor } from "../exchange/foreign_models.ts";
import { needs } from "../needs.ts";
import { temporaryFolder } from "../temporary_folder.ts";

const ROOT = new URL("../../", import.meta.url).pathname, D = 6, F = 10, ROWS = 52_000;

async function run(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      ...["run", "-q", "--no-prompt", "--no-check", "--allow-read", "--allow-write", "--allow-env", "--allow-sys"],
      ...[`--config=${ROOT}deno.json`, `${ROOT}main.ts`, ...args],
    ],
    env: { NO_COLOR: "1" },
    stdout: "piped",
    stderr: "piped",
  }).output();
  return { code, stdout: new TextDecoder().decode(stdout), stderr: new TextDecoder().decode(stderr) };
}

Deno.test(
  "verify finds the data of runs that were trained, streamed, labelled with words and imported, and exits with 0, 1 or 2",
  needs("permissions", "time"),
  async () => {
    await using place = await temporaryFolder();
    const { path } = place, data = `${path}/rows.npy`, reports = ["--reports", `${path}/reports`], sae = `${path}/sae`;
    await Deno.writeFile(data, npyFloats(Float32Array.from(rows(ROWS, D).flat()), D));
    const words = Array.from({ length: ROWS }, (_, row) => JSON.stringify({ text: `row ${row}` })).join("\n");
    await Deno.writeTextFile(`${path}/words.jsonl`, words);
    await Deno.mkdir(sae);
    await Deno.writeTextFile(`${sae}/cfg.json`, JSON.stringify({ architecture: "topk", d_in: D, d_sae: F, k: 3 }));
    const weights = {
      W_enc: tensor("W_enc", { shape: [D, F] }),
      b_enc: tensor("b_enc", { shape: [F] }),
      W_dec: tensor("W_dec", { shape: [F, D] }),
      b_dec: tensor("b_dec", { shape: [D] }),
    };
    await Deno.writeFile(`${sae}/sae_weights.safetensors`, safetensors(weights, { dtype: "BF16" }));
    const device = ["--backend", "wasm", "--threads", "1"], own = ["--data", data, ...reports, ...device, "--quiet"];
    const knobs = ["--sparsity", "topk", "--k", "3", "--latent", `${F}`, "--epochs", "1", "--batch", "500"];
    const made = [
      await run(
        "train",
        "--run-id",
        "streamed",
        "--meta",
        `${path}/words.jsonl`,
        "--buffer-mb",
        "1",
        ...knobs,
        ...own,
      ),
      await run("import", sae, "--run-id", "theirs", ...own),
    ];
    for (const { code, stderr } of made) assert.equal(code, 0, stderr);

    const all = await run("verify", "--all", "--retrain", "--threads", "1", ...reports, "--json", `${path}/all.json`);
    assert.equal(all.code, 0, all.stdout + all.stderr);
    assert.match(all.stdout, /^2 of 2 runs hold$/m);
    assert.match(
      all.stdout,
      /^program +version \d+\.\d+\.\d+\nsources +SHA-256 [0-9a-f]{64}\nkernels +SHA-256 [0-9a-f]{64}\n/,
    );
    assert.match(all.stdout, /^holds +inputs +imported files: 2 files: SHA-256 as in run\.json$/m);
    assert.match(all.stdout, /^holds +training +model\.safetensors: trained again to the same bytes$/m);
    assert.match(all.stdout, /^not checked +training +trained again: the model was trained by SAELens, not here$/m);
    const { runs } = JSON.parse(await Deno.readTextFile(`${path}/all.json`));
    assert.deepEqual(runs.map(({ id, holds }: { id: string; holds: boolean }) => [id, holds]), [
      ["streamed", true],
      ["theirs", true],
    ]);

    await Deno.rename(data, `${path}/moved.npy`);
    const untrained = await run("verify", "streamed", "--threads", "1", ...reports, "--data", `${path}/moved.npy`);
    assert.match(
      untrained.stdout,
      /^recorded +training +losses of the training steps: \d+ numbers written down during training, not checked: --retrain/m,
    );
    const lost = await run("verify", "theirs", "--threads", "1", ...reports);
    assert.equal(lost.code, 0);
    assert.match(lost.stdout, /^not checked +inputs +data: they cannot be read \(Cannot /m);
    const strict = await run("verify", "theirs", "--strict", "--quiet", "--threads", "1", ...reports);
    assert.equal(strict.code, 1);
    assert.match(strict.stderr, /^not checked +inputs +data: /, "what makes the command fail is not left out");
    assert.doesNotMatch(strict.stderr, /^holds/m);
    const found = await run(
      "verify",
      "theirs",
      "--strict",
      "--threads",
      "1",
      ...reports,
      "--data",
      `${path}/moved.npy`,
    );
    assert.equal(found.code, 0, found.stdout);

    await Deno.writeTextFile(`${path}/reports/streamed/run.json`, "{");
    const bad = await run("verify", "--all", "--threads", "1", ...reports, "--data", `${path}/moved.npy`);
    assert.equal(bad.code, 1);
    assert.match(bad.stdout, /^fails +files +run\.json: it is not JSON$/m);
    assert.match(bad.stdout, /^1 of 2 runs hold$/m, "one bad run does not stop the rest");

    for (const args of [["verify"], ["verify", "--all", "a"], ["verify", "a", "--nonsense"]]) {
      assert.equal((await run(...args, ...reports)).code, 2, args.join(" "));
    }
    assert.equal((await run("verify", "none", ...reports)).code, 1);
  },
);
