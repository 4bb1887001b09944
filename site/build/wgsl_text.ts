/**
 * WebGPU kernels as texts in a page's script: `import code from "./kernel.wgsl" with { type: "text" }`, as Deno reads them.
 *
 * @module
 */

/** A plugin for Vite; workers need it, too. */
export function wgslText() {
  return {
    name: "wgsl-text",
    enforce: "pre" as const,
    transform: (code: string, id: string) =>
      id.endsWith(".wgsl") ? { code: `export default ${JSON.stringify(code)};`, map: null } : undefined,
  };
}
