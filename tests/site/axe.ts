/// <reference lib="dom" />
/**
 * What axe finds wrong with a page that is open in a browser.
 *
 * axe runs in the page, and sends back what is wrong alone: what it finds right, of every element, would take longer than all
 * rules. Pages must have no frame of their own, into which it does not look.
 *
 * @module
 */
import axe, { type AxeResults, type RunOptions } from "axe-core";
import type { Page } from "playwright-core";

/** The rules of WCAG 2.2 at level AA. */
export const WCAG: RunOptions["runOnly"] = {
  type: "tag",
  values: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"],
};

/** The rules of it that depend on colours. */
export const OF_COLOURS: RunOptions["runOnly"] = { type: "rule", values: ["color-contrast", "link-in-text-block"] };

/**
 * Each rule that a page breaks, with the elements that do.
 *
 * @param options.rules All of axe's, its recommendations included, if left out.
 * @param options.within A selector of the part of the page that is looked at.
 */
export async function violations(
  page: Page,
  { rules, within }: { rules?: RunOptions["runOnly"]; within?: string } = {},
): Promise<string[]> {
  if (!await page.evaluate(() => "axe" in globalThis)) await page.evaluate(axe.source);
  const found = await page.evaluate(({ rules, within }) => {
    const { axe } = globalThis as unknown as {
      axe: { run(within: unknown, options: RunOptions): Promise<AxeResults> };
    };
    if (document.querySelector("iframe")) throw new Error("Cannot check the page: it has a frame, expected none");
    return axe.run(within ?? document, { resultTypes: ["violations"], ...(rules && { runOnly: rules }) })
      .then(({ violations }) => violations.map(({ id, nodes }) => ({ id, html: nodes.map(({ html }) => html) })));
  }, { rules, within });
  return found.map(({ id, html }) => `${id}: ${html.map((part) => part.slice(0, 120)).join(" | ")}`);
}
