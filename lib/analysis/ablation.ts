/**
 * The error of a reconstruction if one of the input's latents is set to 0 and the others stay as they are.
 *
 * A decoder of one layer adds a·d_j for latent j, so that nothing is decoded again. If it is linear, then with e = x − x̂ the
 * error without the latent is ‖e + a·d_j‖² = ‖e‖² + 2a e·d_j + a²‖d_j‖²; with a sigmoid output it is ‖x − σ(l − a·d_j)‖², l the
 * output before the sigmoid. A decoder with hidden layers runs once for each latent.
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { Engine } from "../engine/engine.ts";
import { type Architecture, isLinearDecoder } from "../sae/model.ts";
import type { Directions } from "./directions.ts";
import { rowsPerPiece, type SparseRows } from "./sparse_rows.ts";
import { giveTurns } from "./turns.ts";

/** Inputs, what the model makes of them, and their latents. */
export interface MeasuredRows {
  /** `[count, dInput]` */
  x: Float32Array;
  /** x̂, and the output before its activation, `[count, dInput]` each. */
  recon: Float32Array;
  logits: Float32Array;
  latents: SparseRows;
}

/** A trained model, and what is known of its decoder. */
export interface AblatedModel {
  engine: Pick<Engine, "decode">;
  arch: Architecture;
  /** Of a model without hidden layers. */
  directions: Pick<Directions, "decoder"> | null;
}

/** See the module comment. */
export class Ablation {
  readonly #model: AblatedModel;
  /** ‖d_j‖² of a linear decoder; null for any other. */
  readonly #directionSquares: Float64Array | null;

  constructor(model: AblatedModel) {
    const { arch, directions } = model;
    this.#model = model;
    this.#directionSquares = isLinearDecoder(arch) ? rowSquares(directions!.decoder, arch.dInput) : null;
  }

  /**
   * Σᵢ (xᵢ − x̂ᵢ)² of an input with one latent set to 0, for some of the entries of its latents.
   *
   * @param entries Indices into `latents.values`, ascending; all of them if left out.
   * @returns One sum for each, float64.
   */
  squaresWithout(rows: MeasuredRows, entries = everyEntry(rows.latents)): Promise<Float64Array> | Float64Array {
    const { directions } = this.#model, squares = this.#directionSquares;
    if (!directions) return this.#decoded(rows, entries);
    const { decoder } = directions;
    return squares
      ? squaresOfLinear(rows, { decoder, squares, entries })
      : squaresOfOneLayer(rows, { decoder, entries });
  }

  /** Runs the decoder for each entry, some at a time. */
  async #decoded({ x, latents }: MeasuredRows, entries: Uint32Array): Promise<Float64Array> {
    const { engine, arch: { layers, latentIndex, dInput, nLatents } } = this.#model;
    const { starts, columns, values } = latents;
    const isSigmoid = layers.at(-1)!.activation === "sigmoid";
    const found = new Float64Array(entries.length);
    const size = rowsPerPiece(bytesOfDecode({ layers, latentIndex, nLatents }));
    const rowOf = new Uint32Array(Math.min(size, entries.length));
    for (let first = 0, row = 0; first < entries.length; first += size) {
      await giveTurns();
      const count = Math.min(size, entries.length - first);
      const acts = new Float32Array(count * nLatents);
      for (let i = 0; i < count; i++) {
        const entry = entries[first + i], start = i * nLatents;
        while (entry >= starts[row + 1]) row++;
        for (let e = starts[row]; e < starts[row + 1]; e++) acts[start + columns[e]] = values[e];
        acts[start + columns[entry]] = 0;
        rowOf[i] = row;
      }
      const logits = await engine.decode(acts); // sync point
      const squares = isSigmoid ? squaresOfSigmoid : squaresOfOutput;
      for (let i = 0; i < count; i++) {
        const own = x.subarray(rowOf[i] * dInput, (rowOf[i] + 1) * dInput);
        found[first + i] = squares(own, logits.subarray(i * dInput, (i + 1) * dInput));
      }
    }
    return found;
  }
}

