/**
 * The scrubber over the atlas of lifelines: a slider, buttons and keys move through training, and one latent is followed.
 *
 * A snapshot's pictures are loaded when it is chosen, and those of the next ones meanwhile. Where a reader wants no motion
 * nothing plays by itself: the style sheet has no button for it.
 *
 * @module
 */
import { AtlasGrid, type ScrubberFacts } from "../lifelines/scrubber_facts.ts";
import { stripHtml } from "../lifelines/strip_html.ts";

/** A snapshot's time while it plays, in ms, and how many snapshots are loaded ahead. */
const FRAME_MS = 260, AHEAD = 4;

const root = document.querySelector<HTMLElement>("[data-scrubber]");
if (root) start(root);

function start(root: HTMLElement): void {
  const facts = JSON.parse(root.querySelector("[data-facts]")!.textContent!) as ScrubberFacts;
  const grid = new AtlasGrid(facts), last = facts.files.length - 1;
  const slider = root.querySelector<HTMLInputElement>("input[type=range]")!;
  const play = root.querySelector<HTMLButtonElement>("[data-play]")!;
  const box = root.querySelector<HTMLElement>(".sheets")!;
  const sheets = [...root.querySelectorAll<HTMLElement>("[data-sheet]")];
  const loaded = new Map<string, Promise<void>>();
  let wanted = last, place: number | null = null, timer: ReturnType<typeof setTimeout> | undefined;

  /** Loads a picture once; it is shown from the browser's cache. */
  const load = (file: string): Promise<void> => {
    const known = loaded.get(file);
    if (known) return known;
    const image = new Image();
    const done = new Promise<void>((resolve) => {
      image.onload = () => resolve();
      image.onerror = () => {
        loaded.delete(file); // it did not arrive: the next look tries again
        resolve();
      };
    });
    image.src = `../${file}`;
    loaded.set(file, done);
    return done;
  };

  const go = async (s: number): Promise<void> => {
    wanted = Math.max(0, Math.min(last, s));
    slider.value = String(wanted);
    slider.ariaValueText = facts.moments[wanted];
    root.querySelector(".moment")!.textContent = facts.moments[wanted];
    const own = wanted;
    await Promise.all(facts.files[own].map(load));
    if (own !== wanted) return; // another was chosen meanwhile
    sheets.forEach((sheet, i) => {
      sheet.querySelector("img")!.src = `../${facts.files[own][i]}`;
      sheet.querySelector(".dead")!.setAttribute("d", grid.path(i, facts.dead[own]));
    });
    for (const files of facts.files.slice(own + 1, own + 1 + AHEAD)) for (const file of files) void load(file);
  };

  const stop = () => {
    clearTimeout(timer);
    timer = undefined;
    play.textContent = "Play";
    play.ariaPressed = "false";
  };
  const tick = async () => {
    const begun = performance.now();
    await go(wanted + 1);
    if (timer === undefined) return;
    if (wanted === last) return stop();
    timer = setTimeout(tick, Math.max(0, FRAME_MS - (performance.now() - begun)));
  };

  const follow = (to: number | null) => {
    if (to === null) return;
    place = to;
    const latent = grid.latentAt(to);
    sheets.forEach((sheet, i) => sheet.querySelector(".chosen")!.setAttribute("d", grid.path(i, [to])));
    root.querySelector("[data-one]")!.textContent = `Latent ${latent} through training`;
    root.querySelector("[data-strip]")!.innerHTML = stripHtml(facts.strip, {
      latent,
      href: "",
      isSigned: facts.isSigned,
    });
    const link = root.querySelector<HTMLAnchorElement>("[data-link]")!;
    link.href = `../latents/?latent=${latent}`;
    link.textContent = `All about latent ${latent}`;
  };

  slider.oninput = () => {
    stop();
    void go(Number(slider.value));
  };
  if (Number(slider.value) !== last) void go(Number(slider.value)); // moved while this was loading
  for (const button of root.querySelectorAll<HTMLButtonElement>("[data-go]")) {
    button.onclick = () => {
      stop();
      void go(wanted + Number(button.dataset.go));
    };
  }
  play.onclick = () => {
    if (timer !== undefined) return stop();
    play.textContent = "Pause";
    play.ariaPressed = "true";
    if (wanted === last) wanted = -1;
    timer = setTimeout(tick);
  };
  sheets.forEach((sheet, i) => {
    sheet.onclick = ({ clientX, clientY }) => {
      const { left, top, width, height } = sheet.getBoundingClientRect();
      follow(grid.placeAt(i, { x: (clientX - left) / width, y: (clientY - top) / height }));
    };
  });
  box.onkeydown = (event) => {
    const to = place === null && event.key.startsWith("Arrow") ? 0 : grid.placeBeside(place ?? 0, event.key);
    if (to === null) return;
    event.preventDefault();
    follow(to);
  };
}
