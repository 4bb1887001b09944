/**
 * The kernels' memory as places handed out one after the other, and the way in and out of them.
 *
 * Does not know models. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { UserError } from "../../errors.ts";
import { type Fields, PlacedStruct, type Struct } from "../struct_fields.ts";

/** Most bytes of one memory: WebAssembly's 4 GiB, less a page so that no end of a place is beyond 32 bits. */
export const MOST_BYTES = 2 ** 32 - 65536;

const PAGE_BYTES = 65536;
/** Bytes of a cache line: what two threads write is at least so far apart. */
export const LINE_BYTES = 64;
/** The compiler keeps its own data in the first page. */
const FIRST_FREE = PAGE_BYTES;

/** A matrix in memory, rows `stride` bytes apart. */
export interface Matrix {
  address: number;
  stride: number;
}

/** Hands out places; after `allocate` there is a memory to write to. */
export class Arena {
  #end = FIRST_FREE;
  #memory: WebAssembly.Memory | null = null;
  floats = new Float32Array();
  words = new Uint32Array();
  bytes = new Uint8Array();

  /** The address of the next place. */
  get end(): number {
    return this.#end;
  }

  /** Room for this many bytes, on a cache line of its own. */
  take(bytes: number): number {
    const address = this.#end;
    this.#end = roundUp(address + bytes, LINE_BYTES);
    return address;
  }

  /** Room for a matrix with its width and height rounded up to 8. */
  takeMatrix(rows: number, width: number): Matrix {
    const lines = Math.ceil(4 * roundUp(width, 8) / LINE_BYTES);
    const stride = LINE_BYTES * (lines | 1); // an odd number of cache lines: columns spread over all of the cache's sets
    return { address: this.take(stride * roundUp(rows, 8)), stride };
  }

  /**
   * Makes the memory, all zeros, once every place is taken.
   *
   * @throws {UserError} There is not that much.
   */
  allocate({ isShared }: { isShared: boolean }): void {
    const pages = Math.ceil(this.#end / PAGE_BYTES);
    try {
      this.#memory = new WebAssembly.Memory({
        initial: pages,
        maximum: isShared ? pages : undefined,
        shared: isShared,
      });
    } catch (cause) {
      throw new UserError(
        `Cannot place the model and its images: they need ${Math.ceil(this.#end / 2 ** 20)} MiB, ` +
          `expected at most ${Math.ceil(MOST_BYTES / 2 ** 20)} MiB and no more than this process can get`,
        { cause },
      );
    }
    const buffer = this.#memory.buffer as ArrayBuffer;
    this.floats = new Float32Array(buffer);
    this.words = new Uint32Array(buffer);
    this.bytes = new Uint8Array(buffer);
  }

  /** The memory. */
  get memory(): WebAssembly.Memory {
    return this.#memory!;
  }

  /** Access to a struct at an address. */
  struct<Named extends Fields>(struct: Struct<Named>, address: number): PlacedStruct<Named> {
    return new PlacedStruct(struct, { buffer: this.memory.buffer, address });
  }

  /** This many rows of a matrix, gaps included. */
  view({ address, stride }: Matrix, rows: number): Float32Array {
    return this.floats.subarray(address / 4, (address + rows * stride) / 4);
  }

  /** Copies values `[rows, width]` to the start of a matrix. */
  writeRows({ address, stride }: Matrix, { values, width }: { values: Float32Array; width: number }): void {
    for (let row = 0; row * width < values.length; row++) {
      this.floats.set(values.subarray(row * width, (row + 1) * width), (address + row * stride) / 4);
    }
  }

  /** Copies the start of a matrix to `target`, `[rows, width]`. */
  readRows({ address, stride }: Matrix, { target, width }: { target: Float32Array; width: number }): void {
    for (let row = 0; row * width < target.length; row++) {
      const start = (address + row * stride) / 4;
      target.set(this.floats.subarray(start, start + width), row * width);
    }
  }
}

/** The next multiple of a unit. */
export function roundUp(n: number, unit: number): number {
  return Math.ceil(n / unit) * unit;
}
