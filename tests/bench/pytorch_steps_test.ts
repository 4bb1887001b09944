/**
 * PyTorch's training steps (`bench/pytorch/steps.py`) are those of this program: losses and parameters after some steps, for
 * every variant and in every form. Runs where PyTorch is; without it nothing is compared.
 *
 * @module
 */
import assert from "node:assert/strict";
import { openPeer, type Peer, PYTHON_VARIABLE, pythonCandidates, startPeers } from "../../bench/pytorch_peers.ts";
import { decodeState, encodeState } from "../../bench/state_file.ts";
import { type Config, resolveConfig } from "../../lib/config.ts";
import { initialState, type StepDefinition, stepDefinition } from "../../lib/engine/engine.ts";
import { ReferenceEngine } from "../../lib/engine/reference/reference_engine.ts";
import { rawBytes } from "../../lib/pixels.ts";
import { Rng } from "../../lib/rng.ts";
import { type InitialModel, initialModel } from "../../lib/sae/init.ts";
import { initialWeight } from "../../lib/training/sparsity_weight.ts";
import { needs } from "../needs.ts";

const D = 14, BATCH = 8, STEPS = 6, RATE = 1e-3;

/** Small models, so that some latents are dead and some inputs have fewer than k positive latents. */
const SMALL = { batch: BATCH, hidden: [], latent: 24, deadSteps: 1 };
const CHOOSES = { ...SMALL, k: 3, auxK: 2 };
const CASES: Parameters<typeof resolveConfig>[0][] = [
  { batch: BATCH, hidden: [10], latent: 6, center: "mean" },
  { batch: BATCH, hidden: [], latent: 6 },
  { ...SMALL, sparsity: "l1" },
  { ...SMALL, sparsity: "l1", decoderNorm: "free", preBias: "none" },
  { ...CHOOSES, sparsity: "topk" },
  { ...SMALL, k: 3, sparsity: "topk", auxAlpha: 0, decoderNorm: "free", preBias: "none" },
  { ...CHOOSES, sparsity: "batchtopk" },
  { ...CHOOSES, sparsity: "matryoshka", prefixes: [0.1, 0.5] },
  { ...CHOOSES, sparsity: "hierarchicaltopk" },
  { ...SMALL, k: 7, sparsity: "hierarchicaltopk", kStep: 3, auxAlpha: 0, decoderNorm: "free" },
  { ...SMALL, sparsity: "jumprelu", bandwidth: 1 },
  { ...SMALL, sparsity: "gated" },
];

/** What a model is after some steps, and the loss of each. */
interface Trained extends InitialModel {
  losses: number[];
}

/** On our reference engine, which is tested against float64. */
async function trainedByUs(
  config: Config,
  { definition, model, inputs }: { definition: StepDefinition; model: InitialModel; inputs: Float32Array<ArrayBuffer> },
): Promise<Trained> {
  const engine = await ReferenceEngine.start(definition, "cpu");
  await engine.load({ state: initialState(model), pixels: inputs, batch: BATCH });
  const weight = initialWeight(config);
  const { reconstruction, penalty, auxiliary } = await engine.train({
    indices: Uint32Array.from({ length: BATCH * STEPS }, (_, i) => i),
    batch: BATCH,
    learningRates: new Float64Array(STEPS).fill(RATE),
    weights: new Float64Array(STEPS).fill(weight),
  });
  const losses = Array.from(reconstruction, (value, i) => value + weight * penalty[i] + auxiliary[i]);
  const { params, buffers } = await engine.state();
  await engine.dispose();
  return { params, buffers, losses };
}

async function trainedByPeer(
  { contender }: Peer,
  { model, form, folder }: { model: Parameters<typeof openPeer>[1]; form: string; folder: string },
): Promise<Trained> {
  const path = `${folder}/trained`, { name } = model;
  await openPeer({ contender } as Peer, { ...model, form });
  const { losses } = await contender.ask<{ losses: number[] }>({
    command: "train",
    name,
    steps: STEPS,
    lr: RATE,
    path,
  });
  await contender.ask({ command: "close", name });
  return { ...decodeState(await Deno.readFile(path), model.definition.arch), losses };
}

function assertEqual(ours: Trained, theirs: Trained, what: string): void {
  const assertNear = (a: ArrayLike<number>, b: ArrayLike<number>, name: string, tolerance: number) => {
    assert.equal(a.length, b.length, `${what}: ${name}`);
    for (let i = 0; i < a.length; i++) {
      const difference = Math.abs(a[i] - b[i]);
      assert.ok(
        difference <= tolerance * Math.max(1, Math.abs(a[i])),
        `${what}: ${name}[${i}] ${a[i]} against ${b[i]}`,
      );
    }
  };
  assertNear(ours.losses, theirs.losses, "losses", 1e-5);
  // Adam moves a parameter by a tenth of this or more in every step, in whatever direction the gradient has.
  for (const [name, values] of Object.entries(ours.params)) assertNear(values, theirs.params[name], name, RATE / 10);
  for (const [name, values] of Object.entries(ours.buffers)) assertNear(values, theirs.buffers[name], name, 1e-4);
}

Deno.test(
  "every PyTorch here takes the steps of this program, each variant in each form",
  needs("permissions", "time"),
  async () => {
    const abort = new AbortController();
    const peers = await startPeers({ cores: 1, note: () => {}, signal: abort.signal });
    const folder = await Deno.makeTempDir();
    try {
      if (peers.length === 0) {
        console.log(`No PyTorch to compare with: ${pythonCandidates(Deno.env.get(PYTHON_VARIABLE)).join(", ")}`);
      }
      const rng = Rng.fromSeed(3, "peer");
      const inputs = Float32Array.from({ length: BATCH * STEPS * D }, () => rng.normal(0.3, 1));
      await Deno.writeFile(`${folder}/inputs`, rawBytes(inputs));
      const data = { path: `${folder}/inputs`, count: BATCH * STEPS, dInput: D, isBytes: false };
      for (const turned of peers.length > 0 ? CASES : []) {
        const config = resolveConfig(turned), definition = stepDefinition(config, D);
        const model = initialModel(config, { arch: definition.arch, pixels: inputs });
        // Else Gated's two reconstructions would be one, and Adam does not see that a gradient is doubled.
        for (const [name, values] of Object.entries(model.params)) {
          if (!name.endsWith(".weight")) { for (let i = 0; i < values.length; i++) values[i] += rng.normal(0, 0.1); }
        }
        const state = `${folder}/state`;
        await Deno.writeFile(state, encodeState({ ...model, step: 0 }, definition.arch));
        const ours = await trainedByUs(config, { definition, model, inputs });
        const forms = "k" in turned! ? ["dense", "gather", "sparse"] : ["dense"];
        for (const peer of peers) {
          for (const form of forms) {
            const theirs = await trainedByPeer(peer, {
              model: { pass: "step", config, definition, data, state, name: "test" },
              form,
              folder,
            });
            assertEqual(ours, theirs, `${JSON.stringify(turned)} on PyTorch ${peer.probe.version}, ${form}`);
          }
        }
      }
    } finally {
      for (const { contender } of peers) {
        await contender.stop();
      }
      await Deno.remove(folder, { recursive: true });
    }
  },
);
