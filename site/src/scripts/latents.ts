/**
 * The page of a run's latents before a reader does anything: waits for the first touch, and loads the rest then.
 *
 * @module
 */
import type { App } from "./latents/app.ts";

const page = document.querySelector<HTMLElement>("[data-latents]");
let app: Promise<App> | null = null;

if (page) {
  for (const type of ["pointerdown", "pointerover", "focusin", "keydown", "input"]) {
    page.addEventListener(type, load, { once: true, passive: true });
  }
  page.querySelector(".table-box")!.addEventListener("scroll", load, { once: true, passive: true });
  page.addEventListener("click", click, { capture: true });
  if (location.search) load();
}

function load(): Promise<App> {
  app ??= import("./latents/app.ts").then(({ start }) => start(page!));
  app.catch(() => app = null); // a part did not arrive: the next touch tries again
  return app;
}

/** Holds a click until the rest is there. */
function click(event: MouseEvent): void {
  const target = (event.target as Element).closest<HTMLElement>("a[data-latent], tr[data-latent], button");
  const isPlain = event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey;
  if (!target || !isPlain || target.closest("[data-take='svg'], [data-take='png'], a:not([data-latent])")) return;
  event.preventDefault();
  event.stopPropagation();
  void load().then((app) => app.click(target));
}
