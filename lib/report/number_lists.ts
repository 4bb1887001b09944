/**
 * Schemas of long lists of numbers. zod's own arrays make an object for each number, which for the hundreds of thousands of
 * numbers of a report takes ten times as long.
 *
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { z } from "zod";

/** What the numbers of a list must be. */
export interface NumberRange {
  /** Whether they are integers, which are then at least 0. */
  isInteger?: boolean;
  /** The smallest number, itself allowed. */
  min?: number;
  /** The largest number, itself allowed. */
  max?: number;
}

/** How many numbers a list has. */
export interface ListSize {
  length?: number;
  /** The fewest. */
  least?: number;
}

/** A list of finite numbers. */
export function numbers(limits: NumberRange & ListSize = {}): z.ZodType<number[], number[]> {
  return list(limits, { isNullable: false }) as z.ZodType<number[], number[]>;
}

/** A list of finite numbers and nulls. */
export function numbersOrNull(limits: NumberRange & ListSize = {}): z.ZodType<(number | null)[], (number | null)[]> {
  return list(limits, { isNullable: true }) as z.ZodType<(number | null)[], (number | null)[]>;
}

function list(limits: NumberRange & ListSize, { isNullable }: { isNullable: boolean }): z.ZodType {
  const { isInteger = false, length, least = 0 } = limits;
  const min = limits.min ?? (isInteger ? 0 : -Infinity), max = limits.max ?? Infinity;
  const type = isInteger ? "integer" : "number";
  const isRight = (value: unknown) =>
    typeof value === "number"
      ? value >= min && value <= max && (isInteger ? Number.isSafeInteger(value) : Number.isFinite(value))
      : isNullable && value === null;
  const expected = `${isInteger ? "an integer" : "a number"}${rangeText(min, max)}${isNullable ? " or null" : ""}`;
  return z.any().superRefine((values: unknown, context) => {
    const wrong = (message: string, path: number[] = []) => context.addIssue({ code: "custom", path, message });
    if (!Array.isArray(values)) return wrong("expected a list of numbers");
    if (length !== undefined && values.length !== length) return wrong(`expected ${length} numbers`);
    if (values.length < least) return wrong(`expected at least ${least} numbers`);
    for (let i = 0; i < values.length; i++) {
      if (!isRight(values[i])) return wrong(`expected ${expected}`, [i]);
    }
  }).meta({ type: "array", items: isNullable ? { anyOf: [{ type }, { type: "null" }] } : { type } });
}

function rangeText(min: number, max: number): string {
  if (max < Infinity) return ` from ${min} to ${max}`;
  return min > -Infinity ? ` of at least ${min}` : "";
}
