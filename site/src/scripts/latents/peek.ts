/**
 * Five strengths of the latent that a reader points at in the atlas, above its tile.
 *
 * @module
 */
import { strip } from "../../latents/detail_html.ts";
import { drawBars, drawStrengths } from "./draw_tiles.ts";
import type { Source } from "./source.ts";

/** Shows and hides the strip. */
export class Peek {
  #latent: number | null = null;
  readonly #box = document.createElement("div");

  constructor(page: HTMLElement, readonly source: Source) {
    this.#box.className = "peek";
    this.#box.hidden = true;
    this.#box.ariaHidden = "true"; // the tile's name says what it is, and the details have the same strip
    page.append(this.#box);
  }

  /** Shows the strip of a tile's latent. */
  show(tile: HTMLElement): void {
    const latent = Number(tile.dataset.latent);
    if (latent === this.#latent) return;
    this.#latent = latent;
    this.#box.innerHTML = strip(this.source, latent);
    drawBars(this.#box, this.source);
    void drawStrengths(this.#box, latent, this.source);
    this.#box.hidden = false;
    const near = tile.getBoundingClientRect(), { offsetWidth, offsetHeight } = this.#box;
    const { clientWidth } = document.documentElement;
    const left = Math.min(Math.max(near.left - 8, 8), clientWidth - offsetWidth - 8);
    const above = near.top - offsetHeight - 6, top = above < 64 ? near.bottom + 6 : above;
    this.#box.style.translate = `${left + scrollX}px ${top + scrollY}px`;
  }

  /** Hides it; whether it was there. */
  hide(): boolean {
    const wasThere = this.#latent !== null;
    this.#latent = null;
    this.#box.hidden = true;
    return wasThere;
  }
}
