/**
 * Where rows come from: inputs as they are stored, latents from another pass of a model, a matrix in memory.
 *
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { Activations, Engine } from "../engine/engine.ts";
import { type Pixels, pixelValues } from "../pixels.ts";
import type { Architecture } from "../sae/model.ts";
import { heldPixels, pixelPieces, type PixelSource } from "./pixel_source.ts";
import { rowCount } from "./shapes.ts";
import { giveTurns } from "./turns.ts";
import { type RowPiece, RowReader, type RowSource, type SparseRows } from "./sparse_rows.ts";

/** The inputs themselves, as values. */
export class InputRows implements RowSource {
  readonly count: number;
  readonly width: number;
  readonly #pixels: PixelSource;

  /** @param pixels `[count, dInput]` as stored; a dense `Float32Array` of any meaning is taken as it is. */
  constructor(pixels: PixelSource, dInput: number) {
    this.#pixels = pixels;
    this.width = dInput;
    this.count = rowCount(pixels, { width: dInput, name: "inputs" });
  }

  /** Chosen inputs, to be read one at a time in any order; `rows` are their numbers, rising. */
  async held(rows: Uint32Array): Promise<HeldInputs> {
    return new HeldInputs(await heldPixels(this.#pixels, { dInput: this.width, rows }), { dInput: this.width, rows });
  }

  async *pieces(rows?: Uint32Array): AsyncGenerator<RowPiece> {
    const reader = new RowReader();
    for await (const { first, pixels } of pixelPieces(this.#pixels, { dInput: this.width, rows })) {
      yield { first, ...reader.read(pixelValues(pixels), this.width) };
    }
  }
}

/** Some inputs in memory. */
export class HeldInputs {
  readonly width: number;
  readonly #pixels: Pixels;
  /** Where the input of a number is. */
  readonly #places: ReadonlyMap<number, number>;
  readonly #reader = new RowReader();
  /** The values of one input. */
  readonly #values: Float32Array;

  /** @param pixels `[rows.length, dInput]`: the inputs of the numbers `rows`. */
  constructor(pixels: Pixels, { dInput, rows }: { dInput: number; rows: Uint32Array }) {
    this.#pixels = pixels;
    this.width = dInput;
    this.#places = new Map(Array.from(rows, (row, place) => [row, place]));
    this.#values = new Float32Array(dInput);
  }

  /** The input of a number, in arrays that the next call writes over. */
  row(row: number): SparseRows {
    const pixels = this.#pixels, values = this.#values, start = this.#places.get(row)! * this.width;
    if (pixels instanceof Float32Array) values.set(pixels.subarray(start, start + this.width));
    else for (let i = 0; i < values.length; i++) values[i] = pixels[start + i] / 255;
    return this.#reader.read(values, this.width);
  }
}

/** The latents of images, computed anew each time they are asked for. */
export class ComputedLatents implements RowSource {
  readonly count: number;
  readonly width: number;
  readonly #engine: Engine;
  readonly #pixels: PixelSource;
  readonly #arch: Architecture;

  constructor(engine: Engine, { pixels, arch }: { pixels: PixelSource; arch: Architecture }) {
    this.#engine = engine;
    this.#pixels = pixels;
    this.#arch = arch;
    this.width = arch.nLatents;
    this.count = pixels.length / arch.dInput;
  }

  async *pieces(rows?: Uint32Array): AsyncGenerator<RowPiece> {
    const { dInput } = this.#arch;
    const reader = new RowReader();
    const bytesPerRow = bytesOfForward(this.#arch);
    for await (const { first, pixels } of pixelPieces(this.#pixels, { dInput, bytesPerRow, rows })) {
      const { latents } = await forwardLists(this.#engine, { pixels, arch: this.#arch, reader }); // sync point
      yield { first, ...latents };
    }
  }
}

/** A forward pass with its latents as lists. */
export interface ForwardLists extends Pick<Activations, "logits" | "recon"> {
  latents: SparseRows;
}

/** Runs the model on images; the engine's own lists if it has them, else what `reader` makes of the dense latents. */
export async function forwardLists(
  engine: Engine,
  { pixels, arch, reader }: { pixels: Pixels; arch: Architecture; reader: RowReader },
): Promise<ForwardLists> {
  await giveTurns();
  const isFlat = arch.layers.length === 2; // no hidden layers
  const lists = isFlat ? await engine.forwardSparse?.(pixels) : undefined; // sync point
  if (lists) {
    const { starts, latents: columns, values, logits, recon } = lists;
    return { latents: { count: starts.length - 1, starts, columns, values }, logits, recon };
  }
  const { hidden, logits, recon } = await engine.forward(pixels); // sync point
  return { latents: reader.read(hidden[arch.latentIndex], arch.nLatents), logits, recon };
}

/** What `Engine.forward` reads back for one image, in bytes. */
export function bytesOfForward({ layers, dInput }: Architecture): number {
  return 4 * layers.reduce((sum, { dOut }) => sum + dOut, dInput);
}
