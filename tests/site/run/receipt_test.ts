/**
 * What a receipt says: the command for a shell, code for each method, facts, settings.
 *
 * @module
 */
import assert from "node:assert/strict";
import { pythonCode, typescriptCode } from "../../../site/src/run/load_code.ts";
import {
  citation,
  commandLine,
  dataFacts,
  importFacts,
  machineFacts,
  runFacts,
  settingFacts,
} from "../../../site/src/run/receipt.ts";
import { run } from "./small_run.ts";

const layer = (name: string, dIn: number, dOut: number, activation: string) => ({
  name,
  dIn,
  dOut,
  activation,
  isPenalized: false,
  isFrozen: false,
});
type Layers = Parameters<typeof pythonCode>[0]["model"]["layers"];

/** A one-layer dictionary of a method, as the program makes it. */
function dictionary(sparsity: string, knobs: Record<string, unknown> = {}) {
  const made = run({ knobs: { sparsity, latent: 64, ...knobs } });
  const layers = [layer("encoder.0", 784, 64, sparsity), layer("decoder.0", 64, 784, "linear")] as Layers;
  return { ...made, model: { ...made.model, layers, hasPreBias: true } };
}

/** The lines from the pre-activations to the reconstruction. */
const body = (code: string) => code.slice(code.indexOf("# x:")).trimEnd().split("\n").slice(1);

Deno.test("a command is quoted as a shell needs it", () => {
  assert.equal(commandLine(run()), "deno task train");
  assert.equal(
    commandLine(run({ more: { command: ["train", "--hidden=", "--title", "it's; rm -rf", "--lr=0.01"] } })),
    `deno task train --hidden= --title 'it'\\''s; rm -rf' --lr=0.01`,
  );
  assert.equal(commandLine(run({ more: { command: ["train", "--hidden", ""] } })), "deno task train --hidden ''");
});

Deno.test("a run of a page says its browser, no processor, and no command if none trains the same model", () => {
  const environment = { browser: "Chromium 156", os: "Linux", cores: 1 };
  const inPage = run({ more: { environment, command: [] } });
  const fact = (facts: { name: string; value: string }[], name: string) => facts.find((fact) => fact.name === name)!;
  assert.equal(commandLine(inPage), null);
  assert.equal(fact(runFacts(inPage), "Software").value, "Chromium 156, a page that trains, Linux");
  assert.equal(fact(machineFacts(inPage), "Processor").value, "1 core, not named by the browser");
});

Deno.test("Python code follows docs/pytorch.md for each method", () => {
  const latents = (sparsity: string, knobs = {}) => body(pythonCode(dictionary(sparsity, knobs))).slice(1, -1);
  assert.equal(
    body(pythonCode(dictionary("l1")))[0],
    `u = linear("encoder.0", x - w["decoder.0.bias"])  # pre-activations`,
  );
  assert.deepEqual(latents("l1"), ["latents = u.relu()"]);
  assert.deepEqual(latents("topk", { k: 3 }), [
    "top = u.topk(3)",
    "latents = torch.zeros_like(u).scatter(-1, top.indices, top.values.relu())",
  ]);
  for (const name of ["batchtopk", "matryoshka"]) {
    assert.deepEqual(latents(name), [`latents = u.relu() * (u > w["latents.threshold"])`]);
  }
  assert.deepEqual(latents("jumprelu"), [`latents = u * (u > w["latents.theta"].relu())`]);
  assert.deepEqual(latents("gated"), [
    `magnitude = torch.exp(w["latents.rMag"]) * (u - w["encoder.0.bias"]) + w["latents.bMag"]`,
    "latents = magnitude.relu() * (u > 0)",
  ]);
  assert.equal(
    body(pythonCode(dictionary("l1"))).at(-1),
    `reconstruction = linear("decoder.0", latents)  # test MSE 0.00800`,
  );
});

