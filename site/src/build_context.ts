/**
 * What `deno task site` has prepared before Astro draws the pages, and what Astro's own commands do without.
 *
 * One process builds, but its pages run from a bundle with modules of their own: they meet here.
 *
 * @module
 */
import type { CheckedReports } from "./checked_reports.ts";

/** See the module comment. */
export interface BuildContext {
  /** The reports, read and checked. */
  reports: CheckedReports;
  /** Ids of the runs whose pages an earlier build drew from the same files: they are not drawn again. */
  keptRuns: ReadonlySet<string>;
  /** Images of MNIST as the live page loads them; null if the site is built without MNIST. */
  mnist: Uint8Array<ArrayBuffer> | null;
}

const shared = globalThis as { saeBuildContext?: BuildContext; saeReportsVersion?: number };

/** What is prepared; null where Astro was started by itself. */
export function buildContext(): BuildContext | null {
  return shared.saeBuildContext ?? null;
}

/** Prepares a build. */
export function setBuildContext(context: BuildContext): void {
  shared.saeBuildContext = context;
}

/** How often the reports have changed since the site is served to its authors. */
export function reportsVersion(): number {
  return shared.saeReportsVersion ?? 0;
}

/** What was read of the reports holds no longer. */
export function reportsHaveChanged(): void {
  shared.saeReportsVersion = reportsVersion() + 1;
}