/** Σ (x − σ(l))² */
function squaresOfSigmoid(x: Float32Array, logits: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < x.length; i++) {
    const error = x[i] - 1 / (1 + Math.exp(-logits[i]));
    sum += error * error;
  }
  return sum;
}

/** See {@linkcode Ablation.squaresWithout}: Σ (x − σ(l − a·d_j))² of a decoder of one layer with a sigmoid output. */
function squaresOfOneLayer(
  { x, logits, latents }: MeasuredRows,
  { decoder, entries }: { decoder: Float32Array; entries: Uint32Array },
): Float64Array {
  const { count, starts, columns, values } = latents;
  const dInput = x.length / count;
  const found = new Float64Array(entries.length);
  for (let k = 0, row = 0; k < entries.length; k++) {
    const entry = entries[k], act = values[entry];
    while (entry >= starts[row + 1]) row++;
    let sum = 0;
    for (let i = row * dInput, d = columns[entry] * dInput, end = i + dInput; i < end; i++, d++) {
      const error = x[i] - 1 / (1 + Math.exp(act * decoder[d] - logits[i]));
      sum += error * error;
    }
    found[k] = sum;
  }
  return found;
}

/** Σ (x − x̂)² */
function squaresOfOutput(x: Float32Array, recon: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < x.length; i++) {
    const error = x[i] - recon[i];
    sum += error * error;
  }
  return sum;
}

/** What `Engine.decode` takes and gives for one row, in bytes. */
function bytesOfDecode(
  { layers, latentIndex, nLatents }: Pick<Architecture, "layers" | "latentIndex" | "nLatents">,
): number {
  return 4 * layers.slice(latentIndex + 1).reduce((sum, { dOut }) => sum + dOut, nLatents);
}

function everyEntry({ starts, count }: SparseRows): Uint32Array {
  return Uint32Array.from({ length: starts[count] }, (_, e) => e);
}

/** ‖d_j‖² of each row. */
function rowSquares(matrix: Float32Array, width: number): Float64Array {
  return Float64Array.from({ length: matrix.length / width }, (_, row) => {
    let squares = 0;
    for (let i = row * width; i < (row + 1) * width; i++) squares += matrix[i] * matrix[i];
    return squares;
  });
}

/** See {@linkcode Ablation.squaresWithout}. */
function squaresOfLinear(
  { x, recon, latents }: MeasuredRows,
  { decoder, squares, entries }: { decoder: Float32Array; squares: Float64Array; entries: Uint32Array },
): Float64Array {
  const { count, starts, columns, values } = latents;
  const dInput = x.length / count;
  const found = new Float64Array(entries.length);
  const error = new Float64Array(dInput);
  let next = 0;
  for (let row = 0; row < count; row++) {
    const begin = next;
    while (next < entries.length && entries[next] < starts[row + 1]) next++;
    if (begin === next) continue;
    let own = 0;
    for (let i = 0, at = row * dInput; i < dInput; i++, at++) {
      error[i] = x[at] - recon[at];
      own += error[i] * error[i];
    }
    // four latents in one pass over the error; the last of a row are repeated to make four
    for (let k = begin; k < next; k += 4) {
      const last = next - 1;
      const a = columns[entries[k]] * dInput, b = columns[entries[Math.min(k + 1, last)]] * dInput;
      const c = columns[entries[Math.min(k + 2, last)]] * dInput, d = columns[entries[Math.min(k + 3, last)]] * dInput;
      let ea = 0, eb = 0, ec = 0, ed = 0;
      for (let i = 0; i < dInput; i++) {
        const e = error[i];
        ea += e * decoder[a + i];
        eb += e * decoder[b + i];
        ec += e * decoder[c + i];
        ed += e * decoder[d + i];
      }
      const products = [ea, eb, ec, ed];
      for (let m = 0; m < 4 && k + m < next; m++) {
        const entry = entries[k + m], act = values[entry];
        found[k + m] = own + 2 * act * products[m] + act * act * squares[columns[entry]];
      }
    }
  }
  return found;
}
