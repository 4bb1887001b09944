/**
 * The part of `run.json` about the directions of a one-layer dictionary's latents.
 *
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { z } from "zod";
import { count, share } from "./schema_parts.ts";

const Spread = z.strictObject({ mean: z.number(), median: z.number(), max: z.number() }).nullable();

/** How the directions of a dictionary lie. */
export const Geometry = z.strictObject({
  decoderNorms: Spread,
  encoderNorms: Spread,
  encoderDecoderCosines: Spread.describe("Cosine of a latent's encoder and decoder directions."),
  nearestDecoderCosines: Spread.describe(
    "Cosine of a latent's decoder direction and the nearest other decoder direction.",
  ),
  comparedLatents: count.describe("Latents compared with each other: the first ones, if there are many."),
  decoderPairs: z.strictObject({
    meanAbsoluteCosine: share.describe("Mean |cosine| of the decoder directions of two latents, dead ones included."),
    ofActive: share.nullable().describe("The same over pairs of latents that are active on some test input."),
    pairs: count.describe("Pairs measured: all, or 1,048,576 drawn at random if there are more than 2,048 latents."),
    standardError: z.number().min(0).describe("Of the mean, from drawing pairs; 0 if every pair was measured."),
  }).nullable().default(null).describe(
    "How far from orthogonal the decoder directions are; null with fewer than two, and in older reports.",
  ),
}).nullable().describe("How the directions of a one-layer dictionary lie.");
