/**
 * The CPU engine's kernels as most tests want them, read once a file and when the first test asks: reading takes a permission.
 *
 * @module
 */
import { loadKernels } from "../../lib/engine/cpu/load_kernels.ts";

let loaded: ReturnType<typeof loadKernels> | undefined;

/** See the module comment. */
export function kernels(): ReturnType<typeof loadKernels> {
  return loaded ??= loadKernels();
}