Deno.test("Python code of the tutorial's model goes through its hidden layers", () => {
  const made = run();
  const layers = [
    layer("encoder.0", 784, 128, "relu"),
    layer("encoder.2", 128, 32, "sigmoid"),
    layer("decoder.0", 32, 128, "relu"),
    layer("decoder.2", 128, 784, "sigmoid"),
  ] as Layers;
  assert.deepEqual(body(pythonCode({ ...made, model: { ...made.model, layers } })), [
    `h = torch.relu(linear("encoder.0", x))`,
    `u = linear("encoder.2", h)  # pre-activations`,
    "latents = torch.sigmoid(u)",
    `h = torch.relu(linear("decoder.0", latents))`,
    `reconstruction = torch.sigmoid(linear("decoder.2", h))  # test MSE 0.00800`,
  ]);
});

Deno.test("code opens the run's own folder", () => {
  assert.match(pythonCode(run()), /load_file\("reports\/a-run\/model\.safetensors"\)/);
  assert.match(typescriptCode(run()), /loadSae\("reports\/a-run"\)/);
});

Deno.test("a citation has title, id and day", () => {
  assert.equal(
    citation(run(), "Sparse autoencoders"),
    "Sparse autoencoders. Run “MNIST · a run”, id a-run, trained 2026-11-25.",
  );
});

Deno.test("facts name the data with their checksums and the model with its widths", () => {
  const facts = new Map(runFacts(run()).map(({ name, value }) => [name, value.replaceAll("\u202f", "")]));
  assert.equal(facts.get("Model"), "784 → 32 → 784, 1000 parameters");
  assert.match(facts.get("Data")!, /^MNIST: 60000 training and 100 test images of 28 × 28 pixels$/);
  const tall = run();
  tall.dataset = { ...tall.dataset, height: 24, width: 20 };
  const { value } = runFacts(tall).find(({ name }) => name === "Data")!;
  assert.match(value, /test images of 24 × 20 pixels \(height × width\)$/);
  const data = dataFacts(run());
  assert.ok(
    data.some(({ name, value }) =>
      name === "SHA-256 of train-images (the official file), 1.0\u00a0MB" && value === "ab12"
    ),
  );
  assert.ok(data.some(({ value }) => value === "cd34") && data.some(({ value }) => value === "ef56"));
  assert.ok(
    machineFacts(run()).some(({ name, value }) => name === "Layers" && value.includes("encoder.0: 784 → 32 sigmoid")),
  );
});

Deno.test("settings are those that the method reads, and the others are named", () => {
  const { used, unused } = settingFacts(run({ knobs: { sparsity: "topk", k: 8 } }));
  const values = Object.fromEntries(used.map(({ name, value }) => [name, value]));
  assert.deepEqual([values.k, values["Hidden layers"], values["Learning rate decay"]], ["8", "none", "linear"]);
  assert.ok(!("Target ρ" in values) && unused.includes("target ρ"));
});

const SCALING = { scale: "none", subtract: "none", factor: 1, sampledRows: 0 } as const;
const scaledBy = (scaling: object) => run({ dataset: { scaling: { ...SCALING, ...scaling } as never } });
const factsOf = (of: ReturnType<typeof run>) =>
  new Map(runFacts(of).map(({ name, value }) => [name, value.replaceAll("\u202f", "")]));

