/**
 * The lists of many rows, a block of latents at a time: for each block a part of every row's list, so that the block's
 * directions come from memory once for all rows and then lie in the cache. Lists are ascending, and sums go on where the
 * block before has stopped: how wide blocks are changes no bit.
 *
 * @module
 */
import { ACTIVATION_GATE, ACTIVATION_POSITIVE, Dictionary, Entry } from "../../kernels/kernel_structs";
import { addDirections, dots } from "./decoder_rows";
import { copyNonZero, copyPreActs } from "./pairs";
import { gradientsOf, segmentEnd } from "./segments";

/**
 * How many pairs of a block a row has on average: enough to keep sums in registers for a while. Rows with no more than this
 * have a single block, and with half of 4,096 latents active a block has 64 directions, 200 kB for MNIST.
 */
const PAIRS_OF_BLOCK: usize = 32;

/** A walk through the lists of rows `from … to`; a thread's room begins with it. */
@unmanaged
export class Walk {
  from: usize;
  to: usize;
  /** From a block's first direction to the next one's, in bytes. */
  blockBytes: usize;
  /** Where each row's next entry is, `[rows]`. */
  places: usize;
  /** Room for the longest list. */
  part: usize;
}

/** A walk in a thread's room, before the first entry of each of rows `from … to`. */
export function beginWalk(d: Dictionary, room: usize, from: usize, to: usize): Walk {
  const walk = changetype<Walk>(room);
  walk.from = from, walk.to = to;
  walk.places = room + offsetof<Walk>();
  walk.part = walk.places + 4 * (to - from);
  let nPairs: usize = 0;
  for (let row = from; row < to; row++) {
    nPairs += lengthOf(d, row);
    setPlace(walk, row, listOf(d, row));
  }
  const nBlocks = max<usize>(nPairs / max<usize>(PAIRS_OF_BLOCK * (to - from), 1), 1);
  walk.blockBytes = (d.paddedLatents + nBlocks - 1) / nBlocks * d.stride;
  return walk;
}

/**
 * Adds the directions of each row's latents before offset `until` that were not yet walked over, times what they are.
 *
 * @param sums `[rows, width]`.
 * @param isOfGates Whether gates take the place of what latents are.
 */
export function addParts(d: Dictionary, walk: Walk, until: usize, sums: usize, isOfGates: bool): void {
  const isWhole = d.activation == ACTIVATION_POSITIVE, part = walk.part;
  for (let block = walk.blockBytes; ; block += walk.blockBytes) {
    const blockEnd = min(block, until);
    for (let row = walk.from; row < walk.to; row++) {
      const list = placeOf(walk, row), end = takePart(d, walk, row, blockEnd), sum = sums + row * d.stride;
      if (list == end) continue;
      if (isOfGates) addDirections(d, part, copyPreActs(d, row, list, end, part), sum);
      else if (isWhole) addDirections(d, list, end, sum);
      else addDirections(d, part, copyNonZero(list, end, part), sum);
    }
    if (blockEnd == until) return;
  }
}

/** ∂L/∂f of every pair to `slopes`, and with gates ∂L/∂π by their reconstruction to `ownSlopes`; the walk has just begun. */
export function multiplyParts(d: Dictionary, walk: Walk): void {
  let block = walk.blockBytes;
  for (let segment: usize = 0; segment <= d.nPrefixes; segment++) {
    for (const until = segmentEnd(d, segment); ; block += walk.blockBytes) {
      const blockEnd = min(block, until);
      for (let row = walk.from; row < walk.to; row++) {
        const list = placeOf(walk, row), n = (takePart(d, walk, row, blockEnd) - list) / offsetof<Entry>();
        if (n == 0) continue;
        const at = 4 * (row * d.rowCapacity + (list - listOf(d, row)) / offsetof<Entry>());
        dots(d, gradientsOf(d, row, segment), list, n, d.slopes + at);
        if (d.activation == ACTIVATION_GATE) dots(d, d.auxGradients + row * d.stride, list, n, d.ownSlopes + at);
      }
      if (blockEnd == until) break;
    }
  }
}

/** Moves a row's place to its first entry from offset `until` on; returns it. */
@inline
function takePart(d: Dictionary, walk: Walk, row: usize, until: usize): usize {
  const end = listOf(d, row) + lengthOf(d, row) * offsetof<Entry>();
  let at = placeOf(walk, row);
  while (at < end && changetype<Entry>(at).offset < until) at += offsetof<Entry>();
  setPlace(walk, row, at);
  return at;
}

@inline
function listOf(d: Dictionary, row: usize): usize {
  return d.entries + row * d.rowCapacity * offsetof<Entry>();
}

/** Entries of a row's list; none if there was no room for it. */
@inline
function lengthOf(d: Dictionary, row: usize): usize {
  const n = load<usize>(d.counts + 4 * row);
  return n <= d.rowCapacity ? n : 0;
}

@inline
function placeOf(walk: Walk, row: usize): usize {
  return load<usize>(walk.places + 4 * (row - walk.from));
}

@inline
function setPlace(walk: Walk, row: usize, at: usize): void {
  store<usize>(walk.places + 4 * (row - walk.from), at);
}
