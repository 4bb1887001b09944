/**
 * The messages between the Worker that reads rows and the object that asks for them.
 *
 * Types alone. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { SentError } from "../../errors.ts";
import type { StreamPlan } from "./stream_plan.ts";
import type { Span } from "./blocks.ts";

/** What the Worker reads from and to; sent once, before anything else. */
export interface ReaderStart {
  plan: StreamPlan;
  /** Where rows go, from its start on. */
  memory: SharedArrayBuffer;
  /** Most bytes of one read. */
  readBytes?: number;
}

/** Rows to be read; asked for one at a time. */
export interface ReadRequest {
  spans: Span[];
  /** Whether the files are hashed before, to notice that they have changed; else their length and time are compared. */
  areHashed: boolean;
}

/** To the Worker. */
export type ReaderRequest = { start: ReaderStart } | { read: ReadRequest };

/** From the Worker, when rows are in memory or cannot be. */
export type ReaderAnswer = { error: SentError | null };
