/**
 * A scaling as JSON has it, and back: in the metadata of a model's file and in checkpoints.
 *
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { quoted } from "../errors.ts";
import { SCALES, type Scaling, SUBTRACTS } from "./scaling.ts";

/** A scaling with its arrays as lists of numbers. */
export interface StoredScaling extends Omit<Scaling, "offset" | "factor"> {
  offset: number[] | null;
  factor: number | number[];
}

/** What is stored of a scaling, in the order in which it is written. */
export function storedScaling({ scale, subtract, offset, factor, sampledRows }: Scaling): StoredScaling {
  const plain = { offset: offset && [...offset], factor: typeof factor === "number" ? factor : [...factor] };
  return { scale, subtract, ...plain, sampledRows };
}

/**
 * A scaling that was stored.
 *
 * @param options.dInput Values of a row.
 * @throws {SyntaxError} It is not an object, or a part of it is missing, unknown or out of range.
 */
export function scalingFrom(stored: unknown, { dInput }: { dInput: number }): Scaling {
  const fail = (now: string, expected: string) => new SyntaxError(`its scaling ${now}, expected ${expected}`);
  if (!isObject(stored)) throw fail("is not there or not a JSON object", "what this program writes");
  const { scale, subtract, offset, factor, sampledRows, ...others } = stored;
  const [other] = Object.keys(others);
  if (other !== undefined) throw fail(`has ${quoted(other)}`, "scale, subtract, offset, factor and sampledRows alone");
  if (!isOneOf(SCALES, scale)) throw fail("has an unknown scale", SCALES.join(", "));
  if (!isOneOf(SUBTRACTS, subtract)) throw fail("has an unknown subtract", SUBTRACTS.join(", "));
  const isVector = (values: unknown): values is number[] =>
    Array.isArray(values) && values.length === dInput && values.every(isFloat32);
  if (offset !== null && !isVector(offset)) throw fail("has a wrong offset", `null or ${dInput} finite numbers`);
  if (!isFloat(factor) && !isVector(factor)) throw fail("has a wrong factor", `a number or ${dInput} finite numbers`);
  if (typeof sampledRows !== "number" || !Number.isSafeInteger(sampledRows) || sampledRows < 0) {
    throw fail("has wrong sampledRows", "a whole number of at least 0");
  }
  return {
    ...{ scale, subtract, sampledRows },
    offset: offset && Float32Array.from(offset),
    factor: typeof factor === "number" ? factor : Float32Array.from(factor),
  };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isOneOf<Word extends string>(words: readonly Word[], value: unknown): value is Word {
  return words.some((word) => word === value);
}

function isFloat(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value);
}

/** Whether a number stays finite as a float32. */
function isFloat32(value: unknown): value is number {
  return isFloat(value) && Number.isFinite(Math.fround(value));
}
