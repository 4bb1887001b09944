/**
 * Dictionaries of other programs in float64, by each program's own equations, written out row by row.
 *
 * @module
 */
import { Rng } from "../../lib/rng.ts";
import type { ForeignTensor } from "./foreign_files.ts";

/** Rows of numbers. */
export type Rows = number[][];

/** What a program makes of rows. */
export interface Outputs {
  latents: Rows;
  recon: Rows;
}

/** Numbers in a shape, drawn from a normal distribution. */
export function tensor(
  stream: string,
  { shape, mean = 0, spread = 1 }: { shape: number[]; mean?: number; spread?: number },
): ForeignTensor {
  const rng = Rng.fromSeed(5, stream), length = shape.reduce((product, size) => product * size, 1);
  return { shape, values: Array.from({ length }, () => rng.normal(mean, spread)) };
}

/** Some rows, longer in some directions than in others. */
export function rows(count: number, width: number, { mean = 0, spread = 1 } = {}): Rows {
  const { values } = tensor(`rows ${count} ${width}`, { shape: [count, width] });
  return Array.from(
    { length: count },
    (_, i) => values.slice(i * width, (i + 1) * width).map((value, d) => mean + spread * value * (1 + d / width)),
  );
}

/** v·M, M [v.length, columns]. */
export function times(vector: number[], { shape: [, columns], values }: ForeignTensor): number[] {
  return Array.from(
    { length: columns },
    (_, j) => vector.reduce((sum, value, i) => sum + value * values[i * columns + j], 0),
  );
}

/** The transpose. */
export function turned({ shape: [rowCount, columns], values }: ForeignTensor): ForeignTensor {
  return {
    shape: [columns, rowCount],
    values: Array.from(
      { length: values.length },
      (_, at) => values[(at % rowCount) * columns + Math.floor(at / rowCount)],
    ),
  };
}

const relu = (value: number) => Math.max(0, value);
const plus = (a: number[], b: number[]) => a.map((value, i) => value + b[i]);

/** The k largest of a vector stay, the others are 0. */
function largest(vector: number[], k: number): number[] {
  const kept = new Set(vector.keys().toArray().sort((a, b) => vector[b] - vector[a]).slice(0, k));
  return vector.map((value, i) => kept.has(i) ? value : 0);
}

/** What SAELens 6 computes, from its tensors and its settings. */
export function saelens(
  x: Rows,
  { tensors: t, config }: { tensors: Record<string, ForeignTensor>; config: Record<string, unknown> },
): Outputs {
  const outputs = x.map((raw) => {
    const d = raw.length;
    let row = raw, back = (values: number[]) => values;
    if (config.normalize_activations === "constant_norm_rescale") {
      const n = Math.sqrt(d) / Math.hypot(...raw);
      row = raw.map((value) => value * n);
      back = (values) => values.map((value) => value / n);
    }
    if (config.normalize_activations === "layer_norm") {
      const mean = raw.reduce((a, b) => a + b) / d;
      const std = Math.sqrt(raw.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (d - 1));
      row = raw.map((value) => (value - mean) / (std + 1e-5));
      back = (values) => values.map((value) => value * std + mean);
    }
    const s = config.apply_b_dec_to_input === false ? 0 : 1;
    const u = times(row.map((value, i) => value - s * t.b_dec.values[i]), t.W_enc);
    const norms = Array.from(
      { length: t.W_dec.shape[0] },
      (_, j) => Math.hypot(...t.W_dec.values.slice(j * d, (j + 1) * d)),
    );
    const isRescaled = config.rescale_acts_by_decoder_norm === true;
    let f: number[];
    if (config.architecture === "gated") {
      f = u.map((value, j) =>
        value + t.b_gate.values[j] > 0 ? relu(value * Math.exp(t.r_mag.values[j]) + t.b_mag.values[j]) : 0
      );
    } else {
      let a = plus(u, t.b_enc.values);
      if (isRescaled) a = a.map((value, j) => value * norms[j]);
      if (config.architecture === "topk") f = largest(a, config.k as number).map(relu);
      else if (config.architecture === "jumprelu") {
        f = a.map((value, j) => value > relu(t.threshold.values[j]) ? relu(value) : 0);
      } else f = a.map(relu);
    }
    const decoded = isRescaled ? f.map((value, j) => value / norms[j]) : f;
    return { f, recon: back(plus(times(decoded, t.W_dec), t.b_dec.values)) };
  });
  return { latents: outputs.map(({ f }) => f), recon: outputs.map(({ recon }) => recon) };
}

/** What sparsify computes; its decoder is [F, d]. */
export function sparsify(x: Rows, { tensors: t, k }: { tensors: Record<string, ForeignTensor>; k: number }): Outputs {
  const latents = x.map((row) => {
    const centred = row.map((value, i) => value - t.b_dec.values[i]);
    return largest(plus(times(centred, turned(t["encoder.weight"])), t["encoder.bias"].values).map(relu), k);
  });
  return { latents, recon: latents.map((f) => plus(times(f, t.W_dec), t.b_dec.values)) };
}

/** What Gemma Scope computes; both releases. */
export function gemmaScope(x: Rows, tensors: Record<string, ForeignTensor>): Outputs {
  const encoder = tensors.W_enc ?? tensors.w_enc, decoder = tensors.W_dec ?? tensors.w_dec;
  const latents = x.map((row) =>
    plus(times(row, encoder), tensors.b_enc.values).map((a, j) => a > tensors.threshold.values[j] ? relu(a) : 0)
  );
  return { latents, recon: latents.map((f) => plus(times(f, decoder), tensors.b_dec.values)) };
}

/** What Llama Scope computes, its data's mean length folded first. */
export function llamaScope(
  x: Rows,
  { tensors: t, threshold, norm }: { tensors: Record<string, ForeignTensor>; threshold: number; norm: number },
): Outputs {
  const s = Math.sqrt(x[0].length) / norm;
  const latents = x.map((row) =>
    plus(times(row.map((value) => value * s), turned(t["encoder.weight"])), t["encoder.bias"].values)
      .map((a) => a > threshold ? a : 0)
  );
  return {
    latents,
    recon: latents.map((f) => plus(times(f, turned(t["decoder.weight"])), t["decoder.bias"].values).map((v) => v / s)),
  };
}
