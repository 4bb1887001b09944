/**
 * Home's picture once a reader has touched it: a pad in the place of the input, and models that follow what is drawn.
 *
 * Loaded then. Computes on the page itself: an image takes a millisecond or two. What is drawn goes nowhere.
 *
 * @module
 */
import "../live/draw/pad.css";
import "./drawn.css";
import { makePad, type Pad } from "../live/draw/pad.ts";
import { type Drawing, rasterise, SIDE } from "../live/draw/strokes.ts";
import { paintGrey, tileCanvas } from "../live/tiles.ts";
import { decodeRunWeights } from "../live/worker/run_weights.ts";
import { figure, fileSize } from "../format.ts";
import { fetched } from "../inputs/network_reader.ts";
import { DrawnModel } from "./drawn_model.ts";
import { type DrawableModel, type Side, sideOf } from "./picture.ts";
import { barsHtml, claimHtml, linesHtml } from "./side_html.ts";

/** Tiles in a row below the bars. */
const ACROSS = 16;
/** After this time without a change the models are described to screen readers. */
const QUIET_MS = 800;

/**
 * Makes the picture answer.
 *
 * @param options.takesFocus Whether the pad has the focus afterwards, because the reader uses the keyboard.
 */
export async function drawOn(
  figure: HTMLElement,
  { models, takesFocus }: { models: readonly DrawableModel[]; takesFocus: boolean },
): Promise<void> {
  const input = figure.querySelector<HTMLElement>(".in")!, tile = input.querySelector("svg")!;
  const given: Drawing = { under: await givenImage(tile), strokes: [] };
  const place = document.createElement("div");
  tile.replaceWith(place);
  const followers = models.map((model, i) => new Follower(figure, model, i));
  const words = input.querySelector<HTMLElement>(".said")!;
  let quiet: ReturnType<typeof setTimeout> | undefined;
  const show = (drawing: Drawing) => {
    const pixels = rasterise(drawing);
    for (const follower of followers) follower.show(pixels);
    clearTimeout(quiet);
    quiet = setTimeout(() => words.textContent = followers.map((follower) => follower.words).join(" "), QUIET_MS);
  };
  const pad = makePad(place, { onDraw: show, label: "Draw a digit" });
  pad.show(given);
  figure.classList.add("drawn");
  if (takesFocus) place.querySelector("canvas")!.focus({ preventScroll: true });
  listen(input, { pad, given, show });
  show(given);
  await Promise.all(followers.map((follower) => follower.load()));
}

function listen(
  input: HTMLElement,
  { pad, given, show }: { pad: Pad; given: Drawing; show(drawing: Drawing): void },
): void {
  input.querySelector(".clear")!.addEventListener("click", () => pad.clear());
  input.querySelector(".given")!.addEventListener("click", () => {
    pad.show(given);
    show(given);
  });
}

/** The pixels of the input, `[784]` bytes. */
async function givenImage(tile: SVGSVGElement): Promise<Uint8Array<ArrayBuffer>> {
  const file = await fetched(new URL(tile.querySelector("image")!.href.baseVal, location.href));
  const bitmap = await createImageBitmap(await file.blob(), { colorSpaceConversion: "none" });
  const context = new OffscreenCanvas(SIDE, SIDE).getContext("2d")!;
  context.drawImage(bitmap, -tile.viewBox.baseVal.x, -tile.viewBox.baseVal.y);
  const { data } = context.getImageData(0, 0, SIDE, SIDE);
  return Uint8Array.from({ length: SIDE * SIDE }, (_, i) => data[4 * i]);
}

/** One model's part of the picture. */
class Follower {
  /** What is active, for screen readers. */
  words = "";
  readonly #drawable: DrawableModel;
  readonly #part: HTMLElement;
  readonly #out: HTMLElement;
  readonly #reconstruction: HTMLCanvasElement;
  #model: DrawnModel | null = null;
  #pixels: Uint8Array<ArrayBuffer> | null = null;

  constructor(figure: HTMLElement, drawable: DrawableModel, place: number) {
    this.#drawable = drawable;
    this.#out = figure.querySelectorAll<HTMLElement>(".out")[place];
    this.#part = figure.querySelectorAll<HTMLElement>(".model")[place];
    this.#reconstruction = tileCanvas(`The reconstruction by the ${drawable.title} model`);
  }

  /** Loads the weights, unless they are too many to be loaded without being asked for. */
  async load(): Promise<void> {
    const { title, weights, bytes, whyNot } = this.#drawable;
    if (whyNot !== null) return this.#say(`${title} stays with the test image, because ${whyNot}`);
    this.#say(`${title}: loading ${fileSize(bytes)} of weights …`);
    try {
      const file = await (await fetched(new URL(weights, location.href))).arrayBuffer();
      this.#model = new DrawnModel(decodeRunWeights(new Uint8Array(file), { name: weights }));
    } catch (error) {
      return this.#say(`${title} stays with the test image: ${(error as Error).message}`);
    }
    for (const part of [this.#part, this.#out]) part.classList.remove("still");
    this.show(this.#pixels!);
  }

  /** Shows what the model makes of an image, once it is loaded. */
  show(pixels: Uint8Array<ArrayBuffer>): void {
    this.#pixels = pixels;
    if (!this.#model) return;
    const { row, reconstruction } = this.#model.lookAt(pixels), side = sideOf(this.#drawable.model, row);
    this.words = `${side.alt} Reconstruction error ${figure(row.mse, 2)}.`;
    this.#find("h2").innerHTML = claimHtml(side);
    const bars = this.#find(".bars");
    bars.innerHTML = barsHtml(side);
    bars.setAttribute("aria-label", side.alt);
    this.#out.querySelector(".mse")!.textContent = figure(row.mse, 2);
    paintGrey(this.#reconstruction, { bytes: reconstruction });
    this.#out.querySelector("svg")?.replaceWith(this.#reconstruction);
    this.#showParts(side, this.#model);
  }

  /** The tiles of the active latents, if each adds a fixed image; the others are the same for every input. */
  #showParts(side: Side, model: DrawnModel): void {
    const lines = this.#part.querySelector(".conn"), strip = this.#part.querySelector<HTMLElement>(".strip");
    if (!lines || !strip) return;
    lines.innerHTML = linesHtml(side);
    strip.style.setProperty("--n", String(Math.min(ACROSS, Math.max(1, side.tiles.length))));
    strip.replaceChildren(...side.tiles.map((latent) => {
      const canvas = tileCanvas();
      paintGrey(canvas, { bytes: model.added(latent)! });
      return canvas;
    }));
  }

  /** What keeps the model from following the drawing, in the place of what is active. */
  #say(text: string): void {
    this.words = `${text}.`;
    for (const part of [this.#part, this.#out]) part.classList.add("still");
    const span = document.createElement("span");
    span.textContent = text;
    this.#find("h2").replaceChildren(span);
  }

  #find(selector: string): HTMLElement {
    return this.#part.querySelector<HTMLElement>(selector)!;
  }
}
