/**
 * Charts drawn at build in threads of their own, which takes half of a page's time, while this thread writes pages.
 *
 * The same pictures as `drawing.ts` draws, which the threads run. While the site is served to its authors, this thread draws.
 *
 * @module
 */
import { availableParallelism } from "node:os";
import { env } from "node:process";
import { Worker } from "node:worker_threads";
import { draw, type Drawing } from "./drawing.ts";
import type { Answer, Question } from "./drawing_thread.ts";
import type { Chart, Reading } from "./theme.ts";

/** Each thread needs 100 MB. */
const MOST_THREADS = 3;

interface Waiting {
  resolve(drawing: Omit<Drawing, "width">): void;
  reject(error: Error): void;
}

let threads: Worker[] | null = null, asked = 0;
const waiting = new Map<number, Waiting>();

/** As {@linkcode draw}; the chart's specification must be plain data. */
export async function drawInThread(
  chart: Chart,
  options: { id: string; width: number; reading?: Reading | null },
): Promise<Drawing> {
  if (import.meta.env.DEV) return await draw(chart, options);
  const { id, width, reading = null } = options;
  threads ??= Array.from({ length: Math.min(MOST_THREADS, Math.max(1, availableParallelism() - 1)) }, startThread);
  const question: Question = { number: asked++, spec: chart(width), name: `${id}-${width}`, reading };
  const { promise, resolve, reject } = Promise.withResolvers<Omit<Drawing, "width">>();
  waiting.set(question.number, { resolve, reject });
  for (const thread of threads) thread.ref(); // a build in which every page waits for a chart is not done
  threads[question.number % threads.length].postMessage(question);
  return { width, ...await promise };
}

function startThread(): Worker {
  const thread = new Worker(`${env.SAE_SITE_ROOT}/src/charts/drawing_thread.ts`);
  thread.on("message", (answer: Answer) => {
    const { resolve, reject } = waiting.get(answer.number)!;
    waiting.delete(answer.number);
    if (waiting.size === 0) { for (const thread of threads!) thread.unref(); } // a build that is done need not end it
    if ("error" in answer) reject(Object.assign(new Error(answer.error.message), { stack: answer.error.stack }));
    else resolve(answer.drawing);
  });
  thread.on("error", (error: Error) => {
    for (const { reject } of waiting.values()) reject(error);
    waiting.clear();
  });
  return thread;
}
