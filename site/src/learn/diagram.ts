/**
 * The tutorial's model as shapes: a bar for each layer, a band for the weights between two layers, a grid for the latents.
 *
 * Computes places; draws nothing. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */

/** A layer as a bar, or as a grid of cells if it is the latent layer. */
export interface DrawnLayer {
  units: number;
  /** What its units are. */
  name: string;
  /** Its middle along the direction of the data. */
  along: number;
  /** Its thickness along that direction, and its extent across it. */
  thick: number;
  extent: number;
  isLatent: boolean;
}

/** What stands between two layers. */
export interface DrawnWeights {
  /** Ends along the direction of the data, with the extent of the layer at each end. */
  from: { along: number; extent: number };
  to: { along: number; extent: number };
  /** The activation function behind these weights. */
  activation: string;
  /** Weights and biases. */
  parameters: number;
}

/** Layers of the tutorial's model from input to output. */
export const TUTORIAL_LAYERS = [
  { units: 784, name: "pixels", activation: "" },
  { units: 128, name: "hidden", activation: "ReLU" },
  { units: 32, name: "latents z", activation: "sigmoid" },
  { units: 128, name: "hidden", activation: "ReLU" },
  { units: 784, name: "pixels", activation: "sigmoid" },
] as const;

/** Extents of a bar across the direction of the data: that of the widest layer, and the least. */
const MOST = 208, LEAST = 40;
const BAR = 18;

/**
 * The model along a line of a given length.
 *
 * @param options.length From the first layer's outer edge to the last one's, in the picture's units.
 * @param options.latentThick Thickness of the latents' grid.
 * @param options.latentExtent Extent of the latents' grid.
 * @param options.scale How much of the extents is used: 1 for the whole.
 */
export function modelDiagram(
  { length, latentThick, latentExtent, scale = 1 }: {
    length: number;
    latentThick: number;
    latentExtent: number;
    scale?: number;
  },
): { layers: DrawnLayer[]; weights: DrawnWeights[]; parameters: number } {
  const largest = Math.max(...TUTORIAL_LAYERS.map(({ units }) => units));
  const middle = (TUTORIAL_LAYERS.length - 1) / 2;
  const gap = (length - BAR) / (TUTORIAL_LAYERS.length - 1);
  const layers = TUTORIAL_LAYERS.map(({ units, name }, i): DrawnLayer => {
    const isLatent = i === middle;
    return {
      units,
      name,
      isLatent,
      along: BAR / 2 + i * gap,
      thick: isLatent ? latentThick : BAR,
      // The square root, so that 128 units can be seen beside 784.
      extent: isLatent ? latentExtent : scale * Math.max(LEAST, MOST * Math.sqrt(units / largest)),
    };
  });
  const weights = layers.slice(1).map((layer, i): DrawnWeights => {
    const before = layers[i];
    return {
      from: { along: before.along + before.thick / 2 + 4, extent: before.extent },
      to: { along: layer.along - layer.thick / 2 - 4, extent: layer.extent },
      activation: TUTORIAL_LAYERS[i + 1].activation,
      parameters: before.units * layer.units + layer.units,
    };
  });
  return { layers, weights, parameters: weights.reduce((sum, { parameters }) => sum + parameters, 0) };
}
