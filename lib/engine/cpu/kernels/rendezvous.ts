/**
 * Threads that only meet: how fast they do shows whether each has a core for itself.
 *
 * @module
 */
import { Model } from "./kernel_structs";
import { barrier } from "./barrier";

/** Meets `rounds` times. */
export function rendezvous(model: Model, rounds: usize, _thread: usize): void {
  for (let round: usize = 0; round < rounds; round++) barrier(model);
}
