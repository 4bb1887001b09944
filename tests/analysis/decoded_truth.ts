/**
 * Decoded latents in float64, and models of every variant and kind of decoder to decode with.
 *
 * @module
 */
import { measureSplit, type SplitPass } from "../../lib/analysis/measure.ts";
import { directionsOf } from "../../lib/analysis/directions.ts";
import { ErrorSaved } from "../../lib/analysis/error_saved.ts";
import type { Engine } from "../../lib/engine/engine.ts";
import { ReferenceEngine } from "../../lib/engine/reference/reference_engine.ts";
import { pixelValues } from "../../lib/pixels.ts";
import { VARIANT_NAMES } from "../../lib/sae/sparsity/variants.ts";
import { forward64, widen } from "../engine/float64_model.ts";
import { makeVariantCase, type VariantCase } from "../engine/variant_cases.ts";

/** A linear, a one-layer sigmoid, and two deep decoders of each variant. */
export const DECODED_CASES: VariantCase[] = VARIANT_NAMES.flatMap((sparsity) => [
  makeVariantCase(13, { sparsity, latent: 29, batch: 24, k: 4, output: "linear" }),
  makeVariantCase(9, { sparsity, latent: 5, batch: 16, k: 2, output: "sigmoid", loss: "mse" }, { data: "bytes" }),
  makeVariantCase(11, { sparsity, hidden: [7], latent: 10, batch: 12, k: 3, output: "sigmoid" }, { data: "bytes" }),
  makeVariantCase(11, { sparsity, hidden: [7], latent: 10, batch: 12, k: 3, output: "linear", decoderNorm: "free" }),
]);

/** A case measured: its engine, which must be disposed of, and all its latents. */
export interface MeasuredCase extends AsyncDisposable {
  example: VariantCase;
  engine: Engine;
  directions: ReturnType<typeof directionsOf>;
  pass: SplitPass;
  errorSaved: ErrorSaved;
  /** `[count][dInput]` */
  x: number[][];
  /** `[count][nLatents]` */
  acts: number[][];
  /** x̂ of latents, `[dInput]`, in float64. */
  decode(acts: number[]): number[];
}

/** Loads a case and measures all its inputs. */
export async function measuredCase(example: VariantCase): Promise<MeasuredCase> {
  const { definition: { arch, objective }, state, pixels, count } = example;
  const engine = await ReferenceEngine.start(example.definition, "cpu");
  await engine.load({ state, pixels, batch: count });
  const directions = directionsOf(state.params, arch);
  const errorSaved = new ErrorSaved({ engine, arch, directions, count, nonZeroLatents: arch.nLatents });
  const pass = await measureSplit(engine, {
    images: { pixels, count },
    arch,
    objective,
    onRows: (rows) => errorSaved.add(rows),
  });
  const { hidden } = await engine.forward(pixels);
  const params = widen(state.params);
  const decoder = { ...arch, dInput: arch.nLatents, layers: arch.layers.slice(arch.latentIndex + 1) };
  const rowsOf = (values: Float32Array, width: number) =>
    Array.from({ length: values.length / width }, (_, i) => [...values.subarray(i * width, (i + 1) * width)]);
  return {
    example,
    engine,
    directions,
    pass,
    errorSaved,
    x: rowsOf(pixelValues(pixels), arch.dInput),
    acts: rowsOf(hidden[arch.latentIndex], arch.nLatents),
    decode: (acts) => forward64([acts], params, decoder).activations.at(-1)![0],
    [Symbol.asyncDispose]: () => engine.dispose(),
  };
}

/** Σ (x − x̂)² */
export function squaredError(x: number[], recon: number[]): number {
  return x.reduce((sum, value, i) => sum + (value - recon[i]) ** 2, 0);
}

/** Latents with one of them at another value. */
export function withLatent(acts: number[], latent: number, value: number): number[] {
  return acts.map((act, j) => j === latent ? value : act);
}
