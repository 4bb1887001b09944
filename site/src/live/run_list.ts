/**
 * The runs of the site that the live page can open, in the browser: their list is loaded when the first one is asked for.
 *
 * @module
 */
import { UserError } from "../../../lib/errors.ts";
import type { Address } from "./address.ts";
import type { LoadableRun } from "./loadable_run.ts";

/**
 * An address with the settings and the images of the run that it names, as far as it has no others; without the run, and why,
 * if that cannot be opened.
 *
 * @param options.hash The text of the address.
 */
export async function addressOfRun(
  address: Address,
  { runs, hash }: { runs: Pick<RunList, "find">; hash: string },
): Promise<{ address: Address; problem: string | null }> {
  if (address.run === null) return { address, problem: null };
  try {
    const { knobs, data } = await runs.find(address.run);
    const hasData = new URLSearchParams(hash.replace(/^#/, "")).has("data");
    const whole = { ...address, preset: null, knobs: { ...knobs, ...address.knobs } };
    return { address: hasData ? whole : { ...whole, data }, problem: null };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { address: { ...address, run: null }, problem: error.message };
  }
}

/** See the module comment. */
export class RunList {
  readonly #address: string;
  readonly #hasMnist: boolean;
  #loading: Promise<LoadableRun[]> | null = null;
  #known: LoadableRun[] = [];

  constructor(address: string, { hasMnist }: { hasMnist: boolean }) {
    this.#address = address;
    this.#hasMnist = hasMnist;
  }

  /**
   * A run with its settings.
   *
   * @throws {UserError} The list cannot be loaded, has no such run, or says why the page cannot open it.
   */
  async find(id: string): Promise<LoadableRun> {
    this.#loading ??= this.#load();
    const run = (await this.#loading).find((run) => run.id === id);
    if (!run) throw new UserError(`Cannot open the run ${id}: this site has no such run, expected one of its runs`);
    if (run.whyNot) throw new UserError(`Cannot open the run ${id}: ${run.whyNot}`);
    return run.data === "mnist" && !this.#hasMnist ? { ...run, data: "digits" } : run;
  }

  /** Bytes of a run's weights; 0 before the run was found. */
  bytesOf(id: string): number {
    return this.#known.find((run) => run.id === id)?.bytes ?? 0;
  }

  async #load(): Promise<LoadableRun[]> {
    try {
      const response = await fetch(this.#address);
      if (!response.ok) throw new Error(`the server answered ${response.status}`);
      return this.#known = await response.json();
    } catch (cause) {
      this.#loading = null; // the next call asks again
      const now = (cause as Error).message;
      throw new UserError(`Cannot load the list of runs: ${now}, expected a file of this site`, { cause });
    }
  }
}
