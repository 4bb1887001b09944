/**
 * What each model makes of the image in Draw: the reconstruction, and the error with its sign.
 *
 * @module
 */
import { figure } from "../../format.ts";
import { element, setText } from "../elements.ts";
import { ListPace } from "../list_pace.ts";
import type { LiveState, Part, Side } from "../live.ts";
import type { Focus } from "../messages.ts";
import { paintDifference, paintGrey, paintNothing, tileCanvas } from "../tiles.ts";
import { sideTitles } from "../train/words.ts";

/** See the module comment. */
export class Results {
  readonly #root: HTMLElement;
  #sides: SideResult[] = [];

  constructor(root: HTMLElement) {
    this.#root = root;
  }

  draw(state: LiveState, changed: ReadonlySet<Part>): void {
    if (!changed.has("focus") && !changed.has("sides") && !changed.has("input")) return;
    const { sides } = state;
    if (this.#sides.length !== sides.length) {
      this.#sides = sides.map(() => new SideResult());
      this.#root.replaceChildren(...this.#sides.map(({ element }) => element));
    }
    const titles = changed.has("sides") ? sideTitles(sides) : null;
    for (const [i, side] of sides.entries()) {
      if (titles) this.#sides[i].name(sides.length === 1 ? "" : titles[i]);
      this.#sides[i].draw(side, state.input?.pixels ?? null);
    }
  }
}

/** The two images of one model. */
class SideResult {
  readonly element = element("div", { class: "result" });
  readonly #recon = tileCanvas("Reconstruction");
  readonly #error = tileCanvas("Reconstruction error");
  readonly #mse = element("b");
  readonly #title = element("h3");
  readonly #pace = new ListPace();
  #drawn: Focus | null = null;

  constructor() {
    paintNothing(this.#recon);
    paintNothing(this.#error);
    const key = element("span", {
      class: "key",
      children: [
        element("span", { class: "is-error", text: "dimmer" }),
        ", ",
        element("span", { class: "is-recon", text: "brighter" }),
      ],
    });
    const error = element("figcaption", {
      children: [element("span", { class: "is-error", children: ["Error ", this.#mse] }), key],
    });
    this.element.append(
      this.#title,
      element("figure", {
        children: [this.#recon, element("figcaption", { class: "is-recon", text: "Recon\u00adstruction" })],
      }),
      element("figure", { children: [this.#error, error] }),
    );
  }

  /** Names the model; empty if there is only one. */
  name(title: string): void {
    setText(this.#title, title);
    this.#title.hidden = title === "";
  }

  draw({ focus, isTraining }: Side, input: Uint8Array | null): void {
    if (!focus || !input || focus === this.#drawn) return;
    this.#drawn = focus;
    const { tile, reconstruction } = focus;
    if (input.length !== reconstruction.length) return; // of other data, which are about to be shown
    paintGrey(this.#recon, { bytes: reconstruction, tile });
    paintDifference(this.#error, { image: input, from: reconstruction, kind: "error", tile });
    if (!this.#pace.isDue({ subject: focus.id, isTraining, now: performance.now() })) return;
    const mse = figure(focus.mse, 3);
    setText(this.#mse, mse);
    this.#error.setAttribute("aria-label", `Reconstruction error, mean squared error ${mse}`);
  }
}
