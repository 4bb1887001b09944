/**
 * What the host can call: the steps and passes of both kinds of models, and the threads' meeting. Each thread calls the same
 * function with its number.
 *
 * @module
 */
export { infer, losses, train } from "../layered/kernels/layered_step";
export {
  decodeDictionary,
  inferDictionary,
  lossesDictionary,
  settleDictionary,
  trainDictionary,
} from "../dictionary/kernels/dictionary_step";
export { rendezvous } from "./rendezvous";
