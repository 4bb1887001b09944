/**
 * The one kind of error that a person at the terminal can mend. Every other error is a fault of the program and keeps
 * its stack.
 *
 * Imports nothing. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */

/**
 * Something the operator can mend: bad flags, unreadable files, a device that is not there.
 *
 * Printed as its message alone, without a stack. The message reads
 * `Cannot <verb> <object>: <what it is now>, expected <what it must be>`.
 */
export class UserError extends Error {
  override name = "UserError";
  /** The process's exit code: 2 for bad usage (flags), 1 for everything else. */
  readonly exitCode: 1 | 2;

  constructor(message: string, options: ErrorOptions & { exitCode?: 1 | 2 } = {}) {
    super(message, options);
    this.exitCode = options.exitCode ?? 1;
  }
}

/** An error on its way between threads, which would lose its class. */
export interface SentError {
  message: string;
  isUserError: boolean;
  stack?: string;
}

/** An error as it is sent to another thread. */
export function sentError(error: unknown): SentError {
  const { message, stack } = error as Error;
  return { message, stack, isUserError: error instanceof UserError };
}

/** The error that another thread has sent. */
export function receivedError({ message, isUserError, stack }: SentError): Error {
  if (isUserError) return new UserError(message);
  return Object.assign(new Error(message), { stack });
}

/** How much of a value an error message shows. */
const MOST_QUOTED = 60;

/**
 * A value for an error message: in quotation marks, control and direction characters escaped, cut at 60 characters.
 *
 * @example
 * ```ts
 * import { quoted } from "./errors.ts";
 * import assert from "node:assert/strict";
 *
 * assert.equal(quoted("a\u202eb\n"), '"a\\u202eb\\n"');
 * assert.equal(quoted("x".repeat(99)), '"' + "x".repeat(60) + '…"');
 * ```
 */
export function quoted(value: string): string {
  const shown = [...value.slice(0, 2 * MOST_QUOTED)].slice(0, MOST_QUOTED).join("");
  const escaped = printable(JSON.stringify(shown));
  return shown.length < value.length ? escaped.slice(0, -1) + '…"' : escaped;
}

/**
 * Text that is safe to print in a terminal: control and direction characters, line breaks too, are escaped.
 *
 * @example
 * ```ts
 * import { printable } from "./errors.ts";
 * import assert from "node:assert/strict";
 *
 * assert.equal(printable("a\x1b[2Jb\u202ec\n"), "a\\u001b[2Jb\\u202ec\\u000a");
 * ```
 */
export function printable(text: string): string {
  return text.replace(
    /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu,
    (character) => character.split("").map((unit) => "\\u" + unit.charCodeAt(0).toString(16).padStart(4, "0")).join(""),
  );
}

/**
 * What kind of value it is, for an error message: its class's name, `null`, or its primitive type.
 *
 * @example
 * ```ts
 * import { typeName } from "./errors.ts";
 * import assert from "node:assert/strict";
 *
 * assert.deepEqual([new Float64Array(), [], null, 3].map(typeName), ["Float64Array", "Array", "null", "number"]);
 * ```
 */
export function typeName(value: unknown): string {
  if (value === null) return "null";
  return typeof value === "object" ? value.constructor?.name || "object" : typeof value;
}

/** How much of a path an error message shows. */
const MOST_PATH = 200;

/**
 * A path for an error message: as it is, but printable, and without its middle if it is longer than 200 characters.
 *
 * @example
 * ```ts
 * import { printablePath } from "./errors.ts";
 * import assert from "node:assert/strict";
 *
 * assert.equal(printablePath("data/my images"), "data/my images");
 * assert.equal(printablePath("a/".repeat(5000) + "b").length, 201);
 * ```
 */
export function printablePath(path: string): string {
  const half = MOST_PATH / 2;
  return printable(path.length <= MOST_PATH ? path : `${path.slice(0, half)}…${path.slice(-half)}`);
}
