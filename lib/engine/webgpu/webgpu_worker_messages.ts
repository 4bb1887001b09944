/**
 * What an engine in a Worker and the engine that stands for it say to each other.
 *
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { Engine, EngineInfo, StepDefinition } from "../engine.ts";

/** The calls that are passed on, by name. */
export type RemoteCall = "load" | "train" | "losses" | "forward" | "decode" | "state" | "dispose";

/** To the Worker. Calls are answered in any order, and started in the order of sending. */
export type Request =
  | { id: number; call: "create"; args: [StepDefinition, { batch: number; tunings: Map<string, string> }] }
  | { [C in RemoteCall]: { id: number; call: C; args: Parameters<Engine[C]> } }[RemoteCall];

/** From the Worker: how a call ended. */
export type Response =
  | { id: number; result: unknown }
  | { id: number; error: { message: string; isUserError: boolean; stack?: string } };

/** The result of `create`. */
export interface Created {
  info: EngineInfo;
  /** The tunings sent, and the one found. */
  tunings: Map<string, string>;
}
