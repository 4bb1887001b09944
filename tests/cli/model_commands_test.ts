/**
 * `encode`, `evaluate` and `examples` as a person runs them: what they print, what they write, and what they refuse.
 *
 * @module
 */
import assert from "node:assert/strict";
import { encodeCommand } from "../../lib/cli/encode_command.ts";
import { evaluateCommand } from "../../lib/cli/evaluate_command.ts";
import { examplesCommand } from "../../lib/cli/examples_command.ts";
import { UserError } from "../../lib/errors.ts";
import { exists } from "../../lib/files.ts";
import { npyHeader } from "../../lib/formats/npy.ts";
import { trainSae } from "../../lib/run/sae.ts";
import { needs } from "../needs.ts";
import { smallDataset } from "../run/small_dataset.ts";
import { temporaryFolder } from "../temporary_folder.ts";

const ROOT = new URL("../../", import.meta.url).pathname;
const NEVER = new AbortController().signal;
const COMMANDS = { encode: encodeCommand, evaluate: evaluateCommand, examples: examplesCommand };

/** A run of images of 6 × 5 bytes, and 70 such images as a file with labels and words. */
async function place() {
  const folder = await temporaryFolder();
  const data = smallDataset({ test: 70 });
  const knobs = { backend: "wasm", threads: 1, sparsity: "topk", k: 2, latent: 8, hidden: [], epochs: 2, batch: 20 };
  await (await trainSae(data, { knobs: { ...knobs, backend: "wasm", sparsity: "topk", hidden: [] } })).save(
    `${folder.path}/reports/mine`,
  );
  const path = (name: string) => `${folder.path}/${name}`;
  await Deno.writeFile(
    path("x.npy"),
    Uint8Array.from([...npyHeader({ type: "u8", shape: [70, 6, 5] }), ...data.test.pixels]),
  );
  await Deno.writeTextFile(path("labels.txt"), Array.from(data.test.labels!, (label) => `${label}\n`).join(""));
  await Deno.writeTextFile(
    path("meta.jsonl"),
    Array.from({ length: 70 }, (_, i) => `{"text": "image ${i}"}\n`).join(""),
  );
  return {
    path,
    run: ["mine", "--reports", path("reports"), "--data", path("x.npy"), "--backend", "wasm", "--threads", "1"],
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  };
}

/** The program in a process of its own. */
async function program(command: string, args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-q", "--no-prompt", "-P=out", `--config=${ROOT}deno.json`, `${ROOT}main.ts`, command, ...args],
    env: { NO_COLOR: "1" },
  }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, stdout: text(stdout), stderr: text(stderr) };
}

