/**
 * A built site turned into a folder that opens without a server, and that folder as a zip archive.
 *
 * Changes files in place; what an address becomes is said in `relative_links.ts`.
 *
 * @module
 */
import { readFile, rm, writeFile } from "node:fs/promises";
import { basename } from "node:path";
import { eachOf, filesUnder } from "./digest.ts";
import { relativePage, relativeStyle } from "./relative_links.ts";
import { writeZip } from "./zip.ts";

/** Scripts, and what only the live page's scripts load. */
const IS_FOR_SCRIPTS = /\.m?js$|\.wasm$|^live\/(?:\w+\.bin|runs\.json)$|^runs\/[^/]+\/live\.safetensors$/;

/** Makes every address of the site relative to the page it stands on, and removes the scripts. */
export async function makeSingleFolder(folder: string): Promise<void> {
  const files = await filesUnder(folder);
  await eachOf(files, async (file) => {
    const path = `${folder}/${file}`;
    if (IS_FOR_SCRIPTS.test(file)) return await rm(path);
    const change = /\.(?:html|svg)$/.test(file) ? relativePage : /\.css$/.test(file) ? relativeStyle : null;
    if (!change) return;
    const text = await readFile(path, "utf8"), changed = change(text, file);
    if (changed === text) return;
    await rm(path); // the pages that are kept for the next build may be the same files
    await writeFile(path, changed);
  });
}

/**
 * Zips a folder beside it, `<folder>.zip`; the archive has one folder of the same name.
 *
 * @returns The archive's path.
 * @throws {RangeError} It has more files or bytes than a zip archive takes.
 */
export async function zipBeside(folder: string, { date }: { date: Date }): Promise<string> {
  const name = basename(folder), files = (await filesUnder(folder)).sort();
  const entries = files.map((file) => ({ name: `${name}/${file}`, path: `${folder}/${file}` }));
  await writeZip(`${folder}.zip`, entries, { date });
  return `${folder}.zip`;
}
