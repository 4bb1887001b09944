/**
 * The WebGPU engine's choices of earlier runs, in a file. The file is a cache: whatever is in its place does no harm,
 * and a file that this program did not write is ignored and replaced.
 *
 * @module
 */
import { z } from "zod";
import { readWhole, writeWhole } from "../files.ts";
import { PRODUCTS } from "./webgpu/product_tiles.ts";

/** Changes with what is measured, so that older choices are made anew. */
const VERSION = 2;

/** Far more than the choices of many machines need. */
const MOST_BYTES = 2 ** 20;

const NAME = new RegExp(`^(fused|${Object.keys(PRODUCTS).join("|")})/(8|16|32|64|128|256)$`);

/** Names of tunings by adapter and model. */
const Stored = z.strictObject({
  version: z.literal(VERSION),
  tunings: z.record(z.string().regex(/^.+, \d+(-\d+)+ batch \d+$/), z.string().regex(NAME)),
});

/** The choices in a file; none if it is missing, unreadable, or not ours. */
export async function readTunings(path: string): Promise<Map<string, string>> {
  return new Map(Object.entries(parsed(await text(path))?.tunings ?? {}));
}

/**
 * Writes choices, unless the file has them already or there is nothing to say. If it cannot be written, later runs
 * measure anew.
 */
export async function writeTunings(path: string, tunings: Map<string, string>): Promise<void> {
  const before = await text(path);
  if (before === null && tunings.size === 0) return;
  const content = JSON.stringify({ version: VERSION, tunings: Object.fromEntries(tunings) }, null, 2);
  if (content !== before) await writeWhole(path, content).catch(() => {});
}

/** A file's text; "" if it is too large to be ours, null if there is no file that can be read. */
async function text(path: string): Promise<string | null> {
  const info = await Deno.stat(path).catch(() => null);
  if (!info?.isFile) return null;
  if (info.size > MOST_BYTES) return "";
  return await readWhole(path).then((bytes) => new TextDecoder().decode(bytes), () => null);
}

function parsed(text: string | null): z.infer<typeof Stored> | undefined {
  try {
    return Stored.safeParse(JSON.parse(text ?? "")).data;
  } catch {
    return undefined; // a file that was cut short is no JSON
  }
}
