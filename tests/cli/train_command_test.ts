/**
 * The whole program as a person runs it: a process, its output, its exit code and what it leaves on disk.
 *
 * @module
 */
import assert from "node:assert/strict";
import { dirname } from "node:path";
import { exists } from "../../lib/files.ts";
import { decodeSafetensors } from "../../lib/formats/safetensors.ts";
import { Activations, Inputs, LatentDetails, Latents, Metrics, Reconstructions, Run } from "../../lib/report/schema.ts";
import { Rng } from "../../lib/rng.ts";
import { loadCheckpoint, saveCheckpoint } from "../../lib/training/checkpoint.ts";
import { idxFile } from "../data/mnist/idx_files.ts";
import { temporaryFolder } from "../temporary_folder.ts";
import { needs } from "../needs.ts";

const ROOT = new URL("../../", import.meta.url).pathname;
/** A small set: 300 training and 60 test images of 6×5, three classes that differ, and a model that fits it. */
const SMALL_MODEL = ["--hidden", "8", "--latent", "4", "--batch", "32", "--epochs", "3", "--backend", "wasm"];

/** Flags with a value each, less those that others take the place of, then the others. */
function overridden(flags: string[], ...others: string[]): string[] {
  return [...flags.filter((_, i) => !others.includes(flags[i - i % 2])), ...others];
}

interface Outcome {
  code: number;
  stdout: string;
  stderr: string;
}

/** `main.ts` with the test's permissions, in a process of its own. */
function program(args: string[]): Deno.Command {
  return new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "-q",
      "--no-prompt",
      "--allow-read",
      "--allow-write",
      "--allow-env",
      "--allow-sys",
      `--config=${ROOT}deno.json`,
      `${ROOT}main.ts`,
      ...args,
    ],
    env: { NO_COLOR: "1" },
    stdout: "piped",
    stderr: "piped",
  });
}

async function run(...args: string[]): Promise<Outcome> {
  return textOf(await program(args).output());
}

/**
 * Runs until a checkpoint is there, then ends the process by a signal. On a busy machine a run may be over before it is seen to have
 * begun; then it is removed and started again.
 */
async function stopAfterCheckpoint(args: string[], options: { path: string; signal: Deno.Signal }): Promise<Outcome> {
  for (let tries = 1;; tries++) {
    const child = program(args).spawn();
    let isOver = false;
    const output = child.output().finally(() => isOver = true);
    while (!isOver && !await exists(options.path)) await new Promise((resolve) => setTimeout(resolve, 10));
    try {
      child.kill(options.signal);
    } catch (error) {
      if (!(error instanceof TypeError)) throw error; // it is over
    }
    const outcome = textOf(await output);
    if (outcome.code !== 0 || tries === 10) return outcome;
    await Deno.remove(dirname(options.path), { recursive: true });
  }
}

function textOf({ code, stdout, stderr }: Deno.CommandOutput): Outcome {
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, stdout: text(stdout), stderr: text(stderr) };
}

/** A folder with a data set and a place for reports. */
async function workplace() {
  const folder = await temporaryFolder();
  const rng = Rng.fromSeed(0, "program");
  const pixel = (i: number) => (Math.floor(i / 30) % 3 === i % 3 ? 150 : 0) + rng.below(60);
  for (const [split, count] of [["train", 300], ["t10k", 60]] as const) {
    const images = idxFile([count, 6, 5]);
    images.subarray(16).forEach((_, i, pixels) => pixels[i] = pixel(i));
    await Deno.writeFile(`${folder.path}/${split}-images-idx3-ubyte`, images);
    await Deno.writeFile(`${folder.path}/${split}-labels-idx1-ubyte`, idxFile([count], { modulo: 3 }));
  }
  const flags = ["--data-dir", folder.path, "--reports", `${folder.path}/reports`];
  return {
    ...folder,
    flags,
    report: (id: string, file: string) => `${folder.path}/reports/${id}/${file}`,
    [Symbol.asyncDispose]: folder[Symbol.asyncDispose],
  };
}

const readJson = async (path: string) => JSON.parse(await Deno.readTextFile(path));

