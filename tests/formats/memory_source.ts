/**
 * A file in memory, as readers of formats take it.
 *
 * @module
 */
import type { ByteSource } from "../../lib/formats/byte_source.ts";

/** Bytes under a name. A read outside them is a fault of the reader. */
export function memorySource(name: string, bytes: Uint8Array): ByteSource {
  return {
    name,
    size: bytes.length,
    read(from, to) {
      if (!(Number.isInteger(from) && Number.isInteger(to) && from >= 0 && from <= to && to <= bytes.length)) {
        return Promise.reject(new RangeError(`${name}: bytes ${from} to ${to} of ${bytes.length} were read`));
      }
      return Promise.resolve(bytes.slice(from, to));
    },
  };
}
