/**
 * A further thread of the CPU engine: runs the calls that it is sent, on the memory that it is given.
 *
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { type AttachedThread, attachThread, runShare, type WorkerMessage, type WorkerReply } from "./thread_call.ts";

const scope = self as unknown as { postMessage(reply: WorkerReply): void };
let attached: AttachedThread;

addEventListener("message", (event) => {
  const message = (event as MessageEvent<WorkerMessage>).data;
  if ("call" in message) {
    try {
      runShare(attached, message.call);
    } catch {
      // The reason is in the shared memory, where the engine's thread, which waits, can read it.
    }
    return;
  }
  try {
    attached = attachThread(message.attach);
    scope.postMessage({ attached: true });
  } catch (error) {
    scope.postMessage({ failed: error instanceof Error ? error.message : String(error) });
  }
});
