/**
 * Starts the Inputs page when a reader does something on it: until then its first input is what the build has drawn.
 *
 * Hands clicks, changes and keys on; the work is in `explorer.ts`, which is loaded at the first of them.
 *
 * @module
 */
import type { Explorer } from "./explorer.ts";

const root = document.querySelector<HTMLElement>("[data-inputs]");
if (root) start(root);

function start(root: HTMLElement): void {
  let explorer: Promise<Explorer> | null = null, pending = 0;
  /** Does something with the explorer, once it is there. */
  const act = (does: (explorer: Explorer) => unknown): void => {
    explorer ??= import("./explorer.ts").then(({ open }) => open(root));
    pending++;
    root.ariaBusy = "true";
    explorer.then(does).catch((error: Error) => {
      explorer = null; // a file did not arrive: the next action asks again
      root.querySelector("[data-message]")!.textContent = error.message;
    }).finally(() => root.ariaBusy = String(--pending > 0));
  };

  root.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    const target = (event.target as Element).closest<HTMLElement>("[data-input], [data-do]");
    if (!target) return;
    event.preventDefault();
    act((explorer) => explorer.click(target));
  });
  root.addEventListener("input", (event) => {
    // As it is now: what loads meanwhile draws the control anew.
    const { dataset, value, checked, max } = event.target as HTMLInputElement;
    const change = { ...dataset, value, isChecked: checked, max };
    act((explorer) => explorer.change(change));
  });
  root.addEventListener("keydown", (event) => {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    const list = (event.target as Element).closest("nav.choose");
    if (!step || !list || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    act((explorer) => explorer.turn(step, { keepsFocus: true }));
  });
  addEventListener("popstate", () => act((explorer) => explorer.restore()));
  if (location.search !== "") act((explorer) => explorer.restore());
}
