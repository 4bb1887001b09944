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
  const scaling = scalingLines(dataset);
  const isBytes = scaling.length === 0 && dataset.black === 0 && dataset.white === 1 && inputWords(run).one === "image";
  const path = `"reports/${run.id}/${file}"`;
  const shape = `${scaling.length > 0 ? "rows of the data, float32, " : ""}[n, ${rowLength(dataset)}]${
    isBytes ? ", pixel values in 0 to 1" : ""
  }`;
  const imports = scaling.length > 0
    ? "import json\nimport torch\nfrom safetensors import safe_open\nfrom safetensors.torch import load_file"
    : "import torch\nfrom safetensors.torch import load_file";
  const metadata = scaling.length > 0 ? `\nscaling = json.loads(safe_open(${path}, "pt").metadata()["scaling"])` : "";
  return `# pip install torch safetensors
${imports}

w = load_file(${path})${metadata}


def linear(name, x):
    return x @ w[f"{name}.weight"].T + w[f"{name}.bias"]


# x: ${shape}
${[...scaling, ...lines].join("\n")}
`;
}

/** From the rows of the data to what the model reads; nothing if it reads them as they are. */
function scalingLines({ scaling: { scale, subtract, factor } }: Run["dataset"]): string[] {
  const lines: string[] = [];
  if (subtract !== "none") lines.push(`x = x - torch.tensor(scaling["offset"])`);
  // A range other than 0 to 1 is taken to it by an offset and a factor.
  else if (scale === "unit" && factor !== 1) lines.push(`x = x - torch.tensor(scaling["offset"] or 0.0)`);
  if (factor !== 1) lines.push(`x = x * torch.tensor(scaling["factor"])`);
  if (scale === "row-norm") lines.push("x = x * x.shape[1] ** 0.5 / x.norm(dim=1, keepdim=True)");
  if (scale === "layer-norm") {
    lines.push("x = (x - x.mean(dim=1, keepdim=True)) / (x.std(dim=1, keepdim=True) + 1e-5)");
  }
  return lines;
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
  const ofData = scalingLines(dataset).length > 0 ? " as the data have them" : "";
  return `import { loadSae } from "./lib/mod.ts";

const sae = await loadSae("reports/${id}");
// x: Float32Array of n · ${width} values${ofData}, or bytes that stand for byte / 255
const latents = sae.encode(x); // n · ${config.latent}
const reconstruction = sae.decode(latents); // n · ${width}
`;
}
