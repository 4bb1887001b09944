/**
 * The one error a person at the keyboard can mend. Everything else is a bug and keeps its stack.
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
