/**
 * The messages between the bench and its contenders: a line of JSON on standard input, a line of JSON on standard output.
 *
 * `bench/child.ts` answers for our engines and for tfjs, `bench/pytorch/child.py` for PyTorch.
 *
 * @module
 */
import type { Config } from "../lib/config.ts";

/** The training inputs, as a file of bytes or of float32. */
export interface DataFile {
  path: string;
  count: number;
  dInput: number;
  isBytes: boolean;
}

/** What one of our own contenders is opened with. */
export interface OpenRequest {
  command: "open";
  /** As of {@linkcode openContender}. */
  contender: string;
  /** What its steps are: as of `Shape.pass`. */
  pass: "step" | "encode";
  config: Config;
  data: DataFile;
  /** The file of the weights it starts from. */
  state: string;
}

/** Steps for about so long. */
export interface BlockRequest {
  command: "block";
  ms: number;
}

/** Answers by command. */
export interface Answers {
  /** `loss`: of the first step, before it; of encoding the mean of the first batch's latents. */
  open: { label: string; loss: number; activeLatents: number | null };
  block: { msPerStep: number; steps: number };
  /** JavaScript's share of a step, with the device's own time left out. */
  host: { hostUsPerStep: number; dispatchesPerStep: number };
  /** Its largest resident memory. */
  exit: { peakBytes: number };
}

/** The lines of a stream of bytes. */
export async function* lines(stream: ReadableStream<Uint8Array<ArrayBuffer>>): AsyncGenerator<string> {
  let rest = "";
  for await (const text of stream.pipeThrough(new TextDecoderStream())) {
    const parts = (rest + text).split("\n");
    rest = parts.pop()!;
    yield* parts;
  }
}
