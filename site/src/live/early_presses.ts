/**
 * What was pressed before the page's scripts were there: kept by `public/early_presses.js`, and done once the page is opened.
 *
 * @module
 */
import { chosenFiles } from "./dropped_files.ts";
import type { Live } from "./live.ts";

/** One press: of a button, of a key, of a field with what it then held, or files that were dropped. */
interface Press {
  type: string;
  target: Element;
  key?: string;
  value?: string;
  checked?: boolean;
  files?: File[];
}

declare global {
  var earlyPresses: { kept: Press[]; end(): void } | undefined;
}

/** Does what was pressed, in its order; what is pressed from now on reaches the views themselves. */
export function doEarlyPresses({ actions }: Live): void {
  const { earlyPresses } = globalThis;
  earlyPresses?.end();
  for (const { type, target, key, value, checked, files } of earlyPresses?.kept.splice(0) ?? []) {
    if (files) actions.files(chosenFiles(files));
    else if (key !== undefined) target.dispatchEvent(new KeyboardEvent(type, { key, bubbles: true, cancelable: true }));
    else if (target instanceof HTMLButtonElement) target.click();
    else {
      if (target instanceof HTMLSelectElement || target instanceof HTMLInputElement) target.value = value!;
      if (target instanceof HTMLInputElement) target.checked = checked!;
      target.dispatchEvent(new Event(type, { bubbles: true }));
    }
  }
}
