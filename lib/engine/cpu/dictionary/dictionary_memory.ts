/**
 * The memory of a one-layer dictionary, and its translation from and to the engine's states.
 *
 * Runs nothing. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { LAST_FIRED, latentParameterName, type Parameters, START_DIRECTIONS } from "../../../sae/model.ts";
import type { StepDefinition, TrainingState } from "../../engine.ts";
import type { PlacedStruct } from "../../struct_fields.ts";
import { DICTIONARY, ENTRY } from "../../structs.ts";
import type { Arena, Matrix } from "../arena.ts";
import { type DictionaryPlaces, dictionaryPlaces, placesWithin } from "./dictionary_places.ts";
import { writeKnobs, writeStructs } from "./dictionary_structs.ts";
import type { LatentLists } from "../../latent_lists.ts";
import type { MemoryOptions, MemorySizes, ModelMemory } from "../model_memory.ts";
import { PlacedMemory } from "../placed_memory.ts";
import type { ThreadCall } from "../thread_call.ts";

/** Memory for one definition, one set of images and batches up to a size. */
export class DictionaryMemory extends PlacedMemory implements ModelMemory {
  #definition: StepDefinition;
  #places: DictionaryPlaces;
  /** The places that the memory was made for; knobs may have taken less of them since. */
  readonly #room: DictionaryPlaces;
  readonly #sizes: MemorySizes;
  readonly #arena: Arena;

  /** @throws {UserError} There is not enough memory. */
  constructor(definition: StepDefinition, { isShared, isFloat, tile, ...sizes }: MemoryOptions) {
    const places = dictionaryPlaces(definition, sizes);
    super(definition, { places, inputs: places.images, isShared, isFloat, tile });
    this.#definition = definition;
    this.#places = places;
    this.#room = places;
    this.#sizes = sizes;
    this.#arena = places.arena;
    writeStructs(places, { definition, isFloat });
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

  setKnobs(definition: StepDefinition): boolean {
    const places = placesWithin(this.#room, dictionaryPlaces(definition, this.#sizes));
    if (!places) return false;
    this.#definition = definition;
    this.#places = places;
    writeKnobs(places, definition);
    return true;
  }

  writeState({ params, m, v, buffers }: TrainingState): void {
    const { arch } = this.#definition;
    for (const [part, values] of [params, m, v].entries()) {
      const offset = part * this.#places.toMoment;
      const encoder = moved(this.#places.encoder, offset);
      this.columns.toMemory(values[this.#name("encoder", "weight")], this.#arena.view(encoder, arch.nLatents), {
        stride: encoder.stride / 4,
      });
      this.#transpose(values[this.#name("decoder", "weight")], { offset, isRead: false });
      const { floats } = this.#arena, { encoderBias, decoderBias } = this.#places;
      floats.set(values[this.#name("encoder", "bias")], (encoderBias + offset) / 4);
      this.columns.toMemory(values[this.#name("decoder", "bias")], floats.subarray((decoderBias + offset) / 4));
      for (const [name, address] of Object.entries(this.#places.own)) {
        this.#arena.floats.set(values[latentParameterName(name)], (address + offset) / 4);
      }
    }
    const { rowSteps, paddedLatents, starts } = this.#places;
    this.#struct.set({ nextStep: 1 });
    this.#arena.words.fill(0, rowSteps / 4, rowSteps / 4 + paddedLatents); // current, but their norms are not known
    this.#arena.floats.set(buffers[LAST_FIRED], this.#places.lastFired / 4);
    if (starts) {
      const stride = starts.stride / 4;
      this.columns.toMemory(buffers[START_DIRECTIONS], this.#arena.view(starts, arch.nLatents), { stride });
    }
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
        [this.#name("encoder", "weight")]: this.readColumns(
          moved(this.#places.encoder, offset),
          new Float32Array(nLatents * dInput),
        ),
        [this.#name("encoder", "bias")]: this.#floatsAt(this.#places.encoderBias + offset, arch.nLatents),
        [this.#name("decoder", "weight")]: decoder,
        [this.#name("decoder", "bias")]: this.readColumns(
          { address: decoderBias + offset, stride: 0 },
          new Float32Array(dInput),
        ),
        ...Object.fromEntries(
          Object.entries(this.#places.own).map((
            [name, address],
          ) => [latentParameterName(name), this.#floatsAt(address + offset, arch.nLatents)]),
        ),
      };
    };
    const buffers = Object.fromEntries(arch.buffers.map(({ name }) => [name, this.readBuffer(name)]));
    return { params: part(0), m: part(1), v: part(2), buffers };
  }

  readBuffer(name: string): Float32Array<ArrayBuffer> {
    const { nLatents, dInput } = this.#definition.arch;
    if (name === LAST_FIRED) return this.#floatsAt(this.#places.lastFired, nLatents);
    return name === START_DIRECTIONS
      ? this.readColumns(this.#places.starts!, new Float32Array(nLatents * dInput))
      : Float32Array.of(this.#struct.get("threshold"));
  }

  writeLatents(acts: Float32Array): void {
    this.#arena.writeRows(this.#places.preActs, { values: acts, width: this.#definition.arch.nLatents });
  }

  readActivations(l: number, target: Float32Array): void {
    const { nLatents } = this.#definition.arch;
    if (l === 0) this.#arena.readRows(this.#places.preActs, { target, width: nLatents });
    else this.readColumns(this.#places.logits, target);
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
    this.readColumns(this.#places.gradients, target);
  }

  /** Copies PyTorch's decoder `[dInput, nLatents]` to or from the rows of latents, tile by tile for the cache's sake. */
  #transpose(torch: Float32Array, { offset, isRead }: { offset: number; isRead: boolean }): void {
    const { nLatents, dInput } = this.#definition.arch;
    const { address, stride } = this.#places.decoder;
    const { floats } = this.#arena, base = (address + offset) / 4, rowFloats = stride / 4;
    const TILE = 32;
    for (let j0 = 0; j0 < nLatents; j0 += TILE) {
      for (let c = 0; c < dInput; c++) {
        const d = this.columns.columns[c];
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
