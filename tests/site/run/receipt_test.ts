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
  const data = dataFacts(run());
  assert.ok(
    data.some(({ name, value }) => name === "SHA-256 of train-images (the official file), 1.0 MB" && value === "ab12"),
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
