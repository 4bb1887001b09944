/**
 * Where the live page finds the files that the site's build writes for it.
 *
 * @module
 */
import { href } from "../links.ts";

/** Addresses as `LiveFiles` has them; in `runWeights` the run's id stands in the place of RUN. */
export function liveFiles(): { digitsMedian: string; mnist: string | null; runWeights: string } {
  return { digitsMedian: href("live/digits_median.bin"), mnist: null, runWeights: href("runs/RUN/live.safetensors") };
}