Deno.test(
  "encode, evaluate and examples print their result, and leave files",
  needs("permissions", "time"),
  async () => {
    await using at = await place();
    const out = at.path("codes.npz");
    const encoded = await program("encode", [...at.run, "--out", out]);
    assert.equal(encoded.code, 0, encoded.stderr);
    assert.match(
      encoded.stdout,
      /^data {5}\S*x, 70 images of 6×5 pixels \(height × width\)\nscaling {2}none \(values as they are\)$/m,
    );
    assert.match(encoded.stdout, /^rows {5}70, \d+ rows\/s, [12]\.\d latents other than 0 per row$/m);
    assert.ok(encoded.stdout.trimEnd().endsWith(`wrote    ${out}`));
    const labels = ["--labels", at.path("labels.txt")];
    const table = await program("encode", [
      ...at.run,
      ...labels,
      "--out",
      at.path("t.csv"),
      "--top",
      "2",
      "--shard",
      "2/4",
      "--quiet",
    ]);
    assert.deepEqual([table.code, table.stdout], [0, `${at.path("t-2-of-4.csv")}\n`], table.stderr);
    const lines = Deno.readTextFileSync(at.path("t-2-of-4.csv")).trimEnd().split("\n");
    assert.deepEqual([lines[0], lines.length], ["row,label,mse,l0,latent_1,activation_1,latent_2,activation_2", 19]);
    assert.match(lines[1], /^17,1,/);
    const few = at.path("few.csv");
    assert.equal(await encodeCommand([...at.run, "--limit", "5", "--out", few, "--quiet"], NEVER), 0);
    assert.equal(Deno.readTextFileSync(few).trimEnd().split("\n").length, 1 + 5);

    const folder = at.path("measured");
    const words = ["--meta", at.path("meta.jsonl")];
    const measured = await program("evaluate", [
      ...at.run,
      ...labels,
      ...words,
      "--normal",
      "1",
      "--out",
      folder,
      "--furthest",
      "3",
    ]);
    assert.equal(measured.code, 0, measured.stderr);
    assert.match(measured.stdout, /^ {2}Mean squared error +0\.\d+$/m);
    assert.match(measured.stdout, /^ {2}AUROC of the error +[01]\.\d{4}$/m);
    assert.match(measured.stdout, /^ {2}\d+ +[01] +0\.\d+ +[\d.]+ +[\d.]+ +image \d+$/m);
    assert.match(
      measured.stdout,
      /^ {2}rows above 99 % of the run's +[\d.]+ % \(test rows\), [\d.]+ % \(training rows\)$/m,
    );
    for (const file of ["furthest.png", "errors.csv", "evaluation.md", "evaluation.json"]) {
      assert.ok(await exists(`${folder}/${file}`));
      assert.ok(measured.stdout.includes(`wrote    ${folder}/${file}\n`), file);
    }
    const json = await program("evaluate", [...at.run, "--json", "--limit", "50"]);
    assert.equal(JSON.parse(json.stdout).data.rows, 50, json.stderr);
    assert.match(json.stderr, /^engine /m);
    const single = await program("evaluate", [...at.run, "--limit", "1"]);
    assert.match(single.stdout, /^ {2}Inputs +1 input\n/m);
    assert.match(single.stdout, /^ {2}Active latents \(L0\) +[02] latents\n/m);
    assert.match(single.stdout, /^ {2}L0 at threshold 0 +[02] latents\n/m);
    assert.match(single.stdout, /^ {2}Share of activations above 0 +[\d.]+\n/m);
    const fewer = await program("evaluate", [...at.run, "--json", "--limit", "50", "--k", "1"]);
    const [all, one] = [json, fewer].map(({ stdout }) => JSON.parse(stdout));
    assert.deepEqual([all.k, one.k, one.metrics.byK.length], [2, 1, 1], fewer.stderr);
    assert.ok(Math.abs(one.metrics.mse / all.metrics.byK[0].mse - 1) < 1e-5 && one.metrics.activeLatents <= 1);
    const sparse = await program("encode", [...at.run, "--out", at.path("one.npz"), "--k", "1", "--json"]);
    assert.equal(JSON.parse(sparse.stdout).k, 1, sparse.stderr);
    assert.ok(JSON.parse(sparse.stdout).entries <= 70);

    const examples = await program("examples", [
      ...at.run,
      ...labels,
      ...words,
      "--latent",
      "0,1",
      "--top",
      "3",
      "--json",
    ]);
    const { latents } = JSON.parse(examples.stdout);
    assert.deepEqual(latents.map(({ latent }: { latent: number }) => latent), [0, 1], examples.stderr);
    const [first] = latents.flatMap(({ examples }: { examples: { row: number; words: object }[] }) => examples);
    assert.deepEqual(first.words, { text: `image ${first.row}` });
    const own = await program("examples", ["mine", "--reports", at.path("reports"), "--latent", "0"]);
    assert.match(own.stdout, /^latent 0$/m, own.stderr);
  },
);

