/**
 * Where rows come from: inputs as they are stored, latents from another pass of a model, a matrix in memory.
 *
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { Activations, Engine } from "../engine/engine.ts";
import { gatherPixels, type Pixels, pixelValues } from "../pixels.ts";
import type { Architecture } from "../sae/model.ts";
import { rowCount } from "./shapes.ts";
import { giveTurns } from "./turns.ts";
import { type RowPiece, RowReader, type RowSource, rowsPerPiece, type SparseRows } from "./sparse_rows.ts";

/** The inputs themselves, as values. */
export class InputRows implements RowSource {
  readonly count: number;
  readonly width: number;
  readonly #pixels: Pixels;
  readonly #reader = new RowReader();
  /** The values of one row. */
  readonly #values: Float32Array;

  /** @param pixels `[count, dInput]` as stored; a dense `Float32Array` of any meaning is taken as it is. */
  constructor(pixels: Pixels, dInput: number) {
    this.#pixels = pixels;
    this.width = dInput;
    this.count = rowCount(pixels, { width: dInput, name: "inputs" });
    this.#values = new Float32Array(dInput);
  }

  /** One row, in arrays that the next call writes over. */
  row(row: number): SparseRows {
    const pixels = this.#pixels, values = this.#values, start = row * this.width;
    if (pixels instanceof Float32Array) values.set(pixels.subarray(start, start + this.width));
    else for (let i = 0; i < values.length; i++) values[i] = pixels[start + i] / 255;
    return this.#reader.read(values, this.width);
  }

  async *pieces(rows?: Uint32Array): AsyncGenerator<RowPiece> {
    const reader = new RowReader();
    for (
      const { first, pixels } of pixelPieces(this.#pixels, { dInput: this.width, bytesPerRow: 4 * this.width, rows })
    ) {
      yield { first, ...reader.read(pixelValues(pixels), this.width) };
    }
  }
}

/** The latents of images, computed anew each time they are asked for. */
export class ComputedLatents implements RowSource {
  readonly count: number;
  readonly width: number;
  readonly #engine: Engine;
  readonly #pixels: Pixels;
  readonly #arch: Architecture;

  constructor(engine: Engine, { pixels, arch }: { pixels: Pixels; arch: Architecture }) {
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
    for (const { first, pixels } of pixelPieces(this.#pixels, { dInput, bytesPerRow, rows })) {
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

/** Images in pieces of bounded size: those of the given numbers in their order, or all. */
export function* pixelPieces(
  pixels: Pixels,
  options: { dInput: number; bytesPerRow: number; rows?: Uint32Array },
): Generator<{ first: number; pixels: Pixels }> {
  const { dInput, bytesPerRow, rows } = options;
  const size = rowsPerPiece(bytesPerRow);
  const count = rows?.length ?? pixels.length / dInput;
  for (let first = 0; first < count; first += size) {
    const end = Math.min(count, first + size);
    yield {
      first,
      pixels: rows
        ? gatherPixels(pixels, rows.subarray(first, end), dInput)
        : pixels.subarray(first * dInput, end * dInput) as Pixels,
    };
  }
}