Deno.test(
  "train writes a whole report that its schemas accept, and a line an epoch",
  needs("permissions", "time"),
  async () => {
    await using place = await workplace();
    const { code, stdout, stderr } = await run("train", ...place.flags, ...SMALL_MODEL, "--run-id", "a");
    assert.equal(code, 0, stderr);
    assert.equal(stderr, "");
    assert.equal(stdout.match(/^epoch [123]\/3 .*test loss \S+, MSE /gm)?.length, 3);
    assert.ok(!stdout.includes("\r") && !stdout.includes("\u001b"), "no bar where nobody watches");
    const report = Run.parse(await readJson(place.report("a", "run.json")));
    Metrics.parse(await readJson(place.report("a", "metrics.json")));
    Reconstructions.parse(await readJson(place.report("a", "reconstructions.json")));
    Activations.parse(await readJson(place.report("a", "activations.json")));
    Latents.parse(await readJson(place.report("a", "latents.json")));
    LatentDetails.parse(await readJson(place.report("a", "latents/000.json")));
    Inputs.parse(await readJson(place.report("a", "inputs.json")));
    assert.deepEqual(
      [report.id, report.engine.backend, report.dataset.height, report.dataset.width, report.timing.steps],
      ["a", "wasm", 6, 5, 30],
    );
    const names = Array.from(Deno.readDirSync(`${place.path}/reports/a`), ({ name }) => name).sort();
    assert.deepEqual(names, [
      "activations.json",
      "batch.png",
      "inputs",
      "inputs.json",
      "latents",
      "latents.json",
      "metrics.json",
      "model.safetensors",
      "reconstructions.json",
      "reconstructions.png",
      "run.json",
    ]);
    const pictures = Array.from(Deno.readDirSync(`${place.path}/reports/a/latents`), ({ name }) => name).sort();
    assert.deepEqual(pictures, [
      "000.json",
      "base.png",
      "decoder.png",
      "effect.png",
      "examples.png",
      "strengths.png",
    ]);
    const { tensors } = decodeSafetensors(await Deno.readFile(place.report("a", "model.safetensors")));
    assert.deepEqual(Object.entries(tensors).map(([name, { shape }]) => `${name} ${shape}`), [
      "encoder.0.weight 8,30",
      "encoder.0.bias 8",
      "encoder.2.weight 4,8",
      "encoder.2.bias 4",
      "decoder.0.weight 8,4",
      "decoder.0.bias 8",
      "decoder.2.weight 30,8",
      "decoder.2.bias 30",
    ]);
  },
);

for (const backend of ["wasm", "cpu"]) {
  Deno.test(
    `train gives the same metrics.json and weights twice on ${backend}, and others for another seed`,
    needs("permissions", "time"),
    async () => {
      await using place = await workplace();
      for (const [id, seed] of [["a", "1"], ["b", "1"], ["c", "2"]]) {
        const { code, stderr } = await run(
          "train",
          ...place.flags,
          ...overridden(SMALL_MODEL, "--backend", backend),
          "--run-id",
          id,
          "--seed",
          seed,
        );
        assert.equal(code, 0, stderr);
      }
      for (const file of ["metrics.json", "model.safetensors", "latents.json", "latents/000.json", "inputs.json"]) {
        const [a, b, c] = await Promise.all(["a", "b", "c"].map((id) => Deno.readFile(place.report(id, file))));
        assert.deepEqual(a, b, file);
        assert.notDeepEqual(a, c, file);
      }
    },
  );
}

Deno.test(
  "train stopped by SIGINT, SIGTERM, SIGHUP or kill -9 goes on with --resume to the same bytes",
  needs("permissions", "signals", "time"),
  async () => {
    await using place = await workplace();
    const model = overridden(SMALL_MODEL, "--epochs", "60");
    assert.equal((await run("train", ...place.flags, ...model, "--run-id", "whole")).code, 0);
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP", "SIGKILL"] as const) {
      const id = signal.toLowerCase();
      const path = place.report(id, "checkpoint.safetensors");
      const { code, stdout } = await stopAfterCheckpoint(["train", ...place.flags, ...model, "--run-id", id], {
        path,
        signal,
      });
      if (signal !== "SIGKILL") {
        assert.equal(code, 130);
        assert.match(
          stdout,
          new RegExp(`Stopped after step \\d+\\. To continue: deno task train --resume ${id} --reports`),
        );
      }
      assert.equal(await exists(place.report(id, "run.json")), false);
      const resumed = await run("train", "--resume", id, "--reports", `${place.path}/reports`);
      assert.equal(resumed.code, 0, resumed.stderr);
      assert.match(resumed.stdout, /from step \d+/);
      for (const file of ["metrics.json", "model.safetensors"]) {
        assert.deepEqual(
          await Deno.readFile(place.report(id, file)),
          await Deno.readFile(place.report("whole", file)),
          `${signal} ${file}`,
        );
      }
      assert.equal(await exists(path), false);
    }
  },
);

