/**
 * NumPy's archives written by hand, as `numpy.savez` and `numpy.savez_compressed` write them.
 *
 * @module
 */
import { npyTextHeader } from "../../lib/formats/npy.ts";
import { loadZip } from "../../lib/formats/zip_library.ts";
import { joined } from "../mutate.ts";

/** The bytes of an archive with a member `KEY.npy` for each array. */
export async function npzFile(
  arrays: Record<string, Uint8Array>,
  { isDeflated = false }: { isDeflated?: boolean } = {},
): Promise<Uint8Array<ArrayBuffer>> {
  const { Uint8ArrayReader, Uint8ArrayWriter, ZipWriter } = await loadZip();
  const zip = new ZipWriter(new Uint8ArrayWriter(), {
    level: isDeflated ? 6 : 0,
    dataDescriptor: false,
    extendedTimestamp: false,
  });
  for (const [key, bytes] of Object.entries(arrays)) await zip.add(`${key}.npy`, new Uint8ArrayReader(bytes));
  return new Uint8Array(await zip.close());
}

/** The bytes of an array of one word, as SciPy stores the format of a sparse matrix. */
export function npyWord(word: string): Uint8Array<ArrayBuffer> {
  return joined(npyTextHeader(word.length), new TextEncoder().encode(word));
}
