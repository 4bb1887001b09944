/**
 * The atlas: what the decoder makes of each latent, for one or two models. The latents that are active on the input are
 * underlined, dead ones dimmed, the one under the pointer or the focus outlined, and shown larger if tiles are small.
 *
 * @module
 */
import { count, percent } from "../../format.ts";
import { element } from "../elements.ts";
import type { Live, LiveState, MountView, Part, Side } from "../live.ts";
import type { Atlas } from "../messages.ts";
import { snapshotAt } from "../snapshots.ts";
import { paintSigned, signedSheet, tileCanvas } from "../tiles.ts";
import { type AtlasLayout, fitted, flowing, heightOf, latentAt, latentBeside, placeOf } from "./atlas_layout.ts";
import { sideTitles } from "./words.ts";

/** From this width on the page is one screen, and the atlas fits the room that is left. */
const ONE_SCREEN = matchMedia("(min-width: 1240px)");
/** Smallest tiles where the page may grow, by the number of latents: on a phone a finger has to hit one. */
const LEAST_TILES = [{ most: 64, least: 40 }, { most: 256, least: 24 }, { most: Infinity, least: 16 }];
/** Tiles below this width are shown larger beside their place. */
const SMALL_TILE = 40;
/** Width of the larger image. */
const LENS = 84;
/** Steps after which a latent that is never active is dimmed: before, most of them are. */
const SETTLED_STEPS = 100;

/** See the module comment. */
export const mountAtlas: MountView = (root, live) => {
  const caption = root.querySelector<HTMLElement>("[data-caption]")!;
  const box = root.querySelector<HTMLElement>("[data-box]")!;
  const sheets: Sheet[] = [];
  new ResizeObserver(() => sheets.forEach((sheet) => sheet.resize())).observe(box);
  return {
    draw(state, changed) {
      if (changed.has("sides")) {
        if (sheets.length === 0) box.replaceChildren();
        while (sheets.length > state.sides.length) sheets.pop()!.element.remove();
        while (sheets.length < state.sides.length) {
          const sheet = new Sheet(live, sheets.length as 0 | 1);
          box.append(sheet.element);
          sheets.push(sheet);
        }
        sheets.forEach((sheet) => sheet.resize());
      }
      const titles = sideTitles(state.sides);
      sheets.forEach((sheet, i) => {
        if (changed.has("sides")) sheet.name(titles.length > 1 ? titles[i] : "");
        sheet.draw(["stats", "sides", "lookBack"].some((part) => changed.has(part as Part)));
      });
      if (["stats", "sides", "data", "lookBack"].some((part) => changed.has(part as Part))) {
        caption.replaceChildren(...captionOf(state));
      }
    },
  };
};

function captionOf({ sides, data, lookBack }: LiveState): (string | Node)[] {
  const isLooked = sides.some(({ snapshots }) => snapshotAt(snapshots, lookBack));
  const hasDead = sides.some(({ stats, step }) => step > SETTLED_STEPS && (stats?.dead ?? 0) > 0);
  const text = isLooked
    ? "Dimmed: dead then."
    : hasDead
    ? "Underlined: active. Dimmed: dead."
    : "Underlined: active on the input.";
  return [
    data?.tile.channels === 3
      ? "Decoder image of each latent: grey changes nothing. "
      : `Decoder ${data?.kind === "vector" ? "vector" : "image"} of each latent: white adds, blue-green removes. `,
    element("span", { class: "is-active", text }),
  ];
}

/** What a model's decoder makes of its latents: now, or at the step that the reader looks back at. */
function atlasOf({ atlas, snapshots }: Side, { lookBack }: LiveState): Atlas | null {
  return snapshotAt(snapshots, lookBack)?.atlas ?? atlas;
}

