/**
 * A small assembler of WebAssembly: expressions are arrays of bytes, functions are written with them, a module is their list.
 *
 * Knows the instructions that `lib/engine/cpu/products/` uses and no others, and checks nothing: what is wrong does not
 * compile. A memory is named by its number. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */

/** Instructions; what they leave on the stack is their value. */
export type Code = number[];

/** A type of a value. */
export type ValueType = 0x7f | 0x7d | 0x7b;
/** Integers and addresses, floats, and vectors of four floats. */
export const I32: ValueType = 0x7f, F32: ValueType = 0x7d, V128: ValueType = 0x7b;

/** The number of a function's parameter or variable. */
export type Local = number;

/** Unsigned LEB128, the binary format's way to write a number. */
function unsigned(n: number): Code {
  const bytes: Code = [];
  for (; n >= 128; n = Math.floor(n / 128)) bytes.push(n % 128 + 128);
  return [...bytes, n];
}

/** Signed LEB128 of a 32-bit integer. */
function signed(n: number): Code {
  const bytes: Code = [];
  for (; n < -64 || n >= 64; n >>= 7) bytes.push((n & 127) | 128);
  return [...bytes, n & 127];
}

/** An integer of 32 bits, or an address. */
export const i32 = (n: number): Code => [0x41, ...signed(n)];
/** The value of a parameter or variable. */
export const get = (local: Local): Code => [0x20, ...unsigned(local)];
/** local ← value */
export const set = (local: Local, value: Code): Code => [...value, 0x21, ...unsigned(local)];

/** a + b, of integers, modulo 2³². */
export const add = (a: Code, b: Code): Code => [...a, ...b, 0x6a];
/** a − b, modulo 2³². */
export const sub = (a: Code, b: Code): Code => [...a, ...b, 0x6b];
/** a · b, modulo 2³². */
export const mul = (a: Code, b: Code): Code => [...a, ...b, 0x6c];
/** ⌊a / b⌋, of addresses and counts; traps if b is 0. */
export const divide = (a: Code, b: Code): Code => [...a, ...b, 0x6e];
/** 1 if a = b, else 0. */
export const equal = (a: Code, b: Code): Code => [...a, ...b, 0x46];
/** 1 if a < b, of addresses and counts, else 0. */
export const less = (a: Code, b: Code): Code => [...a, ...b, 0x49];
/** Bits that both have. */
export const and = (a: Code, b: Code): Code => [...a, ...b, 0x71];
/** Bits that either has. */
export const or = (a: Code, b: Code): Code => [...a, ...b, 0x72];
/** ⌊a / 2ⁿ⌋ */
export const shiftRight = (a: Code, n: Code): Code => [...a, ...n, 0x76];
/** The largest power of 2 that is not above `a`, which is not 0. */
export const powerOf2 = (a: Code): Code => shiftRight(i32(-(2 ** 31)), [...a, 0x67]);
/** 1 if a is 0, else 0. */
export const not = (a: Code): Code => [...a, 0x45];
/** `a` if the condition is not 0, else `b`; both are computed. */
export const select = (condition: Code, a: Code, b: Code): Code => [...a, ...b, ...condition, 0x1b];
/** The smaller of two addresses or counts. */
export const min = (a: Code, b: Code): Code => select(less(a, b), a, b);
/** local ← local + n */
export const increase = (local: Local, n: Code): Code => set(local, add(get(local), n));

/** Where memory is accessed: a number of a memory, an address in bytes, and a constant that is added to it. */
export interface Place {
  memory: number;
  address: Code;
  offset?: number;
}

/** An access that promises an address of a multiple of 4. */
function access({ memory, offset = 0 }: Place): Code {
  const ALIGNED_TO_4 = 2, HAS_MEMORY = 0x40;
  return memory === 0
    ? [ALIGNED_TO_4, ...unsigned(offset)]
    : [ALIGNED_TO_4 | HAS_MEMORY, ...unsigned(memory), ...unsigned(offset)];
}

const vector = (opcode: number): Code => [0xfd, ...unsigned(opcode)];

/** A float from memory. */
export const loadFloat = (place: Place): Code => [...place.address, 0x2a, ...access(place)];
/** Writes a float to memory. */
export const storeFloat = (place: Place, value: Code): Code => [...place.address, ...value, 0x38, ...access(place)];
/** Four neighbouring floats from memory. */
export const loadVector = (place: Place): Code => [...place.address, ...vector(0x00), ...access(place)];
/** One float in all four lanes. */
export const loadSpread = (place: Place): Code => [...place.address, ...vector(0x09), ...access(place)];
/** Writes four floats to memory. */
export const storeVector = (place: Place, value: Code): Code => [
  ...place.address,
  ...value,
  ...vector(0x0b),
  ...access(place),
];
/** `value` with one lane read from memory. */
export const loadLane = (place: Place, value: Code, lane: number): Code => [
  ...[...place.address, ...value],
  ...[...vector(0x56), ...access(place), lane],
];
/** Writes one lane of `value` to memory. */
export const storeLane = (place: Place, value: Code, lane: number): Code => [
  ...[...place.address, ...value],
  ...[...vector(0x5a), ...access(place), lane],
];
/** Copies bytes from one place to another, of the same or another memory. Takes no offsets. */
export const copy = (to: Place, from: Place, bytes: Code): Code => [
  ...[...to.address, ...from.address, ...bytes],
  ...[0xfc, 10, ...unsigned(to.memory), ...unsigned(from.memory)],
];
/** Sets bytes to 0. Takes no offset. */
export const clear = (place: Place, bytes: Code): Code => [
  ...[...place.address, ...i32(0), ...bytes],
  ...[0xfc, 11, ...unsigned(place.memory)],
];

