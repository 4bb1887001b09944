/**
 * Home's picture: the reader who touches its input, with a pointer or the keyboard, can draw there. Loads the rest then.
 *
 * @module
 */
import type { DrawableModel } from "../home/picture.ts";

/** Lets a reader draw on the picture. */
function prepare(picture: HTMLElement): void {
  const tile = picture.querySelector<SVGElement>(".in > svg")!, begin = picture.querySelector<HTMLElement>(".begin")!;
  const load = () => import("../home/drawn_picture.ts");
  const draw = async (takesFocus: boolean) => {
    const models = JSON.parse(picture.querySelector("script")!.textContent!) as DrawableModel[];
    await (await load()).drawOn(picture, { models, takesFocus });
  };
  let drawing: Promise<void> | null = null; // once is enough; what does not arrive is asked for again
  const touched = (takesFocus: boolean) => {
    drawing ??= draw(takesFocus).catch((error: Error) => {
      drawing = null;
      begin.textContent = `${error.message}. Try again`;
    });
  };
  tile.addEventListener("pointerenter", () => void load().catch(() => {}), { once: true });
  tile.addEventListener("pointerdown", () => touched(false));
  begin.addEventListener("click", () => touched(true));
  picture.classList.add("can-draw");
}

const picture = document.querySelector<HTMLElement>(".pipe:has(> script)");
if (picture) prepare(picture);
