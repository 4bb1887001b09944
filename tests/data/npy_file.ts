/**
 * NumPy's files written by hand, as `numpy.save` writes them.
 *
 * @module
 */

/** The bytes of an array in C order. */
export function npyFile(
  descr: string,
  { shape, values }: {
    shape: number[];
    values: Uint8Array | Float32Array | Float16Array | Float64Array | BigInt64Array;
  },
): Uint8Array<ArrayBuffer> {
  const dict = `{'descr': '${descr}', 'fortran_order': False, 'shape': (${shape.join(", ")},), }`;
  const header = new TextEncoder().encode(dict.padEnd(Math.ceil((dict.length + 11) / 64) * 64 - 11) + "\n");
  const data = new Uint8Array(values.buffer as ArrayBuffer, values.byteOffset, values.byteLength);
  const file = new Uint8Array(10 + header.length + data.length);
  file.set([0x93, ...new TextEncoder().encode("NUMPY"), 1, 0, header.length & 255, header.length >> 8]);
  file.set(header, 10);
  file.set(data, 10 + header.length);
  return file;
}

/** An array of `<f4`. */
export function npyFloats(values: Float32Array, dInput: number): Uint8Array<ArrayBuffer> {
  return npyFile("<f4", { shape: [values.length / dInput, dInput], values });
}
