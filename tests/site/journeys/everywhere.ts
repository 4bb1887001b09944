/// <reference lib="dom" />
/**
 * What holds on every page: the keyboard reaches everything, and strings of a report are shown and not executed.
 *
 * @module
 */
import assert from "node:assert/strict";
import { HOSTILE } from "../small_reports.ts";
import type { Journey } from "./journey.ts";

declare global {
  /** What the Tab key has not come to yet. */
  var unreached: Set<Element>;
}

/** Pages on which every link and control is visited with the Tab key. */
const WITH_CONTROLS = [
  "/",
  "/learn/",
  "/explore/",
  "/runs/digits-a/",
  "/runs/many/inputs/",
  "/compare/",
  "/learn/family/",
  "/sweeps/few/",
  "/stability/seeds/seeds-1/",
];
/** How often the Tab key is pressed at once: if each press waits for the one before, each is painted, which takes six times as long. */
const AT_ONCE = 20;
/** Pages that show a report's own strings. */
const WITH_STRINGS = ["/explore/", "/runs/no-labels/"];

/** See the module comment. */
export const EVERYWHERE: Journey[] = [{
  name: "the keyboard reaches links, charts, tables and controls",
  async go({ browser, origin }) {
    const page = await browser.newPage();
    for (const path of WITH_CONTROLS) {
      await page.goto(origin + path);
      const stops = await page.locator("a[href], button, summary, select, input, [tabindex='0']").evaluateAll((all) => {
        const unreached = new Set<Element>(
          all.filter((element) =>
            element.checkVisibility() && !element.matches("[inert] *, :disabled") &&
            element.getAttribute("tabindex") !== "-1"
          ),
        );
        globalThis.unreached = unreached;
        addEventListener("focusin", ({ target }) => unreached.delete(target as Element));
        return unreached.size;
      });
      const left = () => page.evaluate(() => Array.from(globalThis.unreached, ({ outerHTML }) => outerHTML));
      for (let presses = 0; presses < 2 * stops && (await left()).length > 0; presses += AT_ONCE) {
        await Promise.all(Array.from({ length: AT_ONCE }, () => page.keyboard.press("Tab")));
      }
      assert.deepEqual(await left(), [], path);
    }
    await page.close();
  },
}, {
  name: "strings of a report are shown as text",
  async go({ browser, origin }) {
    const page = await browser.newPage();
    page.on("dialog", () => assert.fail("a string of a report was executed"));
    for (const path of WITH_STRINGS) {
      await page.goto(origin + path);
      assert.ok((await page.locator("main").innerText()).includes(HOSTILE), path);
    }
    await page.close();
  },
}, {
  name: "pages of the earlier site lead on",
  async go({ browser, origin }) {
    const page = await browser.newPage();
    await page.goto(`${origin}/theory/`, { waitUntil: "commit" });
    await page.waitForURL(`${origin}/learn/`);
    for (const path of ["", "2/"]) {
      await page.goto(`${origin}/runs/digits-a/features/${path}`, { waitUntil: "commit" });
      await page.waitForURL(`${origin}/runs/digits-a/latents/${path}`);
    }
    await page.close();
  },
}];
