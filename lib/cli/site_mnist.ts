/**
 * Where the site's build finds MNIST for the page that trains.
 *
 * Reads no image; the build says what is wrong with a folder.
 *
 * @module
 */
import { resolve } from "node:path";
import { isCached } from "../data/mnist/mnist.ts";

/** Where a training on MNIST keeps what it downloads. */
const CACHE = ".cache/mnist";

/**
 * The environment of a build: it names the folder of MNIST, if there is one.
 *
 * @param given The folder that a flag names; without it the one that the environment names, or the cache.
 */
export async function mnistForSite(given?: string): Promise<{ SAE_MNIST_DIR?: string }> {
  const folder = given ?? (Deno.env.get("SAE_MNIST_DIR") || (await isCached(CACHE) ? CACHE : undefined));
  return folder === undefined ? {} : { SAE_MNIST_DIR: resolve(folder) };
}
