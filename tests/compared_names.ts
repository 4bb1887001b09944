/**
 * Where a source asks for a name, for the tests that hold that nobody does: what follows from a variant or a baseline is derived
 * from what its file states.
 *
 * @module
 */
const ROOT = new URL("../", import.meta.url);
/** Where no name may be asked for. */
const FOLDERS = ["lib/", "site/src/", "bench/"];

/** The comparisons with one of some names in a source, comments left out: it is compared, is a case, or is looked for. */
export function comparisonsWith(names: readonly string[], source: string): string[] {
  const name = `["'\`](?:${names.join("|")})["'\`]`;
  const comparisons = [
    `[=!]==?\\s*${name}`,
    `${name}\\s*[=!]==?`,
    `\\bcase\\s+${name}`,
    `\\.(?:includes|indexOf|startsWith|endsWith|has|search)\\(\\s*${name}`,
    `\\[\\s*${name}\\s*[,\\]]`,
  ];
  const code = source.replaceAll(/\/\*.*?\*\/|(?<!["'`:])\/\/[^\n]*/gs, "");
  return comparisons.flatMap((pattern) => code.match(new RegExp(pattern, "g")) ?? []);
}

/** Every source of the library, the site and the benches, by its path from the repository's root. */
export async function* sources(folder?: string): AsyncGenerator<string> {
  if (folder === undefined) {
    for (const folder of FOLDERS) yield* sources(folder);
    return;
  }
  for await (const { name, isDirectory } of Deno.readDir(new URL(folder, ROOT))) {
    const path = `${folder}${name}${isDirectory ? "/" : ""}`;
    if (isDirectory) yield* sources(path);
    else if (/\.(ts|tsx|js|astro|wgsl)$/.test(name)) yield path;
  }
}
