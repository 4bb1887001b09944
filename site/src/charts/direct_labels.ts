/**
 * Labels beside lines and rows: how wide a text is, and where labels go that would lie over each other.
 *
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */

import { COLOUR } from "./theme.ts";

/** Mean width of a letter at 12 px, in pixels: a little more than the interface's, so that nothing is cut off. */
const LETTER = 7;

/** The width that the longest of some texts needs, in pixels. */
export function widthOf(texts: string[]): number {
  return Math.ceil(LETTER * Math.max(0, ...texts.map(({ length }) => length)));
}

/**
 * Moves places on a line until they are far enough apart, as little as that takes; their order stays.
 *
 * @param wanted Where each label belongs, in pixels.
 * @returns In the same order.
 *
 * @example
 * ```ts
 * import { spreadApart } from "./direct_labels.ts";
 * import assert from "node:assert/strict";
 *
 * assert.deepEqual(spreadApart([10, 11, 60], { apart: 15, from: 0, to: 100 }), [3, 18, 60]);
 * assert.deepEqual(spreadApart([98, 99], { apart: 15, from: 0, to: 100 }), [85, 100]);
 * ```
 */
export function spreadApart(
  wanted: number[],
  { apart, from, to }: { apart: number; from: number; to: number },
): number[] {
  const order = wanted.map((_, i) => i).sort((a, b) => wanted[a] - wanted[b]);
  /** Labels that touch move as one block, whose centre is the mean of the centres that its labels want. */
  const blocks: { sum: number; members: number[] }[] = [];
  const lengthOf = ({ members }: { members: number[] }) => (members.length - 1) * apart;
  const startOf = (block: (typeof blocks)[number]) => {
    const start = block.sum / block.members.length;
    return Math.max(from, Math.min(start, to - lengthOf(block)));
  };
  for (const i of order) {
    let block = { sum: wanted[i], members: [i] };
    for (let before = blocks.at(-1); before; before = blocks.at(-1)) {
      if (startOf(before) + lengthOf(before) + apart <= startOf(block)) break;
      blocks.pop();
      const shift = before.members.length * apart * block.members.length;
      block = { sum: before.sum + block.sum - shift, members: [...before.members, ...block.members] };
    }
    blocks.push(block);
  }
  const places = [...wanted];
  for (const block of blocks) block.members.forEach((i, at) => places[i] = Math.round(startOf(block) + at * apart));
  return places;
}

/** How rows of a chart are named. */
export interface RowLabels {
  /** Height of a row, in pixels. */
  row: number;
  /** Room at the left of the plot, in pixels. */
  left: number;
  /** The vertical channel, by the field `name`. */
  channel: object;
  /** What is drawn beside the axis. */
  layers: object[];
}

/** Names at the left of their rows, or, if they would take much of the width, above them: never cut. */
export function rowLabels(names: string[], width: number, { hasGrid = true } = {}): RowLabels {
  const wanted = widthOf(names) + 12, isBeside = wanted <= 0.45 * width;
  const axis = {
    ticks: false,
    grid: hasGrid,
    domain: false,
    labelColor: COLOUR.ink,
    labelLimit: 0,
    labelOverlap: false,
  };
  const channel = {
    field: "name",
    type: "nominal",
    title: null,
    sort: names,
    axis: isBeside
      ? { ...axis, minExtent: wanted, maxExtent: wanted }
      : { ...axis, labels: false, minExtent: 0, maxExtent: 0 },
  };
  if (isBeside) return { row: 28, left: wanted, channel, layers: [] };
  const text = {
    type: "text",
    align: "left",
    baseline: "bottom",
    dy: -9,
    fontSize: 12,
    color: COLOUR.ink,
    tooltip: false,
  };
  return {
    row: 44,
    left: 8,
    channel,
    layers: [{
      data: { values: names.map((name) => ({ name })) },
      mark: text,
      encoding: { y: channel, x: { value: 0 }, text: { field: "name" } },
    }],
  };
}

/** A text over a chart with a rim of paper, so that lines under it do not cross its letters. */
export function withRim(mark: object, rest: object): object[] {
  const rim = { stroke: COLOUR.paper, strokeWidth: 3.5, strokeJoin: "round", color: COLOUR.paper };
  return [{ ...rest, mark: { ...mark, ...rim } }, { ...rest, mark }];
}
