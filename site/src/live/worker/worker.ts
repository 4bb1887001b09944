/**
 * The Worker of the live page: takes the page's messages to a session, and the session's to the page.
 *
 * @module
 */
import type { FromWorker, ToWorker } from "../messages.ts";
import { DataStore } from "./data_store.ts";
import { prepareKernels, startEngine } from "./device.ts";
import { Session } from "./session.ts";

const scope = self as unknown as { postMessage(message: FromWorker, transfer: ArrayBuffer[]): void };

prepareKernels(); // while images are made
const channel = new MessageChannel();
let resume = () => {};
channel.port1.onmessage = () => resume();

const session = new Session({
  data: new DataStore(),
  startEngine,
  // A message to oneself comes after all that have arrived; a timer would wait 4 ms.
  pause: () =>
    new Promise((resolve) => {
      resume = resolve;
      channel.port2.postMessage(null);
    }),
  post: (message, transfer) => scope.postMessage(message, transfer),
});

addEventListener("message", (event) => session.receive((event as MessageEvent<ToWorker>).data));
