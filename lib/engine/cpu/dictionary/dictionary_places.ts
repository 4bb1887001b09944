/**
 * What lies where in the memory of a one-layer dictionary, and so how many bytes it needs.
 *
 * Takes places and allocates nothing, so that a model can be refused before there is memory for it. PORTABLE: no Deno, no
 * Node, no tfjs.
 *
 * @module
 */
import { SELECTIONS } from "../../../sae/sparsity/variant.ts";
import { VARIANTS } from "../../../sae/sparsity/variants.ts";
import type { StepDefinition } from "../../engine.ts";
import { auxWidthOf, prefixesOf } from "../../model_kind.ts";
import { DICTIONARY, ENTRY, LATE_ROWS, LAYER, MODEL, PAST_STEP } from "../../structs.ts";
import { Arena, LINE_BYTES, type Matrix, roundUp } from "../arena.ts";
import type { MemorySizes } from "../model_memory.ts";
import { StepSlots } from "../step_slots.ts";
import { BARRIER_BYTES } from "../thread_call.ts";

/** What kernels put into a thread's room beside numbers of the model, as their files have it; a test compares. */
export const KERNEL_ROOM = {
  /** Latents of a product of `kernels/encode_dense.ts`, and of a tile of `kernels/encode_sparse.ts`. */
  productLatents: 256,
  tileLatents: 32,
  /** Bytes of a `Walk` of `kernels/row_walk.ts`, and of `LatentLists` of `kernels/pairs_by_latent.ts`. */
  walkBytes: 20,
  latentListsBytes: 28,
  /** Bytes for each of a row's pairs in `kernels/by_size.ts`. */
  pairBySizeBytes: 20,
};
/** Blocks of latents that are dealt out to threads. */
const BLOCKS = 32;

/** Room for a list of latents for each row: see `counts`, `entries`, `slopes` and `rowCapacity` of `DICTIONARY`. */
interface RowLists {
  counts: number;
  entries: number;
  slopes: number;
  capacity: number;
}

/** The addresses of everything, by the names of `DICTIONARY` in `../../structs.ts`. */
export type DictionaryPlaces = ReturnType<typeof dictionaryPlaces>;

/**
 * The places of a memory that exists, with what other knobs take of them; null if they need more of any.
 *
 * @param wanted Places for the same sizes, of a definition that differs in knobs alone.
 */
export function placesWithin(room: DictionaryPlaces, wanted: DictionaryPlaces): DictionaryPlaces | null {
  const { active, auxiliary, prefixes, scratchBytes, dead, pairCapacity } = wanted;
  const hasRoom = active.capacity <= room.active.capacity && auxiliary.capacity <= room.auxiliary.capacity &&
    prefixes.widths.length <= room.prefixes.widths.length && scratchBytes <= room.scratchBytes;
  if (!hasRoom) return null;
  return {
    ...{ ...room, dead, prefixes, pairCapacity },
    active: { ...room.active, capacity: active.capacity },
    auxiliary: { ...room.auxiliary, capacity: auxiliary.capacity },
  };
}

