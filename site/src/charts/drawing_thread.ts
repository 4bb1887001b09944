/**
 * The thread's side of `draw_in_thread.ts`: draws one specification after the other.
 *
 * @module
 */
import { parentPort } from "node:worker_threads";
import type { TopLevelSpec } from "vega-lite";
import { type Drawing, drawSpec } from "./drawing.ts";
import type { Reading } from "./theme.ts";

/** To the thread. */
export interface Question {
  number: number;
  spec: TopLevelSpec;
  name: string;
  reading: Reading | null;
}

/** From the thread. */
export type Answer =
  | { number: number; drawing: Omit<Drawing, "width"> }
  | { number: number; error: { message: string; stack?: string } };

parentPort?.on("message", async ({ number, spec, ...options }: Question) => {
  let answer: Answer;
  try {
    answer = { number, drawing: await drawSpec(spec, options) };
  } catch (error) {
    const { message, stack } = error as Error;
    answer = { number, error: { message, stack } };
  }
  parentPort!.postMessage(answer);
});
