/**
 * How long matching two dictionaries takes, how much memory, and how near the matching among candidates is to the exact one.
 *
 *     deno run -A bench/matching.ts [LATENTS] [WIDTH]
 *
 * Half of the second dictionary's directions are the first one's with noise (cosines of about 0.8), the other half are new:
 * what two random seeds of one dictionary look like. Without LATENTS it goes through 2,048 (exactly and among candidates),
 * 4,096 and 16,384 of width 768. Directions are drawn with random seed 0.
 *
 * @module
 */
import process from "node:process";
import { matchDirections } from "../lib/analysis/across/matching.ts";
import { Rng } from "../lib/rng.ts";

/** The standard deviation of the noise on a direction whose values have the standard deviation 1. */
const NOISE = 0.75;
const MOST_EXACT = 2048, WIDTH = 768;

/** Two dictionaries with `latents` directions each, `[latents, width]`. */
function dictionaries(latents: number, width: number): { a: Float32Array; b: Float32Array } {
  const rng = Rng.fromSeed(0, "matching"), a = new Float32Array(latents * width), b = new Float32Array(latents * width);
  for (let i = 0; i < a.length; i++) a[i] = rng.normal();
  const order = rng.permutation(latents);
  for (let row = 0; row < latents; row++) {
    const isNew = row % 2 === 1, start = order[row] * width;
    for (let k = 0; k < width; k++) {
      b[row * width + k] = isNew ? rng.normal() : a[start + k] + NOISE * rng.normal();
    }
  }
  return { a, b };
}

/** Matches them and prints what it took. */
function measured({ a, b }: { a: Float32Array; b: Float32Array }, options: { width: number; mostExact?: number }) {
  const rows = Array(a.length / options.width).keys().toArray();
  const beganMs = performance.now();
  const found = matchDirections({ values: a, rows }, { values: b, rows }, options);
  const seconds = (performance.now() - beganMs) / 1000, cpuSeconds = process.cpuUsage().user / 1e6;
  const matched = found.partners.filter((partner) => partner >= 0).length;
  const pwMcc = found.cosines.reduce((sum, cosine) => sum + Math.abs(cosine), 0) / matched;
  const what = `${rows.length} × ${options.width}, ${found.isExact ? "exact" : "candidates"}`;
  const memory = (process.resourceUsage().maxRSS / 1024).toFixed(0);
  console.log(
    `${what}: ${seconds.toFixed(1)} s, ${matched} matched, PW-MCC ${pwMcc.toFixed(6)}; the process so far: ` +
      `${cpuSeconds.toFixed(0)} s of processor time, ${memory} MB at most`,
  );
  return { ...found, pwMcc };
}

if (import.meta.main) {
  const [latents, width = WIDTH] = Deno.args.map(Number);
  for (const size of latents ? [latents] : [MOST_EXACT, 4096, 16_384]) {
    const pair = dictionaries(size, width), first = measured(pair, { width });
    if (!first.isExact) continue;
    const other = measured(pair, { width, mostExact: 0 });
    const same = other.partners.filter((partner, i) => partner === first.partners[i]).length;
    const difference = first.pwMcc - other.pwMcc;
    console.log(`  equal pairs ${(100 * same / size).toFixed(2)} %, PW-MCC lower by ${difference.toExponential(1)}`);
  }
}
