/**
 * What happened to latents between the snapshots, as bars: first activity and revivals upwards, deaths downwards; the snapshot
 * that is looked at is marked. Snapshots stand at equal distances, as on the slider below, whose last place is now.
 *
 * Draws text from numbers. PORTABLE: no Deno, no Node, no DOM.
 *
 * @module
 */
import type { LiveSnapshot } from "../messages.ts";
import { bars, rule, type Size, svg } from "./svg.ts";

/** Room at both ends: half of a slider's thumb. */
const SIDE = 8;

/**
 * The chart; empty if nothing is known of deaths.
 *
 * @param options.chosen The place of the snapshot that is looked at; null for none.
 */
export function lifelinesSvg(
  { snapshots, chosen }: { snapshots: readonly Pick<LiveSnapshot, "since">[]; chosen: number | null },
  size: Size,
): string {
  if (snapshots.length < 2 || snapshots.some(({ since }) => since === null)) return "";
  const up = snapshots.map(({ since }) => since!.births + since!.revivals + since!.resampled);
  const down = snapshots.map(({ since }) => since!.deaths);
  let most = 1;
  for (const count of [...up, ...down]) most = Math.max(most, count);
  const middle = size.height / 2, room = middle - 1;
  // A logarithm, because nearly all latents are active for the first time at once.
  const heightOf = (count: number) => count === 0 ? 0 : Math.max(2, Math.log1p(count) / Math.log1p(most) * room);
  const pitch = (size.width - 2 * SIDE) / snapshots.length, width = Math.max(1, Math.min(6, pitch - 1));
  const place = { left: SIDE - pitch / 2, pitch, width };
  const x = chosen === null ? null : SIDE + chosen * pitch;
  const births = snapshots.map(({ since }) => since!.births);
  return svg(size, [
    rule("axis", [0, middle, size.width, middle]),
    bars(up.map(heightOf), { ...place, bottom: middle, kind: "bar revived" }),
    bars(births.map((count, i) => count === 0 ? null : heightOf(up[i]) * count / up[i]), {
      ...place,
      bottom: middle,
      kind: "bar born",
    }),
    bars(down.map(heightOf), { ...place, bottom: middle, kind: "bar died", isDown: true }),
    x === null ? "" : rule("mark", [x, 0, x, size.height]),
  ]);
}
