/**
 * A folder that another program wrote: its files, its settings and its tensors, each checked before it is used.
 *
 * Knows no program's layout. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { printablePath, quoted, UserError } from "../errors.ts";
import type { ByteSource } from "../formats/byte_source.ts";

/** A folder of another program. */
export interface ExchangeFolder {
  /** What an error calls it. */
  name: string;
  /** Its files by their paths from it, such as `checkpoints/final.safetensors`. */
  files: ReadonlyMap<string, ByteSource>;
}

/** An array by its shape, row-major. */
export interface FloatTensor {
  shape: readonly number[];
  values: Float32Array<ArrayBuffer>;
}

/** A longer file of settings was written by no program that is known. */
const MOST_SETTINGS_BYTES = 2 ** 20;

/** The one line that says why a folder cannot be imported. */
export function refusal({ name }: Pick<ExchangeFolder, "name">, { now, expected }: {
  now: string;
  expected: string;
}): UserError {
  return new UserError(`Cannot import ${printablePath(name)}: ${now}, expected ${expected}`);
}

/** A file of settings: a JSON object whose values are asked for one by one. */
export class Settings {
  readonly #folder: ExchangeFolder;
  readonly #path: string;
  readonly #values: Readonly<Record<string, unknown>>;

  private constructor(folder: ExchangeFolder, { path, values }: { path: string; values: Record<string, unknown> }) {
    this.#folder = folder;
    this.#path = path;
    this.#values = values;
  }

  /** @throws {UserError} The file is longer than a megabyte, or is not a JSON object. */
  static async read(folder: ExchangeFolder, path: string): Promise<Settings> {
    const source = folder.files.get(path)!;
    if (source.size > MOST_SETTINGS_BYTES) {
      throw refusal(folder, {
        now: `${path} has ${source.size} bytes`,
        expected: `at most ${MOST_SETTINGS_BYTES}`,
      });
    }
    let values: unknown;
    try {
      values = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(await source.read(0, source.size)));
    } catch {
      throw refusal(folder, { now: `${path} is not JSON`, expected: "a JSON object" });
    }
    if (!isObject(values)) throw refusal(folder, { now: `${path} is not an object`, expected: "a JSON object" });
    return new Settings(folder, { path, values });
  }

  /** Whether a setting is there and not null. */
  has(name: string): boolean {
    return (this.#values[name] ?? null) !== null;
  }

  /** The refusal of a setting's value. */
  refusal(name: string, expected: string): UserError {
    const value = this.#values[name];
    const now = value === undefined ? `lacks ${quoted(name)}` : `has ${quoted(name)}: ${shown(value)}`;
    return refusal(this.#folder, { now: `${this.#path} ${now}`, expected });
  }

  /** A whole number of at least 1. */
  count(name: string): number {
    const value = this.#values[name];
    if (typeof value === "number" && Number.isSafeInteger(value) && value >= 1) return value;
    throw this.refusal(name, "a whole number of at least 1");
  }

  /** A finite number. */
  number(name: string): number {
    const value = this.#values[name];
    if (typeof value === "number" && Number.isFinite(value)) return value;
    throw this.refusal(name, "a number");
  }

  /** True or false. */
  flag(name: string, { missing }: { missing: boolean }): boolean {
    if (!this.has(name)) return missing;
    const value = this.#values[name];
    if (typeof value === "boolean") return value;
    throw this.refusal(name, "true or false");
  }

  /** A word. */
  word(name: string, { missing }: { missing?: string } = {}): string {
    const value = this.#values[name] ?? missing;
    if (typeof value === "string") return value;
    throw this.refusal(name, "a word");
  }

  /** An object of settings; an empty one if it is not there. */
  part(name: string): Settings {
    const values = this.#values[name] ?? {};
    if (!isObject(values)) throw this.refusal(name, "an object");
    return new Settings(this.#folder, { path: `${this.#path}'s ${quoted(name)}`, values });
  }
}

/**
 * The tensors that a model needs, each of its shape and of finite numbers.
 *
 * @param options.path The file that holds them.
 * @param options.shapes The shape of each; every other tensor is refused.
 * @throws {UserError} One is missing, one more is there, or one has another shape or a number that is not finite.
 */
export function checkedTensors<Name extends string>(
  folder: ExchangeFolder,
  { path, tensors, shapes }: {
    path: string;
    tensors: Readonly<Record<string, FloatTensor>>;
    shapes: Readonly<Record<Name, readonly number[]>>;
  },
): Record<Name, Float32Array<ArrayBuffer>> {
  const names = Object.keys(shapes) as Name[];
  const extra = Object.keys(tensors).find((name) => !Object.hasOwn(shapes, name));
  if (extra !== undefined) {
    throw refusal(folder, { now: `${path} has the tensor ${quoted(extra)}`, expected: `only ${names.join(", ")}` });
  }
  return Object.fromEntries(names.map((name) => {
    const tensor = Object.hasOwn(tensors, name) ? tensors[name] : undefined, shape = `[${shapes[name].join(", ")}]`;
    if (!tensor) {
      throw refusal(folder, { now: `${path} lacks the tensor ${name}`, expected: `one of shape ${shape}` });
    }
    if (`${tensor.shape}` !== `${shapes[name]}`) {
      throw refusal(folder, { now: `${name} of ${path} has shape [${tensor.shape.join(", ")}]`, expected: shape });
    }
    const wrong = tensor.values.findIndex((value) => !Number.isFinite(value));
    if (wrong >= 0) {
      const now = `number ${wrong} of ${name} in ${path} is ${tensor.values[wrong]}`;
      throw refusal(folder, { now, expected: "finite numbers" });
    }
    return [name, tensor.values];
  })) as Record<Name, Float32Array<ArrayBuffer>>;
}

/** A value of a setting for an error message. */
function shown(value: unknown): string {
  if (typeof value === "string") return quoted(value);
  return Array.isArray(value) ? "a list" : isObject(value) ? "an object" : String(value);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
