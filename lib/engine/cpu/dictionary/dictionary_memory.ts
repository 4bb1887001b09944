/**
 * The memory of a one-layer dictionary, and its translation from and to the engine's states.
 *
 * Writes the struct of `kernels/dictionary_layout.ts`, field by field in its order. Runs nothing. PORTABLE: no Deno, no
 * Node, no tfjs.
 *
 * @module
 */
import { type Pixels, rawBytes } from "../../../pixels.ts";
import { LAST_FIRED, type Parameters } from "../../../sae/model.ts";
import { THRESHOLD_DECAY } from "../../../sae/sparsity/batchtopk.ts";
import { VARIANTS } from "../../../sae/sparsity/variants.ts";
import type { StepDefinition, TrainingState } from "../../engine.ts";
import type { Arena, Matrix } from "../arena.ts";
import { type DictionaryPlaces, dictionaryPlaces, ENTRY_BYTES } from "./dictionary_places.ts";
import type { LatentLists, MemoryOptions, ModelMemory } from "../model_memory.ts";
import type { StepSlots } from "../step_slots.ts";
import type { ThreadCall } from "../thread_call.ts";

/** Where the fields `auxAlpha`, `deadSteps`, `threshold` and `thresholdDecay` of the struct begin. */
const FIRST_FLOAT_FIELD = 45;
const THRESHOLD_FIELD = FIRST_FLOAT_FIELD + 2;

/** Memory for one definition, one set of images and batches up to a size. */
export class DictionaryMemory implements ModelMemory {
  readonly #definition: StepDefinition;
  readonly #places: DictionaryPlaces;
  readonly #arena: Arena;
  readonly #isFloat: boolean;

