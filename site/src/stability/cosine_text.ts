/**
 * The figures of comparisons as text, after training and before it.
 *
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { FigureWords } from "../charts/before_after.ts";
import { fixed, percent } from "../format.ts";

/** How alike two dictionaries are, or several on average. */
export interface Likeness {
  pwMcc: number | null;
  shareShared: number | null;
  shareDecoder: number | null;
  before: { pwMcc: number | null; shareShared: number | null; shareDecoder: number | null } | null;
}

/** A figure of a comparison. */
export interface LikenessFigure extends FigureWords {
  /** Its name in a table. */
  label: string;
  /** Its entry in the glossary. */
  term: string;
  after(likeness: Likeness): number | null;
  before(likeness: Likeness): number | null;
}

/** Mean cosine of the matched directions. */
export const PW_MCC: LikenessFigure = {
  label: "PW-MCC",
  term: "PW-MCC",
  title: "PW-MCC: mean cosine of matched latents",
  format: ".1f",
  text: (value) => fixed(value, 2),
  after: ({ pwMcc }) => pwMcc,
  before: ({ before }) => before?.pwMcc ?? null,
};

/** Share of the latents that are shared. */
export const SHARED: LikenessFigure = {
  label: "Shared latents",
  term: "shared latent",
  title: "share of the latents that are shared",
  format: "~%",
  text: percent,
  after: ({ shareShared }) => shareShared,
  before: ({ before }) => before?.shareShared ?? null,
};

/** Share of the latents whose decoder direction alone is that of their partner. */
const SHARED_DECODER: LikenessFigure = {
  ...SHARED,
  label: "Same in the decoder",
  title: "share of the latents with the same decoder direction",
  after: ({ shareDecoder }) => shareDecoder,
  before: ({ before }) => before?.shareDecoder ?? null,
};

/** The figures of every table, in order. */
export const FIGURES: readonly LikenessFigure[] = [PW_MCC, SHARED];

/** The figures of a comparison's own tables, in order: those of `FIGURES` first, then those that some of the parts know. */
export function knownFigures(parts: readonly Likeness[]): LikenessFigure[] {
  return [...FIGURES, ...parts.some((part) => part.shareDecoder !== null) ? [SHARED_DECODER] : []];
}

/** A cosine of two directions. */
export function cosineText(cosine: number | null): string {
  return cosine === null ? "–" : fixed(cosine, 2);
}