Deno.test(
  "encode, evaluate and examples say in one line what they cannot use",
  needs("permissions", "time"),
  async () => {
    await using at = await place();
    const refuses = async (command: keyof typeof COMMANDS, args: string[], message: RegExp, exitCode: number) => {
      await assert.rejects(COMMANDS[command](args, NEVER), (error: Error) => {
        assert.ok(error instanceof UserError, error.stack);
        assert.match(error.message, message);
        assert.equal(error.exitCode, exitCode, error.message);
        assert.ok(!error.message.includes("\n"));
        return true;
      });
    };
    const [out, reports] = [at.path("codes.npz"), ["--reports", at.path("reports")]];
    await refuses("encode", [], /^Cannot encode: there is no run, expected deno task encode RUN \[flags\]$/, 2);
    await refuses("encode", ["a", "b"], /"b" follows the run/, 2);
    await refuses(
      "examples",
      [],
      /^Cannot list examples: there is no run, expected deno task examples RUN \[flags\]$/,
      2,
    );
    await refuses("examples", ["a", "b"], /^Cannot list examples: "b" follows the run, .* RUN \[flags\]$/, 2);
    await refuses("examples", ["a", "3", "7,12"], /"3" follows the run, expected .* RUN --latent 3,7,12$/, 2);
    await refuses("encode", ["nobody", ...reports, "--data", "x", "--out", out], /no finished run of this name/, 1);
    await refuses("encode", ["mine", ...reports], /there are no rows, expected --data PATH$/, 2);
    await refuses("encode", at.run, /it is not said where the latents go, expected --out FILE$/, 2);
    await refuses("encode", [...at.run, "--out", "a.txt"], /its name ends with ".txt", expected \.npz/, 2);
    await refuses(
      "encode",
      [...at.run, "--out", out, "--top", "3"],
      /codes\.npz is no table, expected a \.csv or \.parquet/,
      2,
    );
    await refuses(
      "encode",
      [...at.run, "--out", at.path("a.csv"), "--top", "0"],
      /expected an integer from 1 to 1000$/,
      2,
    );
    await refuses("encode", [...at.run, "--out", out, "--shard", "3/2"], /expected I\/N with I from 1 to N/, 2);
    await refuses("encode", [...at.run, "--out", out, "--part", "middle"], /"middle", expected train, test or all$/, 2);
    await refuses(
      "encode",
      [...at.run, "--out", out, "--part", "train"],
      /^Cannot use --part train: the data have no parts/,
      2,
    );
    await refuses(
      "encode",
      [...at.run.toSpliced(-2, 2, "--threads", "none"), "--out", out],
      /--threads: it is "none"/,
      2,
    );
    await Deno.writeTextFile(out, "mine");
    await refuses("encode", [...at.run, "--out", out], /it is there already, expected --overwrite or another name$/, 1);
    assert.equal(await Deno.readTextFile(out), "mine");
    assert.equal(await encodeCommand([...at.run, "--out", out, "--overwrite", "--quiet"], NEVER), 0);
    assert.notEqual((await Deno.readFile(out)).length, 4);

    await refuses("evaluate", ["mine", ...reports], /there are no rows, expected --data PATH$/, 2);
    await refuses("evaluate", [...at.run, "--quiet"], /nothing would be left, expected --out FOLDER beside it$/, 2);
    await refuses("evaluate", [...at.run, "--normal", "top"], /the data have no labels, expected --labels FILE$/, 2);
    await refuses(
      "evaluate",
      [...at.run, "--k", "3"],
      /^Cannot use --k: it is 3, expected at most the 2 latents of/,
      2,
    );
    await refuses("encode", [...at.run, "--out", out, "--overwrite", "--k", "0"], /--k: it is "0", expected an/, 2);
    await refuses("evaluate", [...at.run, "--limit", "0"], /--limit: it is "0", expected an integer/, 2);
    const folder = at.path("measured");
    assert.equal(await evaluateCommand([...at.run, "--out", folder, "--quiet"], NEVER), 0);
    await refuses("evaluate", [...at.run, "--out", folder], /an evaluation is there already, expected --overwrite/, 1);

    await refuses("examples", ["mine", ...reports], /no latent is named, expected --latent J$/, 2);
    await refuses("examples", ["mine", ...reports, "--latent", "8"], /the model has 8 latents, expected 0 to 7$/, 2);
    await refuses("examples", [...at.run, "--latent", "8"], /the model has 8 latents, expected 0 to 7$/, 2);
    await refuses("examples", [...at.run, "--latent", "a"], /expected numbers of latents, such as 7 or 7,12$/, 2);
    await refuses(
      "examples",
      ["mine", ...reports, "--latent", "1", "--meta", "m"],
      /it belongs to data, expected --data PATH$/,
      2,
    );
  },
);

Deno.test("the commands of the documents have the flags that they use", needs("permissions"), async () => {
  const names = Object.keys(COMMANDS).join("|");
  let found = 0;
  for (const page of ["new_data", "guide", "sweeps"]) {
    const text = Deno.readTextFileSync(`${ROOT}docs/${page}.md`);
    for (const [, command, line] of text.matchAll(new RegExp(`deno task (${names}) ((?:[^\\s\`#;]+ ?)+)`, "g"))) {
      const args = line.trim().split(" ").map((part) => part.replace(/"?\$.*$|\{\}.*$/, "1/2"));
      const last = args.indexOf(":::");
      await assert.rejects(
        COMMANDS[command as keyof typeof COMMANDS](last < 0 ? args : args.slice(0, last), NEVER),
        /no finished run of this name/,
        `docs/${page}.md: ${command} ${line}`,
      );
      found++;
    }
  }
  assert.ok(found >= 9, `${found}`);
});

Deno.test("encode writes over no file that it reads, also under another name", needs("permissions"), async () => {
  await using at = await place();
  await Deno.symlink(at.path("x.npy"), at.path("link.npy"));
  const before = await Deno.readFile(at.path("x.npy"));
  for (const name of ["x.npy", "link.npy"]) {
    await assert.rejects(encodeCommand([...at.run, "--out", at.path(name), "--overwrite", "--quiet"], NEVER), {
      name: "UserError",
      message: /^Cannot write .*: it is a file of the data, expected another name$/,
    });
  }
  assert.deepEqual(await Deno.readFile(at.path("x.npy")), before);
  const model = at.path("reports/mine/model.safetensors"), weights = await Deno.readFile(model);
  await assert.rejects(encodeCommand([...at.run, "--out", model, "--overwrite", "--quiet"], NEVER), {
    name: "UserError",
    message: /^Cannot write .*: it is a file of the run, expected another name$/,
  });
  assert.deepEqual(await Deno.readFile(model), weights);
});
