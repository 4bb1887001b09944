/**
 * The views of the live page by the names of their places in the markup, `data-view`.
 *
 * @module
 */
import type { MountView } from "./live.ts";

/** See the module comment. */
export const VIEWS: Record<string, MountView> = {};
