/**
 * What the process that builds the site may do. Starts nothing.
 *
 * Apart from the command, so that tests build with these permissions and no others.
 *
 * @module
 */

/**
 * The permissions of a build as Deno's flags: it reads, and writes the site's own project, the folder that the site goes to, the
 * archive beside that folder, and the archive while it is written.
 *
 * @param options.site The site's project, an absolute path. `out`: where the site goes, too. `others`: what else may be written.
 *
 * @example
 * ```ts
 * import { sitePermissions } from "./site_permissions.ts";
 * import assert from "node:assert/strict";
 *
 * const flags = sitePermissions({ site: "/p/site", out: "/class, of 2026/sae" });
 * assert.ok(flags.includes(
 *   "--allow-write=/p/site,/class,, of 2026/sae,/class,, of 2026/sae.zip,/class,, of 2026/sae.zip.part",
 * ));
 * ```
 */
export function sitePermissions(
  { site, out, others = [] }: { site: string; out: string; others?: string[] },
): string[] {
  const writable = [site, out, `${out}.zip`, `${out}.zip.part`, ...others].map((path) => path.replaceAll(",", ",,"));
  return [
    ...["--allow-read", "--allow-env", "--allow-sys", "--allow-ffi", "--allow-run"],
    `--allow-write=${writable}`,
    "--allow-net=localhost",
  ];
}
