/**
 * A further thread of the CPU engine: does what it is told, on the memory it is given.
 *
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { type KernelExports, runKernels, type ThreadCall } from "./threads.ts";

/** What the engine's thread says to a worker. */
export type WorkerMessage =
  | { attach: { module: WebAssembly.Module; memory: WebAssembly.Memory; thread: number } }
  | { call: ThreadCall };

const scope = self as unknown as { postMessage(message: "attached"): void };
let kernels: KernelExports;
let thread: number;

addEventListener("message", (event) => {
  const message = (event as MessageEvent<WorkerMessage>).data;
  if ("call" in message) return runKernels(kernels, message.call, thread);
  const { module, memory } = message.attach;
  thread = message.attach.thread;
  kernels = new WebAssembly.Instance(module, { env: { memory } }).exports as unknown as KernelExports;
  scope.postMessage("attached");
});
