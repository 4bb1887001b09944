/**
 * Which code measures: checksums of this program's sources and of the CPU engine's compiled kernels.
 *
 * A version alone does not say it: sources may have been changed, or lie between two versions. Whoever has the sources gets
 * both checksums by
 *
 *     git ls-files lib main.ts deno.json deno.lock | LC_ALL=C sort | xargs sha256sum | sha256sum
 *     cat lib/engine/cpu/compiled/*.wasm | sha256sum
 *
 * Reads files; decides nothing.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { fileURLToPath } from "node:url";
import { KERNEL_FILES, PRODUCT_FILES } from "../engine/cpu/load_kernels.ts";
import { filesBelow } from "../files.ts";
import { hashOfFile } from "../report/file_hash.ts";
import type { ProgramCode } from "../report/verification_schema.ts";

/** What the sources are: everything that is run, and the versions of what it imports. */
const FOLDERS = ["lib"], FILES = ["main.ts", "deno.json", "deno.lock"];

/**
 * The checksums of a program.
 *
 * @param program The folder of its sources, this program's by default.
 * @returns Null in the place of one whose files cannot be read: a program that was compiled to one file, or is read from the
 *   network, has no folder of sources.
 */
export async function programCode(program: URL = new URL("../../", import.meta.url)): Promise<ProgramCode> {
  return { sourcesSha256: await sourcesSha256(program), kernelsSha256: await kernelsSha256() };
}

async function sourcesSha256(program: URL): Promise<string | null> {
  if (program.protocol !== "file:") return null;
  const folder = fileURLToPath(program), lines: string[] = [];
  try {
    const names = [...FILES];
    for (const own of FOLDERS) {
      for (const name of await filesBelow(folder + own)) if (!isHidden(name)) names.push(`${own}/${name}`);
    }
    for (const name of names.sort()) lines.push(`${(await hashOfFile(folder + name)).sha256}  ${name}\n`);
  } catch {
    return null; // said by its absence
  }
  return createHash("sha256").update(lines.join("")).digest("hex");
}

/** Such as what a file manager leaves in folders. */
function isHidden(name: string): boolean {
  return /(?:^|\/)\./.test(name);
}

/** Of the files' bytes one after the other, by name. */
async function kernelsSha256(): Promise<string | null> {
  const hash = createHash("sha256"), urls = [...KERNEL_FILES, ...PRODUCT_FILES].map(({ url }) => url.href).sort();
  try {
    for (const url of urls) hash.update(new Uint8Array(await (await fetch(url)).arrayBuffer()));
  } catch {
    return null;
  }
  return hash.digest("hex");
}
