/// <reference lib="dom" />
/**
 * Waiting for what a page or a server does in its own time: a read is repeated until it gives what is expected, however long
 * that takes on a busy machine.
 *
 * @module
 */
import assert from "node:assert/strict";
import type { Page } from "playwright-core";

/** How long is waited: a machine may be busy, and what never happens is a failure all the same. */
export const PATIENCE_MS = 180_000;
/** Between two reads, in ms. */
const PAUSE_MS = 25;

/**
 * Repeats a read until it gives what is expected, and returns what it gave then.
 *
 * @param read May fail meanwhile: a page that is on its way to another one cannot be read.
 * @param expected A value, a pattern that a text must match, or a check that throws while something is missing.
 * @throws {Error} What was wrong with the last read, after {@linkcode PATIENCE_MS}.
 */
export async function eventually<T>(
  read: () => T | Promise<T>,
  expected: T | RegExp | ((seen: T) => void),
): Promise<T> {
  const check = checkOf(expected), end = performance.now() + PATIENCE_MS;
  while (true) {
    try {
      const seen = await read();
      check(seen);
      return seen;
    } catch (error) {
      if (performance.now() > end) throw error;
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  }
}

function checkOf<T>(expected: T | RegExp | ((seen: T) => void)): (seen: T) => void {
  if (expected instanceof RegExp) return (seen) => assert.match(String(seen), expected);
  if (typeof expected === "function") return expected as (seen: T) => void;
  return (seen) => assert.deepEqual(seen, expected);
}

/** Waits until the page has done what it had put off until its next frame. */
export async function nextFrame(page: Page): Promise<void> {
  await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve))));
}

/** The page's address as its scripts have it: that of the browser follows a change by a script later. */
export function addressOf(page: Page): Promise<string> {
  return page.evaluate(() => location.href);
}

/**
 * Notes every text that an element has from now on, however short it stays there.
 *
 * @returns The texts so far, the one that it has now first.
 */
export async function textsOf(page: Page, selector: string): Promise<() => Promise<string[]>> {
  const noted = await page.locator(selector).evaluateHandle((element) => {
    const texts = [element.textContent!];
    const note = () => element.textContent !== texts.at(-1) && texts.push(element.textContent!);
    new MutationObserver(note).observe(element, { childList: true, characterData: true, subtree: true });
    return texts;
  });
  return () => noted.jsonValue();
}