/** Four zeros. */
export const ZEROS: Code = [...vector(0x0c), ...new Array(16).fill(0)];
/** Four 32-bit lanes of `a` (0 to 3) and `b` (4 to 7). */
export const shuffle = (a: Code, b: Code, lanes: readonly number[]): Code => [
  ...[...a, ...b, ...vector(0x0d)],
  ...lanes.flatMap((lane) => [0, 1, 2, 3].map((byte) => 4 * lane + byte)),
];
/** a·b + c in each lane: with relaxed SIMD one instruction that rounds once (where the machine has it), else two. */
export const multiplyAdd = (isRelaxed: boolean, { a, b, c }: { a: Code; b: Code; c: Code }): Code => {
  const MULTIPLY_ADD = 0x105, MULTIPLY = 0xe6, ADD = 0xe4;
  return isRelaxed
    ? [...a, ...b, ...c, ...vector(MULTIPLY_ADD)]
    : [...c, ...a, ...b, ...vector(MULTIPLY), ...vector(ADD)];
};

/** Repeats a body as long as the condition before it is not 0. */
export const loop = (whileTrue: Code, body: Code): Code => [
  ...[0x02, 0x40, 0x03, 0x40], // a block to leave, a loop to repeat
  ...[...not(whileTrue), 0x0d, 1], // leave
  ...[...body, 0x0c, 0, 0x0b, 0x0b],
];
/** Runs one of two bodies. */
export const when = (condition: Code, then: Code, otherwise: Code = []): Code => [
  ...[...condition, 0x04, 0x40, ...then],
  ...(otherwise.length > 0 ? [0x05, ...otherwise] : []),
  0x0b,
];

/** A function while it is written. */
export class WasmFunction {
  readonly parameters: readonly ValueType[];
  readonly #variables: ValueType[] = [];
  /** Its instructions. */
  body: Code = [];

  constructor(
    /** Its name, by which it is exported if it is. */
    readonly name: string,
    { parameters = [] }: { parameters?: ValueType[] } = {},
  ) {
    this.parameters = parameters;
  }

  /** A further variable, 0 at first. */
  variable(type: ValueType): Local {
    return this.parameters.length + this.#variables.push(type) - 1;
  }

  /** `n` further variables. */
  variables(type: ValueType, n: number): Local[] {
    return Array.from({ length: n }, () => this.variable(type));
  }

  /** Appends instructions. */
  write(...parts: Code[]): void {
    for (const part of parts) for (const byte of part) this.body.push(byte);
  }

  /** As the code section has it. */
  encode(): Code {
    const variables = this.#variables.map((type) => [1, type]);
    const code = list(variables).concat(this.body, 0x0b);
    return unsigned(code.length).concat(code);
  }
}

/** A memory that a module imports. */
export interface ImportedMemory {
  module: string;
  name: string;
  minPages: number;
  /** Needed if it is shared. */
  maxPages?: number;
  isShared: boolean;
}

/** A module of functions without results. */
export class WasmModule {
  readonly #functions: WasmFunction[] = [];
  readonly #memories: ImportedMemory[];

  constructor(memories: ImportedMemory[]) {
    this.#memories = memories;
  }

  /** Adds a function, and returns what calls it with values for its parameters. */
  add(f: WasmFunction): (...args: Code[]) => Code {
    const index = this.#functions.push(f) - 1;
    return (...args) => [...args.flat(), 0x10, ...unsigned(index)];
  }

  /** The module in the binary format, with the functions of these names exported. */
  encode(exports: string[]): Uint8Array<ArrayBuffer> {
    const functions = this.#functions;
    const exported = exports.map((
      name,
    ) => [...text(name), 0, ...unsigned(functions.findIndex((f) => f.name === name))]);
    const header = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]; // "\0asm", version 1
    return new Uint8Array(header.concat(
      section(1, functions.map(({ parameters }) => [0x60, ...list(parameters.map((type) => [type])), 0])),
      section(2, this.#memories.map(memoryImport)),
      section(3, functions.map((_, i) => unsigned(i))),
      section(7, exported),
      section(10, functions.map((f) => f.encode())),
    ));
  }
}

function memoryImport({ module, name, minPages, maxPages, isShared }: ImportedMemory): Code {
  const flags = (maxPages === undefined ? 0 : 1) | (isShared ? 2 : 0);
  const limits = [flags, ...unsigned(minPages), ...(maxPages === undefined ? [] : unsigned(maxPages))];
  return [...text(module), ...text(name), 2, ...limits];
}

function section(id: number, entries: Code[]): Code {
  const body = list(entries);
  return [id].concat(unsigned(body.length), body);
}

function list(entries: Code[]): Code {
  return unsigned(entries.length).concat(entries.flat());
}

function text(value: string): Code {
  const bytes = new TextEncoder().encode(value);
  return [...unsigned(bytes.length), ...bytes];
}
