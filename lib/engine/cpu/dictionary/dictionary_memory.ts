/**
 * The memory of a one-layer dictionary, and its translation from and to the engine's states.
 *
 * Runs nothing. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { emptyLike, type Pixels } from "../../../pixels.ts";
import { LAST_FIRED, latentParameterName, type Parameters } from "../../../sae/model.ts";
import type { StepDefinition, TrainingState } from "../../engine.ts";
import type { PlacedStruct } from "../../struct_fields.ts";
import { DICTIONARY, ENTRY, MODEL } from "../../structs.ts";
import { writeBatch } from "../batch_images.ts";
import type { Arena, Matrix } from "../arena.ts";
import { ColumnOrder } from "../column_order.ts";
import { type DictionaryPlaces, dictionaryPlaces } from "./dictionary_places.ts";
import { writeStructs } from "./dictionary_structs.ts";
import type { Tile } from "../products/products_module.ts";
import type { LatentLists } from "../../latent_lists.ts";
import type { MemoryOptions, ModelMemory } from "../model_memory.ts";
import type { StepSlots } from "../step_slots.ts";
import type { ThreadCall } from "../thread_call.ts";

/** Memory for one definition, one set of images and batches up to a size. */
export class DictionaryMemory implements ModelMemory {
  readonly #definition: StepDefinition;
  readonly #places: DictionaryPlaces;
  readonly #arena: Arena;
  readonly #tile: Tile;
  /** Of everything with a column for each of an input's: images, weights, the decoder's bias, logits. */
  #columns: ColumnOrder;