  /** @throws {UserError} There is not enough memory. */
  constructor(definition: StepDefinition, { isShared, isFloat, ...sizes }: MemoryOptions) {
    this.#definition = definition;
    this.#places = dictionaryPlaces(definition, sizes);
    const arena = this.#arena = this.#places.arena;
    this.#isFloat = isFloat;
    arena.allocate({ isShared });
    this.#writeModel();
    this.#writeDictionary();
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

  writePixels(pixels: Pixels): void {
    this.#arena.bytes.set(rawBytes(pixels), this.#places.pixels);
  }

  writeState({ params, m, v, buffers }: TrainingState): void {
    const { arch } = this.#definition;
    for (const [part, values] of [params, m, v].entries()) {
      const offset = part * this.#places.toMoment;
      this.#arena.writeRows(moved(this.#places.encoder, offset), {
        values: values[this.#name("encoder", "weight")],
        width: arch.dInput,
      });
      this.#transpose(values[this.#name("decoder", "weight")], { offset, isRead: false });
      for (const layer of ["encoder", "decoder"] as const) {
        this.#arena.floats.set(values[this.#name(layer, "bias")], (this.#places[`${layer}Bias`] + offset) / 4);
      }
    }
    const decoder = params[this.#name("decoder", "weight")];
    for (let j = 0; j < arch.nLatents; j++) {
      let squares = 0;
      for (let d = 0; d < arch.dInput; d++) squares += decoder[d * arch.nLatents + j] ** 2;
      this.#arena.floats[this.#places.norms / 4 + j] = Math.sqrt(squares);
    }
    this.#arena.floats.set(buffers[LAST_FIRED], this.#places.lastFired / 4);
    if (this.#hasThreshold) this.#arena.floats.set(buffers.threshold, this.#threshold);
  }

  readState(): Omit<TrainingState, "step"> {
    const { arch } = this.#definition;
    const part = (index: number): Parameters => {
      const offset = index * this.#places.toMoment;
      const encoder = new Float32Array(arch.nLatents * arch.dInput), decoder = new Float32Array(encoder.length);
      this.#arena.readRows(moved(this.#places.encoder, offset), { target: encoder, width: arch.dInput });
      this.#transpose(decoder, { offset, isRead: true });
      return {
        [this.#name("encoder", "weight")]: encoder,
        [this.#name("encoder", "bias")]: this.#floatsAt(this.#places.encoderBias + offset, arch.nLatents),
        [this.#name("decoder", "weight")]: decoder,
        [this.#name("decoder", "bias")]: this.#floatsAt(this.#places.decoderBias + offset, arch.dInput),
      };
    };
    const buffers: Parameters = { [LAST_FIRED]: this.#floatsAt(this.#places.lastFired, arch.nLatents) };
    if (this.#hasThreshold) buffers.threshold = this.#floatsAt(4 * this.#threshold, 1);
    return { params: part(0), m: part(1), v: part(2), buffers };
  }

  writeImages(pixels: Pixels): void {
    const { dInput } = this.#definition.arch;
    if (this.#isFloat) {
      this.#arena.view(this.#places.images, this.maxRows).fill(0);
      this.#arena.writeRows(this.#places.images, { values: pixels as Float32Array, width: dInput });
      return;
    }
    const { address, stride } = this.#places.bytes;
    this.#arena.bytes.fill(0, address, address + stride * this.maxRows);
    for (let row = 0; row * dInput < pixels.length; row++) {
      this.#arena.bytes.set(pixels.subarray(row * dInput, (row + 1) * dInput), address + row * stride);
    }
  }

  writeLatents(acts: Float32Array): void {
    this.#arena.writeRows(this.#places.preActs, { values: acts, width: this.#definition.arch.nLatents });
  }

  readActivations(l: number, target: Float32Array): void {
    const { nLatents, dInput } = this.#definition.arch;
    if (l === 0) this.#arena.readRows(this.#places.preActs, { target, width: nLatents });
    else this.#arena.readRows(this.#places.logits, { target, width: dInput });
  }

  readLists(rows: number): LatentLists {
    const { active: { counts: place, entries, capacity }, images, preActs } = this.#places;
    const { words, floats } = this.#arena, { nLatents } = this.#definition.arch;
    const counts = words.slice(place / 4, place / 4 + rows), n = counts.reduce((a, b) => a + b, 0);
    const latents = new Uint32Array(n), values = new Float32Array(n);
    let at = 0;
    for (let row = 0; row < rows; row++) {
      if (counts[row] <= capacity) {
        let entry = (entries + ENTRY_BYTES * row * capacity) / 4;
        for (const end = at + counts[row]; at < end; at++, entry += 2) {
          latents[at] = words[entry] / images.stride;
          values[at] = floats[entry + 1];
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
    this.#arena.readRows(this.#places.gradients, { target, width: this.#definition.arch.dInput });
  }

  /** Copies PyTorch's decoder `[dInput, nLatents]` to or from the rows of latents, tile by tile for the cache's sake. */
  #transpose(torch: Float32Array, { offset, isRead }: { offset: number; isRead: boolean }): void {
    const { nLatents, dInput } = this.#definition.arch;
    const { address, stride } = this.#places.decoder;
    const { floats } = this.#arena, base = (address + offset) / 4, rowFloats = stride / 4;
    const TILE = 32;
    for (let j0 = 0; j0 < nLatents; j0 += TILE) {
      for (let d = 0; d < dInput; d++) {
        for (let j = j0; j < Math.min(nLatents, j0 + TILE); j++) {
          if (isRead) torch[d * nLatents + j] = floats[base + j * rowFloats + d];
          else floats[base + j * rowFloats + d] = torch[d * nLatents + j];
        }
      }
    }
  }

  /** Writes the `Model` and its one `Layer`. */
  #writeModel(): void {
    const { arena, layer, threads, barrier, pixels, isSparse, bytes, rowLosses, scratch, scratchBytes, ...places } =
      this.#places;
    const { arch, objective, adam: { beta1, beta2, epsilon } } = this.#definition;
    arena.words.set([
      ...[layer, 1, threads, barrier, pixels, arch.dInput, Number(isSparse)],
      ...[bytes.address, bytes.stride, rowLosses, scratch, scratchBytes, places.toMoment],
      Number(objective.loss === "bce"),
    ], places.model / 4);
    arena.floats.set([0, beta1, 1 - beta1, beta2, 1 - beta2, epsilon], places.model / 4 + 14);
    arena.words.set([places.images.address, places.images.stride], layer / 4);
    arena.words[layer / 4 + 9] = places.width; // dIn
  }

  #writeDictionary(): void {
    const places = this.#places, { arena } = places;
    const { arch, objective } = this.#definition, { dInput, nLatents } = arch;
    const { k, auxAlpha } = objective.knobs;
    const lists = ({ counts, entries, slopes, capacity }: DictionaryPlaces["active"]) => [
      counts,
      entries,
      slopes,
      capacity,
    ];
    arena.words.fill(0xffffffff, places.mask / 4, places.mask / 4 + dInput);
    arena.words.set([
      ...[places.model, nLatents, places.paddedLatents, places.width, places.images.stride],
      ...[places.blockLatents, places.nBlocks, places.selection, Math.min(k, nLatents)],
      ...[arch.hasPreBias, arch.hasUnitDecoder, arch.layers[1].activation === "sigmoid", this.#isFloat].map(Number),
      Number(VARIANTS[objective.sparsity].penalizes !== null),
      ...[places.encoder.address, places.decoder.address, places.encoderBias, places.decoderBias],
      ...[places.norms, places.lastFired, places.inputs.address, places.panels, places.panelGroups],
      ...[places.pixelLists, places.pixelListEnds, places.preActs.address, places.preActs.stride],
      ...[places.logits.address, places.gradients.address, places.auxGradients.address, places.mask],
      ...[...lists(places.active), ...lists(places.auxiliary)],
      ...[places.rowPenalties, places.rowAuxiliaries, places.rowSmallest, places.biasParts],
      ...[places.pairCapacity, places.dead],
    ], places.dictionary / 4);
    arena.floats.set(
      [auxAlpha, objective.deadSteps, 0, THRESHOLD_DECAY],
      places.dictionary / 4 + FIRST_FLOAT_FIELD,
    );
    arena.words.set(
      [places.prefixes.length, places.prefixEnds, places.segmentBytes],
      places.dictionary / 4 + FIRST_FLOAT_FIELD + 6,
    );
    arena.words.set(places.prefixes.map((width) => width * places.decoder.stride), places.prefixEnds / 4);
  }

  /** Whether a threshold learned in training decides afterwards. */
  get #hasThreshold(): boolean {
    return this.#definition.arch.buffers.some(({ name }) => name === "threshold");
  }

  /** Index of θ among the floats. */
  get #threshold(): number {
    return this.#places.dictionary / 4 + THRESHOLD_FIELD;
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
