/**
 * zip.js, loaded when an archive is read or written.
 *
 * Its name stands here alone and inline: Deno fetches all that an import map names before a task starts, and the package has
 * 9 MB. The site's build takes its own copy for it. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */

/** The library, set to work in the thread that calls it. */
export async function loadZip(): Promise<typeof import("npm:@zip.js/zip.js@2.24.0/lib/zip-core-native.js")> {
  // deno-lint-ignore no-import-prefix -- see the module comment
  const library = await import("npm:@zip.js/zip.js@2.24.0/lib/zip-core-native.js");
  library.configure({ useWebWorkers: false });
  return library;
}