  /** @throws {UserError} There is not enough memory. */
  constructor(definition: StepDefinition, { isShared, isFloat, tile, ...sizes }: MemoryOptions) {
    this.#definition = definition;
    this.#places = dictionaryPlaces(definition, sizes);
    const arena = this.#arena = this.#places.arena;
    this.#tile = tile;
    this.#columns = ColumnOrder.asGiven(definition.arch.dInput);
    arena.allocate({ isShared });
    writeStructs(this.#places, { definition, isFloat });
  }

  get memory(): WebAssembly.Memory {
    return this.#arena.memory;
  }

  get barrier(): number {
    return this.#places.barrier;
  }

  get steps(): StepSlots {
    return this.#places.steps;
  }

  get maxRows(): number {
    return this.#places.maxRows;
  }

  trainCall(nSteps: number): ThreadCall {
    return { name: "trainDictionary", args: [this.#places.dictionary, this.steps.address, nSteps] };
  }

  inferCall(rows: number, { isDense }: { isDense: boolean }): ThreadCall {
    return { name: "inferDictionary", args: [this.#places.dictionary, rows, Number(isDense)] };
  }

  decodeCall(rows: number): ThreadCall {
    return { name: "decodeDictionary", args: [this.#places.dictionary, rows] };
  }

  lossesCall(): ThreadCall {
    return { name: "lossesDictionary", args: [this.#places.dictionary, this.steps.address] };
  }

  settleCall(): ThreadCall {
    return { name: "settleDictionary", args: [this.#places.dictionary] };
  }

  /** Also settles the order of columns in memory, so the state is written after it. */
  writePixels(pixels: Pixels): void {
    this.#columns = ColumnOrder.densestFirst(pixels, this.#definition.arch.dInput);
    const { bytes, floats } = this.#arena, { model, pixels: at } = this.#places;
    this.#arena.struct(MODEL, model).set({ denseWidth: this.#columns.nDense(this.#tile) });
    if (pixels instanceof Uint8Array) this.#columns.toMemory(pixels, bytes.subarray(at));
    else this.#columns.toMemory(pixels, floats.subarray(at / 4));
  }

  writeState({ params, m, v, buffers }: TrainingState): void {
    const { arch } = this.#definition;
    for (const [part, values] of [params, m, v].entries()) {
      const offset = part * this.#places.toMoment;
      const encoder = values[this.#name("encoder", "weight")];
      this.#arena.writeRows(moved(this.#places.encoder, offset), {
        values: this.#columns.toMemory(encoder, new Float32Array(encoder.length)),
        width: arch.dInput,
      });
      this.#transpose(values[this.#name("decoder", "weight")], { offset, isRead: false });
      const { floats } = this.#arena, { encoderBias, decoderBias } = this.#places;
      floats.set(values[this.#name("encoder", "bias")], (encoderBias + offset) / 4);
      this.#columns.toMemory(values[this.#name("decoder", "bias")], floats.subarray((decoderBias + offset) / 4));
      for (const [name, address] of Object.entries(this.#places.own)) {
        this.#arena.floats.set(values[latentParameterName(name)], (address + offset) / 4);
      }
    }
    const { rowSteps, paddedLatents } = this.#places;
    this.#struct.set({ nextStep: 1 });
    this.#arena.words.fill(0, rowSteps / 4, rowSteps / 4 + paddedLatents); // current, but their norms are not known
    this.#arena.floats.set(buffers[LAST_FIRED], this.#places.lastFired / 4);
    if (this.#hasThreshold) this.#struct.set({ threshold: buffers.threshold[0] });
  }

  readState(): Omit<TrainingState, "step"> {
    const { arch } = this.#definition;
    const part = (index: number): Parameters => {
      const offset = index * this.#places.toMoment;
      const { decoderBias } = this.#places, { dInput, nLatents } = arch;
      const decoder = new Float32Array(nLatents * dInput);
      this.#transpose(decoder, { offset, isRead: true });
      return {
        [this.#name("encoder", "weight")]: this.#readRows(moved(this.#places.encoder, offset), nLatents),
        [this.#name("encoder", "bias")]: this.#floatsAt(this.#places.encoderBias + offset, arch.nLatents),
        [this.#name("decoder", "weight")]: decoder,
        [this.#name("decoder", "bias")]: this.#readRows({ address: decoderBias + offset, stride: 0 }, 1),
        ...Object.fromEntries(
          Object.entries(this.#places.own).map((
            [name, address],
          ) => [latentParameterName(name), this.#floatsAt(address + offset, arch.nLatents)]),
        ),
      };
    };
    const buffers: Parameters = { [LAST_FIRED]: this.#floatsAt(this.#places.lastFired, arch.nLatents) };
    if (this.#hasThreshold) buffers.threshold = Float32Array.of(this.#struct.get("threshold"));
    return { params: part(0), m: part(1), v: part(2), buffers };
  }

  writeImages(pixels: Pixels): void {
    const { images, bytes } = this.#places, { dInput } = this.#definition.arch;
    const rows = this.#columns.toMemory<Pixels>(pixels, emptyLike(pixels, pixels.length));
    writeBatch(this.#arena, { pixels: rows, dInput, places: { inputs: images, bytes, maxRows: this.maxRows } });
  }

  writeLatents(acts: Float32Array): void {
    this.#arena.writeRows(this.#places.preActs, { values: acts, width: this.#definition.arch.nLatents });
  }

  readActivations(l: number, target: Float32Array): void {
    const { nLatents, dInput } = this.#definition.arch;
    if (l === 0) this.#arena.readRows(this.#places.preActs, { target, width: nLatents });
    else target.set(this.#readRows(this.#places.logits, target.length / dInput));
  }

  readLists(rows: number): LatentLists {
    const { active: { counts: place, entries, capacity }, images, preActs } = this.#places;
    const { words, floats } = this.#arena, { nLatents } = this.#definition.arch;
    const counts = words.slice(place / 4, place / 4 + rows), n = counts.reduce((a, b) => a + b, 0);
    const latents = new Uint32Array(n), values = new Float32Array(n);
    let at = 0;
    for (let row = 0; row < rows; row++) {
      if (counts[row] <= capacity) {
        let entry = entries + ENTRY.bytes * row * capacity;
        for (const end = at + counts[row]; at < end; at++, entry += ENTRY.bytes) {
          latents[at] = words[(entry + ENTRY.offsets.offset) / 4] / images.stride;
          values[at] = floats[(entry + ENTRY.offsets.value) / 4];
        }
        continue;
      }
      const first = (preActs.address + row * preActs.stride) / 4; // a row that is too long for its list is there densely
      for (let j = 0; j < nLatents; j++) {
        if (floats[first + j] === 0) continue;
        latents[at] = j;
        values[at++] = floats[first + j];
      }
    }
    return { counts, latents, values };
  }

  readRecon(target: Float32Array): void {
    target.set(this.#readRows(this.#places.gradients, target.length / this.#definition.arch.dInput));
  }

  /** The first rows of a matrix with a column for each of an input's, in the order given. */
  #readRows(matrix: Matrix, rows: number): Float32Array<ArrayBuffer> {
    const { dInput } = this.#definition.arch;
    const ordered = new Float32Array(rows * dInput), given = new Float32Array(rows * dInput);
    this.#arena.readRows(matrix, { target: ordered, width: dInput });
    this.#columns.toGiven(ordered, given);
    return given;
  }

  /** Copies PyTorch's decoder `[dInput, nLatents]` to or from the rows of latents, tile by tile for the cache's sake. */
  #transpose(torch: Float32Array, { offset, isRead }: { offset: number; isRead: boolean }): void {
    const { nLatents, dInput } = this.#definition.arch;
    const { address, stride } = this.#places.decoder;
    const { floats } = this.#arena, base = (address + offset) / 4, rowFloats = stride / 4;
    const TILE = 32;
    for (let j0 = 0; j0 < nLatents; j0 += TILE) {
      for (let c = 0; c < dInput; c++) {
        const d = this.#columns.columns[c];
        for (let j = j0; j < Math.min(nLatents, j0 + TILE); j++) {
          if (isRead) torch[d * nLatents + j] = floats[base + j * rowFloats + c];
          else floats[base + j * rowFloats + c] = torch[d * nLatents + j];
        }
      }
    }
  }

  /** Whether a threshold learned in training decides afterwards. */
  get #hasThreshold(): boolean {
    return this.#definition.arch.buffers.some(({ name }) => name === "threshold");
  }

  get #struct(): PlacedStruct<typeof DICTIONARY.fields> {
    return this.#arena.struct(DICTIONARY, this.#places.dictionary);
  }

  #floatsAt(address: number, count: number): Float32Array<ArrayBuffer> {
    return this.#arena.floats.slice(address / 4, address / 4 + count);
  }

  #name(layer: "encoder" | "decoder", part: "weight" | "bias"): string {
    return `${this.#definition.arch.layers[layer === "encoder" ? 0 : 1].name}.${part}`;
  }
}

function moved({ address, stride }: Matrix, offset: number): Matrix {
  return { address: address + offset, stride };
}
