/**
 * One latent in detail: the marked one, or else the most active one on the image in Draw.
 *
 * @module
 */
import { activationText } from "../../latents/values_text.ts";
import { activeLatents } from "../active_latents.ts";
import { testImageText } from "../draw/words.ts";
import { element, setText } from "../elements.ts";
import { ListPace } from "../list_pace.ts";
import type { Live, LiveState, Part } from "../live.ts";
import { N_TOP, type ShownData, type Stats } from "../messages.ts";
import { heldOutInput } from "../live_input.ts";
import { paintGrey, paintNothing, paintSigned, tileCanvas } from "../tiles.ts";
import { rowsWord } from "../tile_shape.ts";
import { aboutLatent } from "./words.ts";

interface TopImage {
  element: HTMLElement;
  button: HTMLButtonElement;
  tile: HTMLCanvasElement;
  activation: HTMLElement;
  row: number;
}

/** See the module comment. */
export class LatentCard {
  readonly #live: Live;
  readonly #root: HTMLElement;
  readonly #picture = tileCanvas("Decoder image");
  readonly #top: TopImage[];
  readonly #pace = new ListPace();

  constructor(root: HTMLElement, live: Live) {
    this.#live = live;
    this.#root = root;
    paintNothing(this.#picture);
    this.#find("[data-picture]").replaceWith(this.#picture);
    this.#top = Array.from({ length: N_TOP }, () => this.#makeTop());
    this.#find("[data-top]").append(...this.#top.map(({ element }) => element));
  }

  draw(state: LiveState, changed: ReadonlySet<Part>): void {
    if (!["latent", "stats", "focus", "data", "sides"].some((part) => changed.has(part as Part))) return;
    const { sides, selected, data } = state, { focus, opened, stats, atlas, isTraining } = sides[selected]!;
    const marked = state.latent !== null && opened && state.latent < opened.nLatents ? state.latent : null;
    const latent = marked ?? (focus && opened ? activeLatents(focus.acts, opened)[0] ?? null : null);
    this.#root.hidden = latent === null || !stats || !atlas;
    if (latent === null || !stats || !atlas) return;
    const subject = `${selected} ${marked} ${focus?.id}`;
    if (!this.#pace.isDue({ subject, isTraining, now: performance.now() })) return;
    setText(this.#find("[data-title]"), `Latent ${latent}`);
    paintSigned(this.#picture, { bytes: atlas.images, at: latent, tile: atlas.tile });
    this.#picture.setAttribute("aria-label", `Decoder image of latent ${latent}`);
    setText(this.#find("[data-about]"), aboutLatent(latent, { ...stats, kind: data?.kind }));
    this.#drawTop(latent, { stats, data });
  }

  #drawTop(latent: number, { stats, data }: { stats: Stats; data: ShownData | null }): void {
    let shown = 0;
    for (const [i, top] of this.#top.entries()) {
      const at = latent * N_TOP + i, row = stats.top[at], activation = stats.topActs[at];
      const isThere = data !== null && row >= 0 && activation > 0;
      top.element.hidden = !isThere;
      if (!isThere) continue;
      shown++;
      top.row = row;
      paintGrey(top.tile, { bytes: data.heldOut, at: row, tile: data.tile });
      setText(top.activation, activationText(activation));
      const words = `Take ${testImageText(row, data)}, activation ${activationText(activation)}, to Draw`;
      top.button.setAttribute("aria-label", words);
    }
    const text = shown === 0 ? "" : `Most active on these ${rowsWord(data?.kind)}:`;
    setText(this.#find("[data-top-text]"), text);
  }

  #makeTop(): TopImage {
    const tile = tileCanvas(), activation = element("span");
    const button = element("button", { attributes: { type: "button" }, children: [tile, activation] });
    const top: TopImage = { element: element("li", { children: [button] }), button, tile, activation, row: -1 };
    const { actions, state } = this.#live;
    button.addEventListener("click", () => state.data && actions.input(heldOutInput(state.data, top.row)));
    return top;
  }

  #find(selector: string): HTMLElement {
    return this.#root.querySelector<HTMLElement>(selector)!;
  }
}