/** Takes a place for everything that a dictionary needs, in batches up to a size. */
export function dictionaryPlaces(definition: StepDefinition, sizes: MemorySizes) {
  const { arch, objective, adam } = definition;
  const { dInput, nLatents } = arch;
  const { pixelBytes, threads, isSparse } = sizes;
  const { k } = objective.knobs, { selects, activates } = VARIANTS[objective.sparsity];
  const prefixes = prefixesOf(definition);
  const arena = new Arena();
  const maxRows = roundUp(sizes.maxRows, 8);
  const paddedLatents = roundUp(nLatents, 8), width = roundUp(dInput, 8);
  const dead = auxWidthOf(definition);
  const blockLatents = roundUp(Math.ceil(nLatents / BLOCKS), 8), nBlocks = Math.ceil(nLatents / blockLatents);
  const matrix = () => arena.takeMatrix(maxRows, dInput);
  const floatsARow = () => arena.take(4 * maxRows);
  const lists = (capacity: number): RowLists => ({
    counts: floatsARow(),
    entries: arena.take(ENTRY.bytes * maxRows * capacity),
    slopes: arena.take(4 * maxRows * capacity),
    capacity,
  });

  const barrier = arena.take(BARRIER_BYTES), model = arena.take(MODEL.bytes);
  const layer = arena.take(LAYER.bytes), dictionary = arena.take(DICTIONARY.bytes);
  const steps = new StepSlots(arena, { adam, maxRows });

  const parameters = arena.end;
  const encoder = arena.takeMatrix(nLatents, dInput), decoder = arena.takeMatrix(nLatents, dInput);
  const encoderBias = arena.takeMatrix(1, nLatents).address, decoderBias = arena.takeMatrix(1, dInput).address;
  const own = Object.fromEntries(
    Object.keys(arch.latentParameters).map((name) => [name, arena.takeMatrix(1, nLatents).address]),
  );
  const toMoment = arena.end - parameters;
  arena.take(2 * toMoment);
  const norms = arena.takeMatrix(1, nLatents).address, lastFired = arena.takeMatrix(1, nLatents).address;
  const rowSteps = arena.takeMatrix(1, nLatents).address;
  const starts = arch.leastCosine === null ? null : arena.takeMatrix(nLatents, dInput);
  const pastSteps = arena.take(LATE_ROWS.mostSteps * PAST_STEP.bytes);

  const images = matrix(), inputs = arch.hasPreBias ? matrix() : images;
  const pixelLists = isSparse ? arena.take(ENTRY.bytes * maxRows * width) : 0;
  const pixelListEnds = isSparse ? floatsARow() : 0;
  const preActs = arena.takeMatrix(maxRows, nLatents);
  const logits = matrix();
  const gradients = arena.takeMatrix((prefixes.widths.length + 1) * maxRows, dInput), auxGradients = matrix();
  const segmentBytes = maxRows * gradients.stride, prefixEnds = arena.take(4 * prefixes.widths.length);
  const mask = arena.takeMatrix(1, dInput).address;
  const extent = { k, nLatents, rows: maxRows }, { mostInRow, mostInBatch } = SELECTIONS[selects];
  const active = lists(Math.min(nLatents, mostInRow(extent))), auxiliary = lists(dead);
  const pairSegments = prefixes.areBySize ? arena.take(4 * maxRows * active.capacity) : 0;
  const hasOwn = activates !== "positive";
  const ownSlopes = hasOwn ? arena.take(4 * maxRows * active.capacity) : 0;
  const ownGradients = hasOwn ? arena.take(4 * 2 * paddedLatents) : 0,
    gains = hasOwn ? arena.take(4 * paddedLatents) : 0;
  const rowPenalties = floatsARow(), rowAuxiliaries = floatsARow(), rowSmallest = floatsARow();
  const biasParts = arena.takeMatrix(nBlocks, dInput).address;
  const bytesStride = roundUp(dInput, 16);
  const bytes: Matrix = { address: arena.take(bytesStride * maxRows), stride: bytesStride };
  const rowLosses = arena.take(16 * maxRows);

  // A thread lists the pairs of one block of latents at a time: at most all of the batch, and at most each in each row.
  const pairs = mostInBatch(extent) + dead * maxRows;
  const pairCapacity = Math.min(pairs, blockLatents * maxRows * (dead > 0 ? 2 : 1));
  const scratchBytes = roundUp(
    Math.max(
      4 * KERNEL_ROOM.productLatents, // latents' biases
      4 * KERNEL_ROOM.tileLatents * (width + 1), // a tile of W_enc, and biases
      4 * 4 * paddedLatents, // a heap, and a row's list; or dead latents, their preActs, another heap
      4 * (3 * k * maxRows + 31), // the heap of a batch, and groups' maxima
      prefixes.areBySize ? KERNEL_ROOM.pairBySizeBytes * active.capacity : 0,
      KERNEL_ROOM.walkBytes + 4 * maxRows + ENTRY.bytes * paddedLatents, // a walk through the rows' lists
      // two rows' sums, and the lists of a block's pairs
      2 * 4 * width + KERNEL_ROOM.latentListsBytes + 4 * (blockLatents + 2) + 2 * 4 * maxRows +
        (2 * ENTRY.bytes + (hasOwn ? 4 : 0)) * pairCapacity,
    ),
    LINE_BYTES,
  );
  const scratch = arena.take(scratchBytes * threads);
  const pixels = arena.take(pixelBytes);

  return {
    ...{ arena, maxRows, threads, isSparse, paddedLatents, width, selects, dead, blockLatents, nBlocks },
    ...{
      barrier,
      model,
      layer,
      dictionary,
      steps,
      encoder,
      decoder,
      encoderBias,
      decoderBias,
      toMoment,
      norms,
      lastFired,
      rowSteps,
      starts,
      pastSteps,
    },
    ...{
      images,
      inputs,
      pixelLists,
      pixelListEnds,
      preActs,
      logits,
      gradients,
      auxGradients,
      mask,
    },
    ...{ active, auxiliary, rowPenalties, rowAuxiliaries, rowSmallest, biasParts, bytes, rowLosses, pairCapacity },
    ...{
      scratchBytes,
      scratch,
      pixels,
      prefixes,
      prefixEnds,
      segmentBytes,
      pairSegments,
      own,
      ownSlopes,
      ownGradients,
      gains,
    },
  };
}
