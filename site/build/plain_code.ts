/**
 * Texts that only a reader of the source needs, left out of what a browser loads: what knobs mean and where their defaults
 * come from, which fields kernels read, and the comments of WebGPU kernels. Pages that show such texts have them from the
 * build.
 *
 * @module
 */

/** Files with such texts, by the end of their paths. */
const FILES =
  /\/lib\/(?:config_knobs|data\/data_knobs|data\/generated\/\w+_knobs|sae\/sparsity\/\w+|engine\/structs)\.ts$/;

const QUOTED = String.raw`(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')`;
/** A text of one or several lines. */
const TEXT = String.raw`(?:String\s*\.raw\x60[^\x60]*\x60|${QUOTED}(?:\s*\+\s*${QUOTED})*)`;
const FIELD = new RegExp(String.raw`\b(word|float|flag)\(\s*${TEXT}`, "g");
/** WGSL has no texts in which two slashes could stand. */
const COMMENT = /^[ \t]*\/\/.*\n|[ \t]*\/\/.*$/gm;

/** What is left out: in a page, which shows what a variant teaches, and in a Worker. */
const NAMES = { page: ["help", "source", "equation", "doc"], worker: ["help", "source", "equation", "doc", "lesson"] };

/**
 * The code of a file without such texts.
 *
 * @returns Undefined if the file has none.
 */
export function withoutTexts(
  code: string,
  { path, of }: { path: string; of: keyof typeof NAMES },
): string | undefined {
  if (path.endsWith(".wgsl")) return code.replace(COMMENT, "");
  if (!FILES.test(path)) return undefined;
  const named = new RegExp(String.raw`\b(${NAMES[of].join("|")}):\s*${TEXT}`, "g");
  return code.replace(named, '$1: ""').replace(FIELD, '$1(""');
}

/** A plugin for Vite, of what a browser loads alone; before others, which make modules of kernels. */
export function plainCode(of: keyof typeof NAMES) {
  return {
    name: "plain-code",
    enforce: "pre" as const,
    applyToEnvironment: ({ config: { consumer } }: { config: { consumer: string } }) => consumer === "client",
    transform: (code: string, path: string) => {
      const plain = withoutTexts(code, { path, of });
      return plain === undefined ? undefined : { code: plain, map: null };
    },
  };
}

/** A plugin for Vite's workers: a file that is loaded when it is needed has no style sheets to load before. */
export function plainImports() {
  return {
    name: "plain-imports",
    enforce: "pre" as const,
    load: (id: string) =>
      id === "\0vite/preload-helper.js" ? "export const __vitePreload = (load) => load();" : undefined,
  };
}
