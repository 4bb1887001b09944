/**
 * The memory of a one-layer dictionary: what lies where, and its translation from and to the engine's states.
 *
 * Writes the struct of `kernels/dictionary_layout.ts`, field by field in its order. Runs nothing. PORTABLE: no Deno, no
 * Node, no tfjs.
 *
 * @module
 */
import { type Pixels, pixelValues } from "../../pixels.ts";
import { LAST_FIRED, type Parameters } from "../../sae/model.ts";
import { THRESHOLD_DECAY } from "../../sae/sparsity/batchtopk.ts";
import { auxWidth } from "../../sae/sparsity/topk.ts";
import type { StepDefinition, TrainingState } from "../engine.ts";
import { Arena, type Matrix, roundUp } from "./arena.ts";
import type { MemoryOptions, ModelMemory } from "./model_memory.ts";
import { StepSlots } from "./step_slots.ts";
import { BARRIER_BYTES, type ThreadCall } from "./thread_call.ts";

const LINE_BYTES = 64;
const MODEL_FIELDS = 20;
const LAYER_FIELDS = 13;
const DICTIONARY_FIELDS = 51;
/** Where `threshold` is among the fields. */
const THRESHOLD_FIELD = 47;
/** Images that the encoder packs together. */
const PANEL = 8;
/** Latents of a tile of `kernels/encode_sparse.ts`. */
const TILE = 32;
/** An entry of a list: an offset and a value. */
const ENTRY_BYTES = 8;
/** Blocks of latents that are dealt out to threads. */
const BLOCKS = 32;
/** `selection` of the struct. */
const SELECTIONS: Partial<Record<StepDefinition["objective"]["sparsity"], number>> = { l1: 0, topk: 1, batchtopk: 2 };

/** Memory for one definition, one set of images and batches up to a size. */
export class DictionaryMemory implements ModelMemory {
  readonly maxRows: number;
  readonly steps: StepSlots;
  readonly barrier: number;
  readonly #definition: StepDefinition;
  readonly #arena = new Arena();
  /** Address of the `Dictionary`. */
  readonly #dictionary: number;
  readonly #isFloat: boolean;
  /** `[nLatents, dInput]` each. */
  readonly #weights: { encoder: Matrix; decoder: Matrix };
  readonly #biases: { encoder: number; decoder: number };
  readonly #norms: number;
  readonly #lastFired: number;
  readonly #toMoment: number;
  readonly #images: Matrix;
  readonly #bytes: Matrix;
  readonly #preActs: Matrix;
  readonly #logits: Matrix;
  readonly #gradients: Matrix;

