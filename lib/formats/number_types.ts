/**
 * The number types that files hold.
 *
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */

/** Types of numbers: unsigned and signed integers, floats, and brain floats, by their bits. */
export const NUMBER_TYPES = [
  ...["bool", "u8", "u16", "u32", "u64", "i8", "i16", "i32", "i64"] as const,
  ...["f16", "bf16", "f32", "f64"] as const,
] as const;

/** A type of number. */
export type NumberType = typeof NUMBER_TYPES[number];

/** Bytes of one number. */
export function bytesOf(type: NumberType): number {
  return type === "bool" ? 1 : Number(type.replace(/\D/g, "")) / 8;
}

/** Whether numbers of this type have fractions. */
export function isFloat(type: NumberType): boolean {
  return type.includes("f");
}
