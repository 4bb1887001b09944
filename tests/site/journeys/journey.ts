/**
 * What a reader does on the site of small runs, and what must be seen then.
 *
 * @module
 */
import type { Browser } from "playwright-core";

/** See the module comment. */
export interface Journey {
  /** A sentence. */
  name: string;
  go(site: Site): Promise<void>;
}

/** The built site of small runs, served, and a browser to read it. */
export interface Site {
  browser: Browser;
  /** Where it is served, without a slash at the end. */
  origin: string;
  /** The folder that it was built into. */
  dist: string;
}