  constructor(definition: StepDefinition, { pixels, threads, isShared, isSparse, ...options }: MemoryOptions) {
    const { arch, objective, adam } = this.#definition = definition;
    const { dInput, nLatents } = arch;
    const arena = this.#arena;
    const maxRows = this.maxRows = roundUp(options.maxRows, PANEL);
    const isFloat = this.#isFloat = pixels instanceof Float32Array;
    const paddedLatents = roundUp(nLatents, 8), width = roundUp(dInput, 8);

    const barrier = this.barrier = arena.take(BARRIER_BYTES), model = arena.take(4 * MODEL_FIELDS);
    const layer = arena.take(4 * LAYER_FIELDS);
    this.#dictionary = arena.take(4 * DICTIONARY_FIELDS);
    this.steps = new StepSlots(arena, { adam, maxRows });

    const parameters = arena.end;
    this.#weights = { encoder: arena.takeMatrix(nLatents, dInput), decoder: arena.takeMatrix(nLatents, dInput) };
    this.#biases = { encoder: arena.takeMatrix(1, nLatents).address, decoder: arena.takeMatrix(1, dInput).address };
    this.#toMoment = arena.end - parameters;
    arena.take(2 * this.#toMoment);
    this.#norms = arena.takeMatrix(1, nLatents).address;
    this.#lastFired = arena.takeMatrix(1, nLatents).address;

    const { k, auxAlpha, auxK } = objective.knobs;
    const selection = SELECTIONS[objective.sparsity]!;
    const rowCapacity = Math.min(nLatents, [nLatents, k, k * maxRows][selection]);
    const dead = selection > 0 && auxAlpha > 0 ? auxWidth({ k, auxK }, nLatents) : 0;
    const mostPairs = [nLatents, k, k][selection] * maxRows;
    const matrix = () => arena.takeMatrix(maxRows, dInput);
    this.#images = matrix();
    const inputs = arch.hasPreBias ? matrix() : this.#images;
    const panels = isSparse ? [0, 0] : [arena.take(4 * maxRows * width), arena.take(maxRows / PANEL * (4 + width))];
    const pixelLists = isSparse ? [arena.take(ENTRY_BYTES * maxRows * width), arena.take(4 * maxRows)] : [0, 0];
    this.#preActs = arena.takeMatrix(maxRows, nLatents);
    this.#logits = matrix();
    this.#gradients = matrix();
    const auxGradients = matrix();
    const mask = arena.takeMatrix(1, dInput).address;
    const lists = (capacity: number) => [
      arena.take(4 * maxRows),
      arena.take(ENTRY_BYTES * maxRows * capacity),
      arena.take(4 * maxRows * capacity),
      capacity,
    ];
    const active = lists(rowCapacity), auxiliary = lists(dead);
    const perRow = [arena.take(4 * maxRows), arena.take(4 * maxRows), arena.take(4 * maxRows)];
    const blockLatents = roundUp(Math.ceil(nLatents / BLOCKS), 8), nBlocks = Math.ceil(nLatents / blockLatents);
    const biasParts = arena.takeMatrix(nBlocks, dInput).address;
    const bytesStride = roundUp(dInput, 16);
    this.#bytes = { address: arena.take(bytesStride * maxRows), stride: bytesStride };
    const rowLosses = arena.take(16 * maxRows);
    const pairCapacity = mostPairs + dead * maxRows;
    const scratchBytes = roundUp(
      Math.max(
        4 * 8 * 8, // a tile of preActs
        4 * TILE * width, // a tile of W_enc
        4 * 4 * paddedLatents, // a heap; dead latents, their preActs, another heap
        4 * k * maxRows, // the heap of a batch
        2 * 4 * width + 16 + 4 * (paddedLatents + 2) + 2 * ENTRY_BYTES * pairCapacity,
      ),
      LINE_BYTES,
    );
    const scratch = arena.take(scratchBytes * threads);
    const stored = arena.take(pixels.byteLength);

    arena.allocate({ isShared });
    arena.bytes.set(new Uint8Array(pixels.buffer, pixels.byteOffset, pixels.byteLength), stored);
    arena.words.fill(0xffffffff, mask / 4, mask / 4 + dInput);
    arena.words.set([
      ...[layer, 1, threads, barrier, stored, dInput, Number(isSparse)],
      ...[this.#bytes.address, bytesStride, rowLosses, scratch, scratchBytes, this.#toMoment],
      Number(objective.loss === "bce"),
    ], model / 4);
    const { beta1, beta2, epsilon } = adam;
    arena.floats.set([0, beta1, 1 - beta1, beta2, 1 - beta2, epsilon], model / 4 + 14);
    const { stride } = this.#images;
    arena.words.set([this.#images.address, stride], layer / 4);
    arena.words[layer / 4 + 9] = width; // dIn
    arena.words.set([
      ...[model, nLatents, paddedLatents, width, stride, blockLatents, nBlocks, selection, Math.min(k, nLatents)],
      ...[arch.hasPreBias, arch.hasUnitDecoder, arch.layers[1].activation === "sigmoid", isFloat].map(Number),
      Number(objective.sparsity === "l1"),
      ...[this.#weights.encoder.address, this.#weights.decoder.address, this.#biases.encoder, this.#biases.decoder],
      ...[
        this.#norms,
        this.#lastFired,
        inputs.address,
        ...panels,
        ...pixelLists,
        this.#preActs.address,
        this.#preActs.stride,
      ],
      ...[this.#logits.address, this.#gradients.address, auxGradients.address, mask, ...active, ...auxiliary],
      ...[...perRow, biasParts, pairCapacity, dead],
    ], this.#dictionary / 4);
    arena.floats.set([auxAlpha, objective.deadSteps, 0, THRESHOLD_DECAY], this.#dictionary / 4 + THRESHOLD_FIELD - 2);
  }

  get memory(): WebAssembly.Memory {
    return this.#arena.memory;
  }

  trainCall(nSteps: number): ThreadCall {
    return { name: "trainDictionary", args: [this.#dictionary, this.steps.address, nSteps] };
  }

  inferCall(rows: number): ThreadCall {
    return { name: "inferDictionary", args: [this.#dictionary, rows] };
  }

  decodeCall(rows: number): ThreadCall {
    return { name: "decodeDictionary", args: [this.#dictionary, rows] };
  }

  writeState({ params, m, v, buffers }: TrainingState): void {
    const { arch, objective } = this.#definition;
    for (const [part, values] of [params, m, v].entries()) {
      const offset = part * this.#toMoment;
      this.#arena.writeRows(moved(this.#weights.encoder, offset), {
        values: values[this.#name("encoder", "weight")],
        width: arch.dInput,
      });
      this.#transpose(values[this.#name("decoder", "weight")], { offset, isRead: false });
      for (const layer of ["encoder", "decoder"] as const) {
        this.#arena.floats.set(values[this.#name(layer, "bias")], (this.#biases[layer] + offset) / 4);
      }
    }
    const decoder = params[this.#name("decoder", "weight")];
    for (let j = 0; j < arch.nLatents; j++) {
      let squares = 0;
      for (let d = 0; d < arch.dInput; d++) squares += decoder[d * arch.nLatents + j] ** 2;
      this.#arena.floats[this.#norms / 4 + j] = Math.sqrt(squares);
    }
    this.#arena.floats.set(buffers[LAST_FIRED], this.#lastFired / 4);
    if (objective.sparsity === "batchtopk") this.#arena.floats.set(buffers.threshold, this.#threshold);
  }

  readState(): Omit<TrainingState, "step"> {
    const { arch, objective } = this.#definition;
    const part = (index: number): Parameters => {
      const offset = index * this.#toMoment;
      const encoder = new Float32Array(arch.nLatents * arch.dInput), decoder = new Float32Array(encoder.length);
      this.#arena.readRows(moved(this.#weights.encoder, offset), { target: encoder, width: arch.dInput });
      this.#transpose(decoder, { offset, isRead: true });
      return {
        [this.#name("encoder", "weight")]: encoder,
        [this.#name("encoder", "bias")]: this.#floatsAt(this.#biases.encoder + offset, arch.nLatents),
        [this.#name("decoder", "weight")]: decoder,
        [this.#name("decoder", "bias")]: this.#floatsAt(this.#biases.decoder + offset, arch.dInput),
      };
    };
    const buffers: Parameters = { [LAST_FIRED]: this.#floatsAt(this.#lastFired, arch.nLatents) };
    if (objective.sparsity === "batchtopk") buffers.threshold = this.#floatsAt(4 * this.#threshold, 1);
    return { params: part(0), m: part(1), v: part(2), buffers };
  }

  writeImages(pixels: Pixels): void {
    const { dInput } = this.#definition.arch;
    if (this.#isFloat) {
      this.#arena.view(this.#images, this.maxRows).fill(0);
      this.#arena.writeRows(this.#images, { values: pixelValues(pixels), width: dInput });
      return;
    }
    const { address, stride } = this.#bytes;
    this.#arena.bytes.fill(0, address, address + stride * this.maxRows);
    for (let row = 0; row * dInput < pixels.length; row++) {
      this.#arena.bytes.set(pixels.subarray(row * dInput, (row + 1) * dInput), address + row * stride);
    }
  }

  writeLatents(acts: Float32Array): void {
    this.#arena.writeRows(this.#preActs, { values: acts, width: this.#definition.arch.nLatents });
  }

  readActivations(l: number, target: Float32Array): void {
    const { nLatents, dInput } = this.#definition.arch;
    if (l === 0) this.#arena.readRows(this.#preActs, { target, width: nLatents });
    else this.#arena.readRows(this.#logits, { target, width: dInput });
  }

  readRecon(target: Float32Array): void {
    this.#arena.readRows(this.#gradients, { target, width: this.#definition.arch.dInput });
  }

  /** Copies PyTorch's decoder `[dInput, nLatents]` to or from the rows of latents, tile by tile for the cache's sake. */
  #transpose(torch: Float32Array, { offset, isRead }: { offset: number; isRead: boolean }): void {
    const { nLatents, dInput } = this.#definition.arch;
    const { address, stride } = this.#weights.decoder;
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

  /** Index of θ among the floats. */
  get #threshold(): number {
    return this.#dictionary / 4 + THRESHOLD_FIELD;
  }

  #floatsAt(address: number, count: number): Float32Array<ArrayBuffer> {
    return Float32Array.from(this.#arena.floats.subarray(address / 4, address / 4 + count));
  }

  #name(layer: "encoder" | "decoder", part: "weight" | "bias"): string {
    return `${this.#definition.arch.layers[layer === "encoder" ? 0 : 1].name}.${part}`;
  }
}

function moved({ address, stride }: Matrix, offset: number): Matrix {
  return { address: address + offset, stride };
}
