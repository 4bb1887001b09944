/**
 * The details of one latent: a column beside the atlas and the table, a sheet below them on a narrow screen, or the whole page.
 *
 * @module
 */
import { columnsHtml, detailHtml } from "../../latents/detail_html.ts";
import { type Neighbours, panelHead } from "../../latents/panel_html.ts";
import { drawBars, drawStrengths } from "./draw_tiles.ts";
import type { Source } from "./source.ts";

/** From this width on the panel is a column; the style sheet has it too. */
const COLUMN = "(min-width: 1080px)";

/** Shows the details of latents in the panel. */
export class PanelView {
  #latent: number | null = null;
  readonly #content: HTMLElement;

  constructor(readonly panel: HTMLElement, readonly page: HTMLElement) {
    this.#content = panel.querySelector("[data-panel]")!;
  }

  /** Whether the panel stands beside the list, where it is always in sight. */
  get isColumn(): boolean {
    return matchMedia(COLUMN).matches;
  }

  get isOpen(): boolean {
    return this.page.dataset.panel === "open";
  }

  /** Shows a latent's details once they are loaded, unless another latent was asked for in the meantime. */
  async show(latent: number, source: Source, neighbours: Neighbours): Promise<void> {
    this.#latent = latent;
    this.#content.ariaBusy = "true";
    try {
      const detail = await source.detail(latent);
      if (this.#latent !== latent) return;
      this.#content.innerHTML = panelHead(latent, source.facts, neighbours) +
        (detail ? detailHtml({ ...source, detail }) : columnsHtml(source, latent));
      this.panel.scrollTop = 0;
      drawBars(this.#content, source);
      await drawStrengths(this.#content, latent, source);
    } catch (error) {
      if (this.#latent !== latent) return;
      this.#content.innerHTML = `${panelHead(latent, source.facts, neighbours)}<p class="note" role="alert"></p>`;
      this.#content.querySelector("[role=alert]")!.textContent = (error as Error).message;
    } finally {
      if (this.#latent === latent) this.#content.ariaBusy = null;
    }
  }

  /** Opens the sheet, or gives the details the whole page. */
  open({ isWhole }: { isWhole: boolean }): void {
    this.page.dataset.panel = "open";
    this.page.dataset.view = isWhole ? "whole" : "list";
    if (isWhole) scrollTo({ top: 0 });
  }

  /** Closes the sheet and leaves the whole page. */
  close(): void {
    delete this.page.dataset.panel;
    this.page.dataset.view = "list";
  }

  /** Moves the keyboard's focus to the latent's heading. */
  focus(): void {
    this.#content.querySelector<HTMLElement>("h2")?.focus({ preventScroll: true });
  }
}
