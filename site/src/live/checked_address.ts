/**
 * An address without what cannot be shown, and one line for each thing that was left out.
 *
 * @module
 */
import { KnobError, resolveConfig } from "../../../lib/config.ts";
import type { Address } from "./address.ts";
import { decodeDrawing } from "./draw/drawing_text.ts";
import { PRESETS } from "./presets.ts";
import type { Change, LiveSettings } from "./settings.ts";
import { differing } from "./sides.ts";

/** See the module comment. A preset's knobs are in `knobs`. */
export function checkedAddress(address: Address): { address: Address; problems: string[] } {
  const problems: string[] = [];
  const left: Partial<Address> = {};
  const tryAll = (use: () => void, instead: Partial<Address>) => {
    try {
      use();
    } catch (error) {
      if (!(error instanceof KnobError)) throw error;
      problems.push(error.message);
      Object.assign(left, instead);
    }
  };
  const preset = PRESETS.find(({ id }) => id === address.preset);
  if (address.preset !== null && !preset) {
    problems.push(`Cannot show the preset ${address.preset}: it is not there, expected one of those above`);
    left.preset = null;
  }
  if (address.data === "own") {
    problems.push("This link was made with a reader's own images, which are never stored: drop the files here again");
    left.data = "digits";
  }
  if (address.input && "drawing" in address.input && !decodeDrawing(address.input.drawing)) {
    problems.push("Cannot show the drawing: its text is not a drawing, expected one of this page");
    left.input = null;
  }
  const noChanges = { changes: [], otherChanges: [], at: 0 };
  const knobs = preset?.knobs ?? address.knobs;
  left.knobs = knobs;
  tryAll(() => resolveConfig(knobs), { knobs: {}, difference: null, ...noChanges });
  const { difference } = address, usable = left.knobs;
  tryAll(() => assertChanges(usable, address.changes), noChanges);
  if (difference && !("difference" in left)) {
    const settings = { data: address.data, knobs: usable, run: address.run };
    tryAll(() => assertChanges(differing(settings, difference).knobs, []), { difference: null, ...noChanges });
    if (!("difference" in left)) {
      tryAll(() => assertChanges(differing(settings, difference).knobs, address.otherChanges), noChanges);
    }
  }
  return { address: { ...address, ...left }, problems };
}

/** @throws {KnobError} The knobs, with each change in turn, cannot be trained. */
function assertChanges(knobs: LiveSettings["knobs"], changes: Change[]): void {
  let now = knobs;
  resolveConfig(now);
  for (const { knob, value } of changes) resolveConfig(now = { ...now, [knob]: value });
}