Deno.test("Python code scales rows of the data as the run does, from what the weights file says", () => {
  const lines = (scaling: object) => {
    const code = pythonCode(scaledBy(scaling));
    return [code.includes("json.loads"), ...body(code).filter((line) => line.startsWith("x = "))];
  };
  assert.deepEqual(lines({}), [false]);
  const offset = `x = x - torch.tensor(scaling["offset"])`, factor = `x = x * torch.tensor(scaling["factor"])`;
  assert.deepEqual(lines({ scale: "mean-norm", subtract: "mean", factor: 0.5 }), [true, offset, factor]);
  assert.deepEqual(lines({ scale: "standard", subtract: "median", factor: null }), [true, offset, factor]);
  assert.deepEqual(lines({ scale: "row-norm" }), [
    true,
    "x = x * x.shape[1] ** 0.5 / x.norm(dim=1, keepdim=True)",
  ]);
  assert.deepEqual(lines({ scale: "layer-norm", subtract: "mean" }), [
    true,
    offset,
    "x = (x - x.mean(dim=1, keepdim=True)) / (x.std(dim=1, keepdim=True) + 1e-5)",
  ]);
  assert.match(pythonCode(scaledBy({ scale: "mean-norm", factor: 2 })), /# x: rows of the data, float32, \[n, 784\]/);
  assert.match(typescriptCode(scaledBy({ scale: "mean-norm", factor: 2 })), /784 values as the data have them/);
});

Deno.test("facts say how the values were scaled and on what that was measured", () => {
  assert.equal(factsOf(run()).get("Scaling"), undefined, "nothing was done");
  const scaling = factsOf(scaledBy({ scale: "mean-norm", subtract: "median", factor: 0.25, sampledRows: 5000 }));
  assert.match(
    scaling.get("Scaling")!,
    /^mean-norm: .*; the geometric median of the rows .*; factor 0\.2500; measured on 5000/,
  );
  assert.match(factsOf(scaledBy({ scale: "layer-norm" })).get("Scaling")!, /^layer-norm: each row less its mean/);
});

Deno.test("facts say how the test set was chosen, and that the training set was measured on a sample", () => {
  assert.equal(factsOf(run()).get("Test set"), "the data have one of their own");
  const streamed = factsOf(run({
    dataset: {
      split: { by: "hash", share: 0.05 },
      streamed: true,
      train: { images: 2_000_000, measured: 65_536, pixelsSha256: "cd34" },
    },
  }));
  assert.match(streamed.get("Test set")!, /^5\.0.% of the rows, held out by a hash/);
  assert.match(streamed.get("Training rows")!, /^streamed: .* a sample of 65536 of the 2000000 rows/);
  assert.match(factsOf(run({ dataset: { split: { by: "path", share: null } } })).get("Test set")!, /which the command/);
});

Deno.test("a run that began with another run's model says which", () => {
  const began = run({ more: { initFrom: { id: "earlier", modelSha256: "0".repeat(64) } } });
  assert.equal(factsOf(began).get("Began with"), "the model of run earlier");
  assert.equal(factsOf(run({})).has("Began with"), false);
});

Deno.test("facts name the classes that training left out", () => {
  const dataset = { classNames: ["7", "boat", "cat"] };
  const leftOut = (leaveOut: number[]) => factsOf(run({ knobs: { leaveOut }, dataset })).get("Left out");
  assert.equal(leftOut([]), undefined);
  assert.match(leftOut([0])!, /^class 7: its rows are in the test set/);
  assert.match(leftOut([1, 2])!, /^classes boat, cat: their rows/);
});

Deno.test("an imported model says its tool and files, and no speed of a training", () => {
  const files = [{ name: "cfg.json", bytes: 2 ** 10, sha256: "c1" }];
  const imported = run({ more: { imported: { tool: "SAELens", architecture: "topk", files } } });
  const facts = factsOf(imported);
  assert.deepEqual([facts.get("Imported from"), facts.get("Speed"), facts.has("Started")], [
    "SAELens, topk",
    undefined,
    false,
  ]);
  assert.match(citation(imported, "P"), /id a-run, imported from SAELens 2026-11-25\.$/);
  assert.deepEqual(importFacts(imported).map(({ name, value }) => [name, value]), [[
    "SHA-256 of cfg.json, 1.0\u00a0kB",
    "c1",
  ]]);
  assert.deepEqual(importFacts(run()), []);
  assert.doesNotMatch(machineFacts(imported).find(({ name }) => name === "Time")!.value, /steps/);
});

Deno.test("data without pictures, sampled files and colour are named in the facts of the data", () => {
  const files = [{ name: "a.npy", bytes: null, sha256: "5e", isSampled: true, isOfficial: null }];
  const undrawn = dataFacts(run({ dataset: { kind: "vector", drawn: false, source: "path", files } }));
  assert.ok(undrawn.some(({ name }) => name === "SHA-256 of a.npy, of its size and of blocks evenly spread over it"));
  assert.ok(undrawn.some(({ value }) => value.startsWith("none: a row is a vector")));
  assert.match(factsOf(run({ dataset: { channels: 3 } })).get("Data")!, /28 × 28 pixels in colour$/);
});
