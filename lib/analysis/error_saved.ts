/**
 * By how much the mean squared error rises without each latent: what a latent is good for, over many inputs.
 *
 * Fed by the pass over the test set, piece by piece; chooses which of its inputs are looked at. PORTABLE: no Deno, no
 * Node, no tfjs.
 *
 * @module
 */
import { type Architecture, isLinearDecoder } from "../sae/model.ts";
import { type AblatedModel, Ablation, type MeasuredRows } from "./ablation.ts";

/**
 * Multiplications spent with a linear decoder, in plain code, and with any other, in the engine: half a second or so.
 */
const LINEAR_BUDGET = 2 ** 29, DECODE_BUDGET = 2 ** 31;
/** What one sigmoid of the output takes, in multiplications of the engine. */
const SIGMOID_COST = 150;
/** With fewer inputs than this the result says nothing about a latent, whatever time it takes. */
const LEAST_ROWS = 8;

/** A model, and how much work there is. */
export interface ErrorSavedOptions extends AblatedModel {
  /** Test inputs. */
  count: number;
  /** Latents other than 0 per input, the mean. */
  nonZeroLatents: number;
}

/** See the module comment. */
export class ErrorSaved {
  /** Inputs looked at, evenly spread over the split. */
  readonly rows: number;
  readonly #count: number;
  readonly #dInput: number;
  readonly #ablation: Ablation;
  readonly #sums: Float64Array;

  constructor({ count, nonZeroLatents, ...model }: ErrorSavedOptions) {
    const { arch } = model;
    const budget = isLinearDecoder(arch) ? LINEAR_BUDGET : DECODE_BUDGET;
    const affordable = Math.floor(budget / (Math.max(1, nonZeroLatents) * multiplications(arch)));
    this.rows = Math.min(count, Math.max(LEAST_ROWS, affordable));
    this.#count = count;
    this.#dInput = arch.dInput;
    this.#ablation = new Ablation(model);
    this.#sums = new Float64Array(arch.nLatents);
  }

  /** Adds the chosen ones of consecutive inputs; `first` is the number of the first of them. */
  async add({ first, ...piece }: MeasuredRows & { first: number }): Promise<void> {
    const entries: number[] = [];
    const { latents: { count, starts, columns } } = piece;
    const own: number[] = []; // the row of each entry
    for (let row = 0; row < count; row++) {
      if (!this.#isChosen(first + row)) continue;
      for (let e = starts[row]; e < starts[row + 1]; e++) {
        entries.push(e);
        own.push(row);
      }
    }
    const without = await this.#ablation.squaresWithout(piece, Uint32Array.from(entries)); // sync point
    const squares = new Float64Array(count);
    for (const row of new Set(own)) squares[row] = this.#squaresOf(piece, row);
    for (let i = 0; i < entries.length; i++) this.#sums[columns[entries[i]]] += without[i] - squares[own[i]];
  }

  /** The rise of the mean squared error without each latent, `[nLatents]`. */
  result(): Float64Array {
    return this.#sums.map((sum) => sum / (this.rows * this.#dInput));
  }

  /** Whether ⌊i · rows / count⌋ is another number than before it: true `rows` times in all. */
  #isChosen(i: number): boolean {
    return Math.floor((i + 1) * this.rows / this.#count) > Math.floor(i * this.rows / this.#count);
  }

  #squaresOf({ x, recon }: MeasuredRows, row: number): number {
    let sum = 0;
    for (let i = row * this.#dInput; i < (row + 1) * this.#dInput; i++) {
      const error = x[i] - recon[i];
      sum += error * error;
    }
    return sum;
  }
}

/** What one latent of one input takes. */
function multiplications(arch: Architecture): number {
  const { layers, latentIndex, dInput } = arch;
  const output = layers.at(-1)!.activation === "sigmoid" ? SIGMOID_COST * dInput : 0;
  const decoder = layers.slice(latentIndex + 1);
  return decoder.length === 1 ? dInput + output : decoder.reduce((sum, { dIn, dOut }) => sum + dIn * dOut, output);
}