/** The atlas of one model. */
class Sheet {
  readonly element = element("div", { class: "sheet" });
  readonly #live: Live;
  readonly #index: 0 | 1;
  readonly #title = element("p");
  readonly #canvas = element("canvas");
  readonly #marks = element("div", { class: "marks" });
  readonly #lensImage = tileCanvas();
  readonly #lensText = element("span");
  readonly #lens = element("div", { class: "lens", children: [this.#lensImage, this.#lensText] });
  readonly #frame = element("div", {
    class: "tiles",
    attributes: { role: "img", tabindex: 0 },
    children: [this.#canvas, this.#marks, this.#lens],
  });
  /** All images, before they are drawn at their size. */
  readonly #source = element("canvas");
  #layout: AtlasLayout | null = null;

  constructor(live: Live, index: 0 | 1) {
    this.#live = live;
    this.#index = index;
    this.element.append(this.#title, this.#frame);
    this.#listen();
  }

  get #side(): Side | undefined {
    return this.#live.state.sides[this.#index];
  }

  name(title: string): void {
    this.#title.textContent = title;
    this.#title.hidden = title === "";
    const nLatents = this.#side?.opened?.nLatents;
    this.#frame.ariaLabel = `Decoder images of ${nLatents ? `${count(nLatents)} ` : ""}latents${
      title === "" ? "" : ` of ${title}`
    }; arrow keys move between them, Enter keeps one`;
  }

  /** Finds the layout for the room there is. */
  resize(): void {
    const nLatents = this.#side?.opened?.nLatents ?? 0, box = this.element.parentElement;
    if (nLatents === 0 || !box) return;
    const { clientWidth: width } = this.element, height = this.element.clientHeight - this.#title.offsetHeight;
    const layout = ONE_SCREEN.matches
      ? fitted(nLatents, { width, height: Math.max(80, height) })
      : flowing(nLatents, { width, least: LEAST_TILES.find(({ most }) => nLatents <= most)!.least });
    this.#layout = layout;
    const ratio = Math.min(3, devicePixelRatio || 1), across = layout.columns * layout.pitch;
    this.#frame.style.width = `${across}px`;
    this.#frame.style.height = `${heightOf(layout)}px`;
    this.#canvas.width = Math.round(across * ratio);
    this.#canvas.height = Math.round(heightOf(layout) * ratio);
    this.draw(true);
  }

  draw(isNew: boolean): void {
    const side = this.#side;
    const shown = side && atlasOf(side, this.#live.state);
    if (!shown || !side?.opened) return this.#canvas.getContext("2d")!.clearRect(0, 0, 1e5, 1e5);
    if (this.#layout?.count !== side.opened.nLatents) return this.resize();
    if (isNew) this.#drawTiles(shown, this.#layout);
    this.#drawMarks(side, this.#layout);
  }

  #drawTiles({ images, tile: { width, height }, tile: shape }: Atlas, layout: AtlasLayout): void {
    const { count, tile } = layout, source = this.#source, longer = Math.max(width, height);
    if (source.height !== height * count || source.width !== width) {
      Object.assign(source, { width, height: height * count });
    }
    source.getContext("2d")!.putImageData(signedSheet(images, shape), 0, 0);
    const context = this.#canvas.getContext("2d")!, ratio = this.#canvas.width / (layout.columns * layout.pitch);
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, 1e5, 1e5);
    context.imageSmoothingEnabled = tile * ratio < 2 * longer;
    context.imageSmoothingQuality = "high";
    for (let latent = 0; latent < count; latent++) {
      const { x, y } = placeOf(latent, layout);
      const across = tile * width / longer, down = tile * height / longer;
      context.drawImage(
        source,
        0,
        height * latent,
        width,
        height,
        x + (tile - across) / 2,
        y + (tile - down) / 2,
        across,
        down,
      );
    }
  }

  #drawMarks(side: Side, layout: AtlasLayout): void {
    const { stats, focus, opened, step } = side, atlas = atlasOf(side, this.#live.state);
    const { count, columns, pitch, tile } = layout, { latent, lookBack } = this.#live.state;
    const looked = snapshotAt(side.snapshots, lookBack);
    const isDead = (j: number) => looked ? looked.isDead?.[j] === 1 : step > SETTLED_STEPS && stats?.density[j] === 0;
    const thick = tile > 24 ? 3 : tile > 12 ? 2 : 1;
    let dead = "", active = "";
    for (let j = 0; j < count; j++) {
      const { x, y } = placeOf(j, layout);
      if (isDead(j)) dead += `M${x} ${y}h${tile}v${tile}h${-tile}z`;
      if (!looked && focus && focus.acts[j] > opened!.activeAbove) {
        active += `M${x} ${y + tile - thick}h${tile}v${thick}h${-tile}z`;
      }
    }
    const place = latent !== null && latent < count ? placeOf(latent, layout) : null;
    this.#marks.innerHTML = `<svg width="${columns * pitch}" height="${heightOf(layout)}" aria-hidden="true">` +
      `<path class="dead" d="${dead}"/><path class="active" d="${active}"/>` +
      (place ? `<rect x="${place.x - 1}" y="${place.y - 1}" width="${tile + 2}" height="${tile + 2}"/>` : "") +
      "</svg>";
    this.#lens.hidden = !place || tile >= SMALL_TILE;
    if (!place || this.#lens.hidden) return;
    paintSigned(this.#lensImage, { bytes: atlas!.images, at: latent!, tile: atlas!.tile });
    this.#lensText.textContent = `#${latent}${stats && !looked ? ` · ${percent(stats.density[latent!])}` : ""}`;
    const isRight = place.x + tile + LENS + 8 > columns * pitch;
    this.#lens.style.left = `${Math.max(0, isRight ? place.x - LENS - 8 : place.x + tile + 6)}px`;
    this.#lens.style.top = `${Math.max(0, Math.min(place.y - 20, heightOf(layout) - LENS - 22))}px`;
  }

  #listen(): void {
    const { actions, state } = this.#live, frame = this.#frame;
    const choose = () => {
      if (state.sides.length > 1 && state.selected !== this.#index) actions.select(this.#index);
    };
    const under = ({ clientX, clientY }: MouseEvent) => {
      const { left, top } = frame.getBoundingClientRect();
      return this.#layout && latentAt({ x: clientX - left, y: clientY - top }, this.#layout);
    };
    frame.onpointermove = (event) => actions.highlight(under(event));
    frame.onpointerleave = () => actions.highlight(null);
    frame.onclick = (event) => {
      choose();
      actions.pin(under(event));
    };
    frame.onblur = () => actions.highlight(null);
    frame.onkeydown = (event) => {
      if (!this.#layout) return;
      const latent = Math.min(state.latent ?? 0, this.#layout.count - 1);
      if (event.key === "Enter") {
        choose();
        actions.pin(latent);
      }
      const to = state.latent === null && event.key.startsWith("Arrow")
        ? 0
        : latentBeside(latent, { key: event.key, layout: this.#layout });
      if (to === null && event.key !== "Enter") return;
      event.preventDefault();
      if (to !== null) actions.highlight(to);
    };
  }
}
