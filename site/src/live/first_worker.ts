/**
 * The page's first Worker: it loads, and makes images, while the rest of the page's scripts are still on their way.
 *
 * Every later one is made when it is asked for.
 *
 * @module
 */
import type { LiveFiles, ToWorker } from "./messages.ts";
import type { DataName } from "./settings.ts";

/** Null once it is taken, or if it could not be loaded. */
let first: Worker | null = null;

const root = document.querySelector<HTMLElement>("[data-live]");
if (root) {
  first = newWorker();
  first.onerror = () => first = null; // whoever asks for a Worker makes another, and hears why it fails
  const files: LiveFiles = { ...JSON.parse(root.dataset.files!), runWeights: null, runRows: null };
  const data = dataOf(location.hash);
  if (data) first.postMessage({ type: "prepare", data, files } satisfies ToWorker);
}

/** A Worker that nobody has yet. */
export function takeWorker(): Worker {
  const worker = first ?? newWorker();
  first = null;
  return worker;
}

function newWorker(): Worker {
  return new Worker(new URL("./worker/worker.ts", import.meta.url), { type: "module", name: "training" });
}

/** The images that an address will surely ask for; null for those that only the reader or a run's file can name. */
function dataOf(hash: string): DataName | null {
  const query = new URLSearchParams(hash.slice(1)), data = query.get("data");
  if (data === "mnist") return data;
  return data !== null || query.has("run") ? null : "digits";
}
