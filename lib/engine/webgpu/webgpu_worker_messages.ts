/**
 * The messages between an engine in a Worker and the object that passes calls on to it.
 *
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { SentError } from "../../errors.ts";
import type { EngineInfo, StepDefinition } from "../engine.ts";
import type { WebGpuEngine } from "./webgpu_engine.ts";

/** The calls that are passed on, by name. */
export type RemoteCall =
  | "load"
  | "setRows"
  | "setState"
  | "train"
  | "losses"
  | "forward"
  | "forwardSparse"
  | "decode"
  | "state"
  | "buffer"
  | "set"
  | "dispose";

/** A call of an engine's method, or of what makes the engine. */
export type Call =
  | { name: "create"; args: [StepDefinition, { batch: number; tunings: Map<string, string> }] }
  | { [Name in RemoteCall]: { name: Name; args: Parameters<WebGpuEngine[Name]> } }[RemoteCall];

/** To the Worker. Calls are answered in any order, and started in the order of sending. */
export interface Request {
  id: number;
  call: Call;
}

/** From the Worker: how a call ended. */
export type Response =
  | { id: number; result: unknown }
  | { id: number; error: SentError };

/** The result of `create`. */
export interface Created {
  info: EngineInfo;
  /** The tunings sent, and the one found. */
  tunings: Map<string, string>;
}

/** The buffers of the arrays in a value, however deep and each once, which move to the other side. */
export function buffersOf(value: unknown): ArrayBuffer[] {
  const buffers = new Set<ArrayBuffer>();
  const collect = (part: unknown) => {
    if (ArrayBuffer.isView(part)) buffers.add(part.buffer as ArrayBuffer);
    else if (part && typeof part === "object") Object.values(part).forEach(collect);
  };
  collect(value);
  return [...buffers];
}
