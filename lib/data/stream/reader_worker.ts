/**
 * The Worker that reads rows from disk into shared memory, while another thread trains.
 *
 * @module
 */
import { sentError } from "../../errors.ts";
import type { Pixels } from "../../pixels.ts";
import type { StreamPlan } from "./stream_plan.ts";
import { assertUnchanged } from "./assert_unchanged.ts";
import { readSpans } from "./read_spans.ts";
import type { ReaderAnswer, ReaderRequest, ReaderStart, ReadRequest } from "./reader_messages.ts";

/** As much of a Worker's global scope as is used; the type library is the window's. */
interface WorkerScope {
  onmessage: (event: MessageEvent<ReaderRequest>) => void;
  postMessage(answer: ReaderAnswer): void;
}

const scope = globalThis as unknown as WorkerScope;
let start: ReaderStart;

scope.onmessage = async ({ data }) => {
  if ("start" in data) {
    start = data.start;
    return;
  }
  try {
    await read(data.read);
    scope.postMessage({ error: null });
  } catch (error) {
    scope.postMessage({ error: sentError(error) });
  }
};

/** The files are checked after they were read, too: what a change has broken is not the reason to name. */
async function read({ spans, areHashed }: ReadRequest): Promise<void> {
  const { plan, memory, readBytes } = start;
  if (areHashed) await assertUnchanged(plan.files, { areHashed });
  try {
    await readSpans(plan, spans, { target: rowsIn(memory, plan), readBytes });
  } finally {
    await assertUnchanged(plan.files, { areHashed: false });
  }
}

function rowsIn(memory: SharedArrayBuffer, { areBytes }: StreamPlan): Pixels {
  return (areBytes ? new Uint8Array(memory) : new Float32Array(memory)) as unknown as Pixels;
}
