/**
 * Texts that only a reader of the source needs, left out of what a Worker loads: what knobs and variants mean, which
 * fields kernels read, and the comments of WebGPU kernels.
 *
 * @module
 */

/** Files with such texts, by the end of their paths. */
const FILES = /\/lib\/(?:config_knobs|data\/dictionary_knobs|sae\/sparsity\/\w+|engine\/structs)\.ts$/;

const QUOTED = String.raw`(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')`;
/** A text of one or several lines. */
const TEXT = String.raw`(?:String\s*\.raw\x60[^\x60]*\x60|${QUOTED}(?:\s*\+\s*${QUOTED})*)`;
const NAMED = new RegExp(String.raw`\b(help|source|lesson|equation|doc):\s*${TEXT}`, "g");
const FIELD = new RegExp(String.raw`\b(word|float|flag)\(\s*${TEXT}`, "g");

/** WGSL has no texts in which two slashes could stand. */
const COMMENT = /^[ \t]*\/\/.*\n|[ \t]*\/\/.*$/gm;

/**
 * The code of a file without such texts.
 *
 * @returns Undefined if the file has none.
 */
export function withoutTexts(code: string, path: string): string | undefined {
  if (path.endsWith(".wgsl")) return code.replace(COMMENT, "");
  return FILES.test(path) ? code.replace(NAMED, '$1: ""').replace(FIELD, '$1(""') : undefined;
}

/** A plugin for Vite's workers; before others, which make modules of kernels. */
export function plainCode() {
  return {
    name: "plain-code",
    enforce: "pre" as const,
    transform: (code: string, id: string) => {
      const plain = withoutTexts(code, id);
      return plain === undefined ? undefined : { code: plain, map: null };
    },
  };
}
