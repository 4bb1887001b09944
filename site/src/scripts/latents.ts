/**
 * The page of a run's latents before a reader does anything: waits for the first touch, and loads the rest then.
 *
 * @module
 */
import type { App } from "./latents/app.ts";

/** What a reader does first. */
const FIRST_TOUCHES = ["pointerdown", "pointerover", "focusin", "keydown", "input"];
/** What the rest takes over: latents, and buttons but those of a chart's own files. */
const TAKEN_OVER = "a[data-latent], a[data-whole], tr[data-latent], button:not([data-take='svg'], [data-take='png'])";

const page = document.querySelector<HTMLElement>("[data-latents]");
let app: Promise<App | null> | null = null;

if (page) {
  awaitTouch(page);
  page.querySelector(".table-box")!.addEventListener("scroll", load, { once: true, passive: true });
  page.addEventListener("click", click, { capture: true });
  if (location.search) void load();
}

function awaitTouch(page: HTMLElement): void {
  for (const type of FIRST_TOUCHES) page.addEventListener(type, load, { once: true, passive: true });
}

/** Loads the rest once; null, with a word to the reader, if a part of it did not arrive. */
function load(): Promise<App | null> {
  app ??= import("./latents/app.ts").then(({ start }) => start(page!)).catch((error: Error) => {
    app = null;
    page!.querySelector("[role=status]")!.textContent = `${error.message}.`;
    awaitTouch(page!); // the next touch tries again
    return null;
  });
  return app;
}

/** Holds a click until the rest is there. */
function click(event: MouseEvent): void {
  const target = (event.target as Element).closest<HTMLElement>(TAKEN_OVER);
  const isPlain = event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey;
  if (!isPlain || !target) return;
  event.preventDefault();
  event.stopPropagation();
  void load().then((app) => app?.click(target));
}
