/**
 * What the schemas of a report's files have in common: the version, names, and rules of whole objects.
 *
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { z } from "zod";

/** Raised when a field changes its meaning or goes; adding a field does not raise it. */
export const SCHEMA_VERSION = 6;

/** Names that mean something else in the reports folder, on the site, or to a file system. */
const RESERVED =
  /^(sweeps|comparisons|bench|index|readme|con|prn|aux|nul|(com|lpt)\d)(\..*)?$|\.(html?|md|json|part|lock)$|\.$/i;

/** Whether a name means something else: to a folder, a page, or, like `constructor`, to code that looks up runs by id. */
export function isReservedId(id: string): boolean {
  return RESERVED.test(id) || id in Object.prototype;
}

/** A run's id: the folder's name. */
export const RunId = z.string().regex(/^[A-Za-z0-9](?:[A-Za-z0-9._-]{0,79})$/)
  .refine((id) => !id.includes("..") && !isReservedId(id));

/** A number of things. */
export const count = z.int().min(0);
/** A share of things. */
export const share = z.number().min(0).max(1);
/** A file, by its content. */
export const HashedFile = z.strictObject({
  name: z.string(),
  bytes: count,
  sha256: z.string().describe("SHA-256 of the file, hexadecimal."),
});

/** See the schema of the same name. */
export type HashedFile = z.infer<typeof HashedFile>;
/** The version that each file states. */
export const version = z.literal(SCHEMA_VERSION).describe("Version of this file's schema.");

/**
 * A rule of a whole object. `found` returns the field that breaks it and what it must be, or null.
 *
 * Only for what one file says of itself; `consistency.ts` compares a report's files with each other.
 */
export function rule<T>(found: (value: T) => { path: (string | number)[]; expected: string } | null) {
  return (value: T, context: z.RefinementCtx): void => {
    const broken = found(value);
    if (broken) context.addIssue({ code: "custom", path: broken.path, message: `expected ${broken.expected}` });
  };
}
