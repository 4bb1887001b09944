/**
 * What a frame says of the model: measured on the held-out images, a slice at a time, so that training hardly waits.
 *
 * Numbers are those of `lib/analysis`. Keeps the latents of the last pass over each slice, as lists. Does not know frames.
 *
 * @module
 */
import { LatentSums } from "../../../../lib/analysis/latent_sums.ts";
import { binOf, BINS } from "../../../../lib/analysis/latent_scan.ts";
import { forwardLists } from "../../../../lib/analysis/row_sources.ts";
import { RowReader, type SparseRows } from "../../../../lib/analysis/sparse_rows.ts";
import { squaredError } from "../../../../lib/analysis/squared_error.ts";
import { TopRows } from "../../../../lib/analysis/top_rows.ts";
import type { Engine, StepDefinition } from "../../../../lib/engine/engine.ts";
import { type Pixels, pixelValues } from "../../../../lib/pixels.ts";
import { VARIANTS } from "../../../../lib/sae/sparsity/variants.ts";
import { N_TOP, type Stats } from "../messages.ts";

/** Held-out images that are measured at once, and the most that are looked at. */
const SLICE_ROWS = 128, MOST_ROWS = 1024;

/** The model that is measured. */
interface Model {
  readonly engine: Engine;
  readonly definition: StepDefinition;
}

/** What one slice had when it was last measured. */
interface Slice {
  /** Its rows, as they are kept and as values. */
  pixels: Pixels;
  values: Float32Array;
  latents: SparseRows | null;
  sums: LatentSums;
  /** Σ (x − x̂)² */
  squares: number;
}

/** See the module comment. */
export class Measurements {
  readonly #model: Model;
  readonly #slices: Slice[];
  readonly #reader = new RowReader();
  #next = 0;

  /**
   * @param model Read anew by each measurement.
   * @param heldOut `[count, dInput]`; at most the first 1,024 images are measured.
   */
  constructor(model: Model, heldOut: Pixels) {
    this.#model = model;
    const { dInput } = model.definition.arch, pixels = heldOut;
    const end = Math.min(pixels.length, MOST_ROWS * dInput);
    this.#slices = Array.from({ length: Math.ceil(end / (SLICE_ROWS * dInput)) }, (_, i) => {
      const own = pixels.subarray(i * SLICE_ROWS * dInput, Math.min(end, (i + 1) * SLICE_ROWS * dInput));
      return { pixels: own, values: pixelValues(own), latents: null, sums: this.#emptySums(), squares: 0 };
    });
  }

  /** Measures the slice that was measured longest ago. */
  async measureSlice(): Promise<void> {
    const slice = this.#slices[this.#next];
    this.#next = (this.#next + 1) % this.#slices.length;
    const { engine, definition: { arch } } = this.#model;
    const { latents, recon } = await forwardLists(engine, { pixels: slice.pixels, arch, reader: this.#reader }); // sync point
    slice.latents = copied(latents, slice.latents);
    slice.squares = squaredError(slice.values, recon);
    slice.sums = this.#emptySums();
    slice.sums.add(latents);
  }

  /** Measures all slices. */
  async measureAll(): Promise<void> {
    for (let i = 0; i < this.#slices.length; i++) await this.measureSlice();
  }

  /** Sums over the rows as they were measured last. */
  sums(): LatentSums {
    const all = this.#emptySums();
    for (const { sums } of this.#slices) all.merge(sums);
    return all;
  }

  #emptySums(): LatentSums {
    const { arch: { nLatents }, objective: { sparsity } } = this.#model.definition;
    return new LatentSums({ nLatents, activeAbove: VARIANTS[sparsity].activeAbove });
  }

  /** All numbers of a frame; their arrays are the caller's. */
  stats(): Stats {
    const sums = this.sums(), { arch: { nLatents, dInput } } = this.#model.definition;
    const { activeLatents, deadLatents } = sums.activity();
    const histogramEnd = sums.largest.reduce((a, b) => Math.max(a, b), 0);
    const histogram = new Uint32Array(BINS), top = new TopRows({ nLatents, size: N_TOP });
    let first = 0, squares = 0;
    for (const slice of this.#slices.filter(({ latents }) => latents)) {
      const { count, starts, columns, values } = slice.latents!;
      for (let i = 0; i < count; i++) {
        for (let e = starts[i]; e < starts[i + 1]; e++) {
          const value = values[e];
          histogram[binOf(value, histogramEnd)]++;
          top.offer(columns[e], { row: first + i, value });
        }
      }
      first += count;
      squares += slice.squares;
    }
    return {
      rows: sums.count,
      mean: Float32Array.from(sums.means()),
      density: Float32Array.from(sums.densities()),
      largest: sums.largest.slice(),
      histogram,
      histogramEnd,
      l0: activeLatents,
      dead: deadLatents,
      mse: squares / (sums.count * dInput),
      top: Int32Array.from(top.rows, (row, at) => top.acts[at] > 0 ? row : -1),
      topActs: top.acts,
    };
  }
}

/** A copy of lists that another pass writes over, in the memory of the copy before if there is room. */
function copied({ count, starts, columns, values }: SparseRows, before: SparseRows | null): SparseRows {
  const n = starts[count];
  const hasRoom = before !== null && before.values.length >= n && before.starts.length > count;
  const copy = hasRoom
    ? { ...before, count }
    : { count, starts: new Uint32Array(count + 1), columns: new Uint32Array(n), values: new Float32Array(n) };
  copy.starts.set(starts.subarray(0, count + 1));
  copy.columns.set(columns.subarray(0, n));
  copy.values.set(values.subarray(0, n));
  return copy;
}
