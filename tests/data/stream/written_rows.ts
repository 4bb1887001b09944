/**
 * Files of numbered rows in any type of number, with a plan of them and with what a model must read.
 *
 * Bytes are written number by number with DataView; the truth is computed in float64 from the numbers, not from the bytes.
 *
 * @module
 */
import { identityOf } from "../../../lib/data/files/file_identity.ts";
import { isHeldOut } from "../../../lib/data/held_out.ts";
import type { FlatRows } from "../../../lib/data/readers/opened_rows.ts";
import { type Scaling, UNSCALED } from "../../../lib/data/scaling.ts";
import type { StreamPlan } from "../../../lib/data/stream/stream_plan.ts";
import { bytesOf, type NumberType } from "../../../lib/formats/number_types.ts";
import type { Pixels } from "../../../lib/pixels.ts";

/** One file of rows. */
export interface WrittenPart {
  count: number;
  type?: NumberType;
  isBigEndian?: boolean;
  /** Bytes before the rows, as a header takes. */
  lead?: number;
}

/** What is written, and how it is read. */
export interface WrittenRows {
  parts: WrittenPart[];
  dInput: number;
  testShare?: number;
  /** Training rows, if not all. */
  limit?: number;
  storesBytes?: boolean;
  areBytes?: boolean;
  scaling?: Scaling;
}

/** A plan with its truth. */
export interface PlannedRows {
  plan: StreamPlan;
  /** The training rows in the order of the files, `[plan.count, dInput]`, as a model reads them. */
  pixels: Pixels;
}

/** The number at a place, exact in every type; the first two values of a row are the row's number. */
export function valueAt(row: number, column: number, areBytes: boolean): number {
  if (column === 0) return row % 100;
  if (column === 1) return Math.floor(row / 100) % 100;
  const mixed = Math.imul(row * 31 + column, 0x9e3779b1) >>> 16;
  return areBytes ? mixed % 3 === 0 ? mixed % 200 : 0 : mixed % 101; // at most 7 bits, as brain floats have
}

/** Writes files `0.bin`, `1.bin`, … to a folder. */
export async function writeRows(folder: string, written: WrittenRows): Promise<PlannedRows> {
  const { parts, dInput, testShare = 0, storesBytes = false, areBytes = false, scaling = UNSCALED } = written;
  const files = [], placed: FlatRows[] = [];
  let first = 0;
  for (const [file, { count, type = "f32", isBigEndian = false, lead = 0 }] of parts.entries()) {
    const path = `${folder}/${file}.bin`,
      size = bytesOf(type),
      view = new DataView(new ArrayBuffer(count * dInput * size));
    for (let i = 0; i < count * dInput; i++) {
      const value = valueAt(first + Math.floor(i / dInput), i % dInput, storesBytes);
      setNumber(view, i * size, { value, type, isLittleEndian: !isBigEndian });
    }
    const content = new Uint8Array(lead + view.byteLength).fill(7);
    content.set(new Uint8Array(view.buffer), lead);
    await Deno.writeFile(path, content);
    files.push(await identityOf(path));
    placed.push({ file, offset: lead, type, isBigEndian, count });
    first += count;
  }
  const trained = Array.from({ length: first }, (_, row) => row).filter((row) => !isHeldOut(row, testShare))
    .slice(0, written.limit);
  const values = trained.flatMap((row) => {
    const numbers = Array.from({ length: dInput }, (_, column) => valueAt(row, column, storesBytes));
    return areBytes
      ? numbers
      : scaled(numbers.map((number) => storesBytes ? Math.fround(number / 255) : number), scaling);
  });
  return {
    plan: { files, parts: placed, dInput, storesBytes, areBytes, scaling, testShare, count: trained.length },
    pixels: areBytes ? Uint8Array.from(values) : Float32Array.from(values),
  };
}

/** x′ of `scaling.ts`, of one row: one rounding to 32 bits after all of it. */
function scaled(row: number[], { scale, offset, factor }: Scaling): number[] {
  const moved = row.map((value, i) =>
    Math.fround((value - (offset?.[i] ?? 0)) * (typeof factor === "number" ? factor : factor[i]))
  );
  if (scale !== "row-norm") return moved;
  const by = Math.sqrt(moved.length / moved.reduce((sum, value) => sum + value * value, 0));
  return moved.map((value) => value * by);
}

/** Writes one number. */
export function setNumber(
  view: DataView,
  at: number,
  { value, type, isLittleEndian }: { value: number; type: NumberType; isLittleEndian: boolean },
): void {
  switch (type) {
    case "u8":
    case "bool":
      return view.setUint8(at, value);
    case "i8":
      return view.setInt8(at, value);
    case "u16":
      return view.setUint16(at, value, isLittleEndian);
    case "i16":
      return view.setInt16(at, value, isLittleEndian);
    case "u32":
      return view.setUint32(at, value, isLittleEndian);
    case "i32":
      return view.setInt32(at, value, isLittleEndian);
    case "u64":
      return view.setBigUint64(at, BigInt(value), isLittleEndian);
    case "i64":
      return view.setBigInt64(at, BigInt(value), isLittleEndian);
    case "f32":
      return view.setFloat32(at, value, isLittleEndian);
    case "f64":
      return view.setFloat64(at, value, isLittleEndian);
    case "f16":
      return view.setFloat16(at, value, isLittleEndian);
    case "bf16": {
      const whole = new DataView(new ArrayBuffer(4));
      whole.setFloat32(0, value);
      return view.setUint16(at, whole.getUint16(0), isLittleEndian); // the upper half
    }
  }
}
