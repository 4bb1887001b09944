/**
 * What the bench measures: models, each on its data, and which contenders take part.
 *
 * Says nothing about engines: the program chooses which of them trains a model (`lib/engine/open.ts`).
 *
 * @module
 */
import { type Config, resolveConfig } from "../lib/config.ts";
import { VARIANTS } from "../lib/sae/sparsity/variants.ts";

/** Which contenders a shape is measured with. */
export type Field =
  /** What the program chooses, and PyTorch. */
  | "program"
  /** These, every engine by itself, and tfjs as it is usually used. */
  | "everyone";

/** One line of the bench's table. */
export interface Shape {
  /** Its name for `--shape`. */
  id: string;
  title: string;
  config: Config;
  /** `step`: a training step. `encode`: the latents of a batch that are not 0, as `deno task encode` asks for them. */
  pass: "step" | "encode";
  /** `images`: MNIST, or any folder of IDX files; most numbers are 0. `floats`: synthetic vectors without a 0. */
  data: "images" | "floats";
  /** How many latents are to be active for each input; null for sigmoids, which are never 0. */
  activeLatents: number | null;
  field: Field;
  /** Who is measured with `--quick`; null if that leaves it out. */
  quickField: Field | null;
}

/** Active latents of every dictionary in the table. */
const ACTIVE = 32;

type Given = Omit<Shape, "config" | "pass" | "data" | "activeLatents" | "field" | "quickField"> & Partial<Shape> & {
  turned?: Parameters<typeof resolveConfig>[0];
};

/** All shapes, in the order of the table. */
export const SHAPES: Shape[] = [
  shape({ id: "kl", title: "KL 784-128-32-128-784", field: "everyone", quickField: "everyone" }),
  shape({ id: "kl-batch", title: "KL 784-128-32-128-784", turned: { batch: 2048 } }),
  shape({ id: "kl-wide", title: "KL, one layer of 2,048 latents", turned: { hidden: [], latent: 2048 } }),
  dictionary("topk", { title: "TopK, 4,096 latents", field: "everyone", quickField: "program" }),
  dictionary("topk", { id: "topk-wide", title: "TopK, 16,384 latents", turned: { latent: 16_384 } }),
  dictionary("topk", { id: "topk-auxk", title: "TopK, 4,096 latents, with AuxK", turned: { auxAlpha: 1 } }),
  dictionary("topk", {
    id: "topk-floats",
    title: "TopK, 768 → 4,096, inputs without zeros",
    turned: { batch: 1024 },
    data: "floats",
  }),
  dictionary("topk", {
    id: "topk-encode",
    title: "TopK, 4,096 latents, encoding alone",
    turned: { batch: 512 },
    pass: "encode",
  }),
  dictionary("batchtopk", { title: "BatchTopK, 4,096 latents" }),
  dictionary("matryoshka", { title: "Matryoshka, 4,096 latents" }),
  dictionary("hierarchicaltopk", { title: "HierarchicalTopK, 4,096 latents" }),
  dictionary("l1", { title: "L1, 4,096 latents" }),
  dictionary("jumprelu", { title: "JumpReLU, 4,096 latents" }),
  dictionary("gated", { title: "Gated, 4,096 latents" }),
];

function shape({ turned, ...given }: Given): Shape {
  return {
    config: resolveConfig(turned),
    pass: "step",
    data: "images",
    activeLatents: null,
    field: "program",
    quickField: null,
    ...given,
  };
}

/**
 * A dictionary with 32 active latents. AuxK is off if the variant has it, unless it is asked for: the usual step of
 * other tools has none, and with AuxK theirs would take longer.
 */
function dictionary(
  sparsity: Config["sparsity"],
  { turned = {}, id = sparsity, ...given }: Omit<Given, "id"> & { id?: string },
): Shape {
  const chooses = "k" in VARIANTS[sparsity].knobs ? { k: ACTIVE, auxAlpha: 0 } : {};
  return shape({
    ...given,
    id,
    activeLatents: ACTIVE,
    turned: { sparsity, latent: 4096, ...chooses, ...turned },
  });
}
