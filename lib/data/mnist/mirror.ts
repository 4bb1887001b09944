/**
 * Addresses of mirrors: the one of a file, and what of an address may be shown.
 *
 * Downloads nothing. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { quoted, UserError } from "../../errors.ts";

/**
 * The address of a file on a mirror.
 *
 * @param mirror The mirror's folder, with or without a closing slash; name, password and query are kept.
 * @throws {UserError} It is not an http or https address.
 */
export function mirrorUrl(mirror: string, file: string): string {
  if (!URL.canParse(mirror) || !/^https?:/i.test(mirror)) {
    const now = "it is not the address of a site";
    const shown = quoted(withoutCredentials(mirror));
    throw new UserError(`Cannot use mirror ${shown}: ${now}, expected https://host/folder/`, { exitCode: 2 });
  }
  const url = new URL(mirror);
  url.pathname = `${url.pathname.replace(/\/$/, "")}/${file}`;
  return url.href;
}

/**
 * A text whose web addresses have lost the secrets they may carry: name and password, query and fragment.
 *
 * @param text An address, an argument of a command line, a message.
 *
 * @example
 * ```ts
 * import { withoutCredentials } from "./mirror.ts";
 * import assert from "node:assert/strict";
 *
 * assert.equal(withoutCredentials("--mirror=https://user:secret@host/mnist/?key=1"), "--mirror=https://host/mnist/");
 * assert.equal(withoutCredentials("--title=What is a@b?"), "--title=What is a@b?");
 * ```
 */
export function withoutCredentials(text: string): string {
  return text
    .replace(/((?<![a-z0-9+.-])[a-z][a-z0-9+.-]*:\/\/|https?:[/\\]*)[^/\\?#\s]*@/gi, "$1") // a browser takes `https:name@host` as well
    .replace(/(https?:[^?#\s]*)[?#]\S*/gi, "$1");
}
