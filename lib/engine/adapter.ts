/**
 * What is known of a WebGPU adapter: whether it is software, and its name in words.
 *
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */

const SOFTWARE = /llvmpipe|lavapipe|swiftshader|basic render|warp/i;

/**
 * Whether an adapter computes on the CPU: correct, and slower than WebAssembly on the same cores. Deno names it in the
 * description, Chromium in the architecture.
 */
export function isSoftwareAdapter({ isFallbackAdapter, description, architecture }: GPUAdapterInfo): boolean {
  return isFallbackAdapter || SOFTWARE.test(description) || SOFTWARE.test(architecture);
}

/** An adapter in words: whichever of its fields are filled. */
export function describeAdapter(info: GPUAdapterInfo): string {
  // Numbers are identifiers of vendors and devices that have no name here.
  const words = [info.description, info.device, info.vendor, info.architecture].filter((word) =>
    word && !/^\d+$/.test(word)
  );
  return [...new Set(words)].join(", ") || "an unnamed adapter";
}
