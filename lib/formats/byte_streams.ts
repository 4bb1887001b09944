/**
 * Streams of bytes from pieces of bytes and back, for browsers whose streams have neither `from` nor `for await`.
 *
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */

import type { ByteSource } from "./byte_source.ts";

/** Bytes that are read at a time. */
const PIECE_BYTES = 2 ** 20;

/** The bytes of a source from one place to another, in pieces. */
export async function* sourcePieces(
  source: ByteSource,
  { from = 0, to = source.size }: { from?: number; to?: number } = {},
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  for (let at = from; at < to; at += PIECE_BYTES) yield await source.read(at, Math.min(to, at + PIECE_BYTES));
}

/** Pieces of bytes as a stream, which takes one when it needs it. */
export function streamOf(pieces: AsyncIterable<Uint8Array<ArrayBuffer>>): ReadableStream<Uint8Array<ArrayBuffer>> {
  const iterator = pieces[Symbol.asyncIterator]();
  return new ReadableStream({
    async pull(controller) {
      const { value, done } = await iterator.next();
      if (done) controller.close();
      else controller.enqueue(value);
    },
    cancel: () => iterator.return?.().then(() => {}),
  }, { highWaterMark: 0 });
}

/** The pieces of a stream, which is cancelled if not all are taken. */
export async function* piecesOf(
  stream: ReadableStream<Uint8Array<ArrayBuffer>>,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const reader = stream.getReader();
  let isDone = false;
  try {
    while (true) {
      const { value, done } = await reader.read();
      isDone = done;
      if (done) return;
      yield value;
    }
  } catch (error) {
    isDone = true;
    throw error;
  } finally {
    if (!isDone) await reader.cancel().catch(() => {});
  }
}
