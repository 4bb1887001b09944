/**
 * Code that loads a run's weights, for Python and for TypeScript: as long as its model needs, and no longer.
 *
 * Follows docs/pytorch.md, which explains the names. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { rowLength } from "../../../lib/data/row_shape.ts";
import type { Run } from "../../../lib/report/schema.ts";
import { VARIANTS } from "../../../lib/sae/sparsity/variants.ts";
import { fixed } from "../format.ts";
import { inputWords } from "./inputs.ts";

/** What the code depends on. */
type Loaded = Pick<Run, "id" | "config" | "model" | "dataset" | "metrics">;

/** PyTorch: the latents and the reconstructions of inputs x, written out. */
export function pythonCode(run: Loaded): string {
  const { model: { layers, hasPreBias, file }, dataset, metrics } = run;
  const encoder = layers.filter(({ name }) => name.startsWith("encoder"));
  const decoder = layers.filter(({ name }) => name.startsWith("decoder"));
  const latentLayer = encoder.at(-1)!, last = decoder.at(-1)!;
  const lines: string[] = [];
  let input = hasPreBias ? `x - w["${last.name}.bias"]` : "x";
  for (const { name, activation } of encoder.slice(0, -1)) {
    lines.push(`h = ${inTorch(activation, `linear("${name}", ${input})`)}`);
    input = "h";
  }
  lines.push(`u = linear("${latentLayer.name}", ${input})  # pre-activations`, ...latentLines(run, latentLayer.name));
  input = "latents";
  for (const { name, activation } of decoder.slice(0, -1)) {
    lines.push(`h = ${inTorch(activation, `linear("${name}", ${input})`)}`);
    input = "h";
  }
  const output = inTorch(last.activation, `linear("${last.name}", ${input})`);
  lines.push(`reconstruction = ${output}  # test MSE ${fixed(metrics.test.mse, 5)}`);
  const isBytes = dataset.black === 0 && dataset.white === 1 && inputWords(run).one === "image";
  const shape = `[n, ${rowLength(dataset)}]${isBytes ? ", pixel values in 0 to 1" : ""}`;
  return `# pip install torch safetensors
import torch
from safetensors.torch import load_file

w = load_file("reports/${run.id}/${file}")


def linear(name, x):
    return x @ w[f"{name}.weight"].T + w[f"{name}.bias"]


# x: ${shape}
${lines.join("\n")}
`;
}

function inTorch(activation: string, value: string): string {
  return activation === "relu" || activation === "sigmoid" ? `torch.${activation}(${value})` : value;
}

/** The latents from the pre-activations u, as docs/pytorch.md has them. */
function latentLines({ config }: Loaded, layer: string): string[] {
  const { selects, activates } = VARIANTS[config.sparsity];
  if (selects === "row") {
    return [
      `top = u.topk(${config.k})`,
      "latents = torch.zeros_like(u).scatter(-1, top.indices, top.values.relu())",
    ];
  }
  if (selects === "batch") return [`latents = u.relu() * (u > w["latents.threshold"])`];
  if (activates === "sigmoid") return ["latents = torch.sigmoid(u)"];
  if (activates === "jump") return [`latents = u * (u > w["latents.theta"].relu())`];
  if (activates === "gate") {
    return [
      `magnitude = torch.exp(w["latents.rMag"]) * (u - w["${layer}.bias"]) + w["latents.bMag"]`,
      "latents = magnitude.relu() * (u > 0)",
    ];
  }
  return ["latents = u.relu()"];
}

/** TypeScript: the library opens the run's folder. */
export function typescriptCode({ id, config, dataset }: Loaded): string {
  const width = rowLength(dataset);
  return `import { loadSae } from "./lib/mod.ts";

const sae = await loadSae("reports/${id}");
// x: Float32Array of n · ${width} values, or bytes that stand for byte / 255
const latents = sae.encode(x); // n · ${config.latent}
const reconstruction = sae.decode(latents); // n · ${width}
`;
}
