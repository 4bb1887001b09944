/**
 * Ends a process that this one started, as soon as a signal asks for it.
 *
 * Imports nothing. Starts nothing.
 *
 * @module
 */

/**
 * Sends a child a signal as soon as `abort` fires, until the result is disposed; a child that has ended already is left
 * alone.
 *
 * @param options.abort Asks the child to end; may have fired before.
 * @param options.by The signal that the child gets.
 */
export function stopChildOn(
  child: Pick<Deno.ChildProcess, "kill">,
  { abort, by }: { abort: AbortSignal; by: Deno.Signal },
): Disposable {
  const stop = () => {
    try {
      child.kill(by);
    } catch (error) {
      if (!(error instanceof TypeError || error instanceof Deno.errors.NotFound)) throw error; // it has ended already
    }
  };
  if (abort.aborted) stop();
  abort.addEventListener("abort", stop);
  return { [Symbol.dispose]: () => abort.removeEventListener("abort", stop) };
}
