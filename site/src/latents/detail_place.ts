/**
 * Where the details of a latent are: which of the report's detail files has them, and at which place.
 *
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { Latents } from "../../../lib/report/latents_schema.ts";
import { placeIn } from "../place_in.ts";

/** See the module comment; null if the report has no details of the latent. */
export function detailPlace(
  { detailed, detailFiles, latentsPerFile }: Pick<Latents, "detailed" | "detailFiles" | "latentsPerFile">,
  latent: number,
): { file: string; place: number } | null {
  const at = detailed ? placeIn(detailed, latent) : latent;
  if (at < 0) return null;
  return { file: detailFiles[Math.floor(at / latentsPerFile)], place: at % latentsPerFile };
}