Deno.test(
  "train saves when one Ctrl-C arrives twice, as deno task and a sweep pass it on",
  needs("permissions", "signals", "time"),
  async () => {
    await using place = await workplace();
    const child = program(["train", ...place.flags, ...overridden(SMALL_MODEL, "--epochs", "2000"), "--run-id", "a"])
      .spawn();
    const output = child.output();
    while (!await exists(place.report("a", "checkpoint.safetensors"))) {
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    child.kill("SIGINT");
    await new Promise((resolve) => setTimeout(resolve, 1)); // or the system makes one of the two
    child.kill("SIGINT");
    const { code, stdout } = textOf(await output);
    assert.equal(code, 130);
    assert.match(stdout, /Stopped after step/);
  },
);

Deno.test(
  "train answers bad input with one line, an exit code, and nothing half-written",
  needs("permissions", "time"),
  async (t) => {
    await using place = await workplace();
    const cases: [name: string, code: number, message: RegExp, args: string[]][] = [
      ["an unknown flag", 2, /^error: Cannot use --epoch: .*did you mean --epochs\?$/, ["--epoch", "1"]],
      ["ρ outside (0, 1)", 2, /^error: Cannot use --rho: it is "1", /, ["--rho", "1"]],
      [
        "a batch larger than the data set",
        2,
        /^error: Cannot use --batch: it is 301, expected at most the 300 training rows$/,
        ["--batch", "301"],
      ],
      ["a limit larger than the data set", 2, /^error: Cannot keep 301 training images/, ["--limit", "301"]],
      ["a run id that climbs", 2, /^error: Cannot use run id "\.\.\/a"/, ["--run-id", "../a"]],
      [
        "a run that is not there",
        1,
        /^error: Cannot resume none: there is no folder .*none, expected that of a stopped run$/,
        [
          "--resume",
          "none",
        ],
      ],
      ["a folder without images", 1, /^error: Cannot /, ["--data-dir", `${place.path}/reports-none`]],
      ["divergence", 1, /^error: Cannot go on training: .*try a lower --lr than 1e\+38$/, [
        "--lr",
        "1e38",
        "--warmup-steps",
        "0",
      ]],
    ];
    for (const [name, code, message, args] of cases) {
      await t.step(name, async () => {
        const all = args.includes("--resume")
          ? ["--reports", `${place.path}/reports`]
          : [...place.flags, ...SMALL_MODEL];
        const outcome = await run("train", ...overridden(all, ...args));
        assert.equal(outcome.code, code, outcome.stderr);
        assert.match(outcome.stderr.trimEnd(), message);
        assert.equal(outcome.stderr.trimEnd().split("\n").length, 1);
        assert.deepEqual(
          Array.from(Deno.readDirSync(place.path), (entry) => entry.name).filter((name) => /part|^a$/.test(name)),
          [],
        );
        const runs = await Deno.stat(`${place.path}/reports`).then(
          () => Array.from(Deno.readDirSync(`${place.path}/reports`)),
          () => [],
        );
        assert.deepEqual(runs, []);
      });
    }
  },
);

Deno.test("train refuses an existing run id and a finished run to resume", needs("permissions", "time"), async () => {
  await using place = await workplace();
  const flags = [...place.flags, ...SMALL_MODEL];
  assert.equal((await run("train", ...flags, "--run-id", "a")).code, 0);
  const before = await Deno.readFile(place.report("a", "run.json"));
  const again = await run("train", ...flags, "--run-id", "a");
  assert.equal(again.code, 1);
  assert.match(again.stderr, /^error: Cannot start run a: it exists already, expected another --run-id\n$/);
  const resumed = await run("train", "--resume", "a", "--reports", `${place.path}/reports`);
  assert.match(resumed.stderr, /^error: Cannot resume a: it is finished, expected a stopped run\n$/);
  assert.deepEqual(await Deno.readFile(place.report("a", "run.json")), before);
});

Deno.test(
  "train keeps the last checkpoint as it was when a later step diverges",
  needs("permissions", "signals", "time"),
  async () => {
    await using place = await workplace();
    const path = place.report("a", "checkpoint.safetensors");
    await stopAfterCheckpoint(
      ["train", ...place.flags, ...overridden(SMALL_MODEL, "--epochs", "60"), "--run-id", "a"],
      {
        path,
        signal: "SIGKILL",
      },
    );
    const checkpoint = await loadCheckpoint(path, { id: "a" });
    checkpoint.snapshot.state.params["encoder.0.weight"].fill(3e38); // overflows in the first product
    await saveCheckpoint(path, checkpoint);
    const before = await Deno.readFile(path);
    const { code, stderr } = await run("train", "--resume", "a", "--reports", `${place.path}/reports`);
    assert.equal(code, 1);
    assert.match(stderr, /^error: Cannot go on training: .*; the last checkpoint is kept: --resume a --reports .*\n$/);
    assert.deepEqual(await Deno.readFile(path), before);
  },
);

Deno.test("train --quiet prints the run's folder and nothing else", needs("permissions", "time"), async () => {
  await using place = await workplace();
  const { code, stdout, stderr } = await run("train", ...place.flags, ...SMALL_MODEL, "--run-id", "a", "--quiet");
  assert.deepEqual([code, stdout, stderr], [0, `${place.path}/reports/a\n`, ""]);
});

Deno.test(
  "train under the task's permissions refuses a reports folder elsewhere with a command that works",
  needs("permissions", "time"),
  async () => {
    await using place = await workplace();
    const options = { cwd: ROOT, env: { NO_COLOR: "1" } };
    const args = ["train", ...place.flags, ...SMALL_MODEL, "--run-id", "a", "--title", "it's mine"];
    const refused = textOf(
      await new Deno.Command(Deno.execPath(), {
        args: ["run", "-q", "-P=train", "--no-prompt", "main.ts", ...args],
        ...options,
      }).output(),
    );
    assert.equal(refused.code, 1);
    assert.equal(refused.stdout, "", "before any data is loaded");
    const [, command] = refused.stderr.match(
      /^error: Cannot write \S*\/reports: this Deno process may not write there, expected deno (run -P .*)\n$/,
    )!;
    const works = textOf(
      await new Deno.Command("bash", { args: ["-c", `'${Deno.execPath()}' ${command}`], ...options }).output(),
    );
    assert.equal(works.code, 0, works.stderr);
    assert.equal((await readJson(place.report("a", "run.json"))).title, "it's mine");
  },
);

Deno.test(
  "train --config takes knobs from a file, below the flags; --json prints what run.json says",
  needs("permissions", "time"),
  async () => {
    await using place = await workplace();
    const file = `${place.path}/knobs.json`;
    await Deno.writeTextFile(file, JSON.stringify({ latent: 5, hidden: [], seed: 7, epochs: 1, batch: 32 }));
    const flags = [...place.flags, "--backend", "wasm", "--config", file];
    const { code, stdout, stderr } = await run(
      ...["train", ...flags, "--latent", "3", "--run-id", "a", "--json", "--note", "first\u202e\n"],
    );
    assert.equal(code, 0, stderr);
    const result = JSON.parse(stdout);
    assert.deepEqual([result.status, result.id, result.folder], ["finished", "a", `${place.path}/reports/a`]);
    const { latent, hidden, seed } = result.run.config;
    assert.deepEqual([latent, hidden, seed, result.run.note], [3, [], 7, "first\u202e\n"]);
    assert.ok(!stdout.includes("\u202e"), "a terminal obeys nothing of it");
    const { schemaVersion: _, files: __, ...stored } = await readJson(place.report("a", "run.json"));
    assert.deepEqual(result.run, stored);
    assert.match(stderr, /^epoch 1\/1 /m);
    for (
      const [text, message] of [
        ['{"latnt": 1}', /^error: Cannot use \S*: latnt is 1, expected a setting of .* did you mean latent\?\n$/],
        ['{"rho": 2}', /^error: Cannot use \S*: rho is 2, expected a number between 0 and 1, both excluded\n$/],
        ["[]", /^error: Cannot use \S*: it is \[\], expected an object of settings\n$/],
        ["\xff{", /^error: Cannot use \S*: it is not JSON \(.*\), expected an object such as \{"latent": 64\}\n$/],
      ] as const
    ) {
      await Deno.writeTextFile(file, text);
      assert.match((await run("train", ...flags)).stderr, message);
    }
  },
);

Deno.test("train finishes a run whose output nobody reads any more", needs("permissions", "time"), async () => {
  await using place = await workplace();
  const child = program(["train", ...place.flags, ...SMALL_MODEL, "--run-id", "a"]).spawn();
  await child.stdout.cancel();
  await child.stderr.cancel();
  assert.equal((await child.status).code, 0);
  Run.parse(await readJson(place.report("a", "run.json")));
});

Deno.test("train takes labels as optional, every loss, penalty and depth", needs("permissions", "time"), async (t) => {
  await using place = await workplace();
  for (const split of ["train", "t10k"]) await Deno.remove(`${place.path}/${split}-labels-idx1-ubyte`);
  const kinds = [["--loss", "bce"], ["--penalize", "all"], ["--hidden", ""], ["--hidden", "9,7,5"], [
    "--preset",
    "notebook",
  ], ["--decay", "cosine", "--hidden-activation", "sigmoid"]];
  for (const [i, kind] of kinds.entries()) {
    await t.step(kind.join(" "), async () => {
      const { code, stderr } = await run(
        "train",
        ...place.flags,
        ...overridden(SMALL_MODEL, ...kind, "--epochs", "1"),
        "--run-id",
        `k${i}`,
      );
      assert.equal(code, 0, stderr);
      assert.equal((await readJson(place.report(`k${i}`, "latents.json"))).mainClass, null);
      assert.equal((await readJson(place.report(`k${i}`, "latents/000.json"))).latents[0].classProfile, null);
    });
  }
});

Deno.test(
  "train draws its own digits where told to, with their factors in the report",
  needs("permissions", "time"),
  async () => {
    await using folder = await temporaryFolder();
    const flags = ["--dataset", "digits", "--limit", "2000", "--epochs", "1", "--backend", "wasm", "--run-id", "a"];
    const { code, stderr } = await run("train", ...flags, "--reports", folder.path);
    assert.equal(code, 0, stderr);
    const report = await readJson(`${folder.path}/a/run.json`);
    assert.deepEqual([report.dataset.name, report.dataset.source, report.dataset.train.images], [
      "digits",
      "generated",
      2000,
    ]);
    assert.ok(report.dataset.factors.includes("slant"));
    const { latents } = await readJson(`${folder.path}/a/latents/000.json`);
    assert.deepEqual(Object.keys(latents[0].factorCorrelation), report.dataset.factors);
  },
);

const MNIST = `${ROOT}../shared/mnist`;
Deno.test("train lands where PyTorch does after one epoch of preset notebook on MNIST", {
  ignore: needs("permissions", "time").ignore || !await exists(MNIST),
}, async () => {
  await using folder = await temporaryFolder();
  const { code, stderr } = await run(
    "train",
    "--data-dir",
    MNIST,
    "--preset",
    "notebook",
    "--epochs",
    "1",
    "--backend",
    "wasm",
    "--run-id",
    "a",
    "--reports",
    folder.path,
  );
  assert.equal(code, 0, stderr);
  const { epochs } = await readJson(`${folder.path}/a/metrics.json`);
  const { loss } = epochs[0].train; // three seeds of PyTorch: 0.078 to 0.080
  assert.ok(loss > 0.0765 && loss < 0.0815, `train loss ${loss}`);
  const bytes = Array.from(
    Deno.readDirSync(`${folder.path}/a`),
    ({ name }) => Deno.statSync(`${folder.path}/a/${name}`).size,
  );
  assert.ok(bytes.reduce((a, b) => a + b) < 3e6, "a default report stays under 3 MB");
});

Deno.test("main prints help, and suggests the nearest command", needs("permissions"), async () => {
  assert.match((await run("--help")).stdout, /deno task train/);
  assert.match((await run("train", "--help")).stdout, /--warmup-steps N/);
  assert.equal((await run()).code, 2);
  const typo = await run("trian");
  assert.equal(typo.code, 2);
  assert.match(typo.stderr, /^error: Cannot run "trian": there is no such command, .*did you mean train\?\n$/);
  const far = await run("nonsense");
  assert.match(
    far.stderr,
    /^error: Cannot run "nonsense": there is no such command, expected one of train, .*, docs\n$/,
  );
});
