/**
 * Structs of 4-byte fields that a host and its kernels share: where each field is, and access to it by name.
 *
 * Knows no particular struct (`structs.ts` has them all). Numbers are little-endian, as WebAssembly and WebGPU have
 * them. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */

/** What a field's 4 bytes are: a count or an address, a number, or a claim that is stored as 0 or 1. */
export type FieldType = "u32" | "f32" | "flag";

/** A field, as a struct's table has it. */
export interface Field<Type extends FieldType = FieldType> {
  type: Type;
  /** What it is, in a sentence. */
  doc: string;
  /** The struct whose address it is, by name. */
  pointsTo?: string;
  /** Whether it begins a cache line, so that a thread that changes it does not slow readers of other fields. */
  beginsLine?: boolean;
}

/** Fields by name, in their order in memory. */
export type Fields = Record<string, Field>;

/** Where a struct's fields are. */
export interface Struct<Named extends Fields = Fields> {
  name: string;
  doc: string;
  fields: Named;
  /** Bytes from the struct's start to each field. */
  offsets: { readonly [Name in keyof Named]: number };
  /** Bytes of the whole struct. */
  bytes: number;
}

/** A value for each field of a struct. */
export type StructValues<Named extends Fields> = {
  [Name in keyof Named]: Named[Name] extends Field<"flag"> ? boolean : number;
};

const FIELD_BYTES = 4;
const LINE_BYTES = 64;

/** A field that counts something or is an address. */
export function word(doc: string, options: Pick<Field, "pointsTo" | "beginsLine"> = {}): Field<"u32"> {
  return { type: "u32", doc, ...options };
}

/** A field that is a number of 32 bits. */
export function float(doc: string): Field<"f32"> {
  return { type: "f32", doc };
}

/** A field that is true or false. */
export function flag(doc: string): Field<"flag"> {
  return { type: "flag", doc };
}

/**
 * Lays fields out one after the other.
 *
 * @param options.unit What `bytes` is rounded up to, in bytes: 16 for a struct of which a uniform buffer has several.
 */
export function struct<Named extends Fields>(
  name: string,
  { doc, fields, unit = FIELD_BYTES }: { doc: string; fields: Named; unit?: number },
): Struct<Named> {
  let end = 0;
  const offsets = Object.entries(fields).map(([field, { beginsLine }]) => {
    if (beginsLine) end = Math.ceil(end / LINE_BYTES) * LINE_BYTES;
    const offset = end;
    end += FIELD_BYTES;
    return [field, offset];
  });
  return { name, doc, fields, offsets: Object.fromEntries(offsets), bytes: Math.ceil(end / unit) * unit };
}

/** A struct that is somewhere in memory. */
export class PlacedStruct<Named extends Fields> {
  readonly #struct: Struct<Named>;
  readonly #view: DataView;

  /** @param place.address Where it begins, in bytes from the buffer's start. */
  constructor(struct: Struct<Named>, { buffer, address }: { buffer: ArrayBufferLike; address: number }) {
    this.#struct = struct;
    this.#view = new DataView(buffer, address, struct.bytes);
  }

  /** Writes every field. */
  write(values: StructValues<Named>): void {
    this.set(values);
  }

  /** Writes some fields. */
  set(values: Partial<StructValues<Named>>): void {
    const { fields, offsets } = this.#struct;
    for (const name in values) {
      const value = Number(values[name]);
      if (fields[name].type === "f32") this.#view.setFloat32(offsets[name], value, true);
      else this.#view.setUint32(offsets[name], value, true);
    }
  }

  /** Reads one field. */
  get<Name extends keyof Named>(name: Name): StructValues<Named>[Name] {
    const { fields, offsets } = this.#struct, { type } = fields[name];
    const value = type === "f32"
      ? this.#view.getFloat32(offsets[name], true)
      : this.#view.getUint32(offsets[name], true);
    return (type === "flag" ? value !== 0 : value) as StructValues<Named>[Name];
  }
}
