/**
 * The slider that looks back over the atlas, and the chart of births and deaths above it.
 *
 * @module
 */
import { count } from "../../format.ts";
import type { LiveState, MountView } from "../live.ts";
import { snapshotAt } from "../snapshots.ts";
import { ChartBox } from "./chart_box.ts";
import { lifelinesSvg } from "./lifelines_svg.ts";

/** See the module comment. */
export const mountLifelines: MountView = (root, { state, actions }) => {
  const slider = root.querySelector<HTMLInputElement>("input")!;
  const words = root.querySelector<HTMLElement>("[data-words]")!;
  const now = root.querySelector<HTMLButtonElement>("button")!;
  const legend = root.querySelector<HTMLElement>("[data-legend]")!;
  const chart = new ChartBox(root.querySelector("[data-box]")!, (size) => {
    const { snapshots, chosen } = lookedAt(state);
    return lifelinesSvg({ snapshots, chosen }, size);
  });
  slider.oninput = () => {
    const { snapshots } = lookedAt(state), place = Number(slider.value);
    actions.lookBack(snapshots[place]?.step ?? null);
  };
  now.onclick = () => actions.lookBack(null);
  return {
    draw(state, changed) {
      if (!["snapshots", "sides", "lookBack"].some((part) => changed.has(part as "snapshots"))) return;
      const { snapshots, chosen } = lookedAt(state), shown = snapshotAt(snapshots, state.lookBack);
      root.hidden = snapshots.length < 2;
      legend.hidden = snapshots.some(({ since }) => since === null);
      slider.max = String(snapshots.length); // the place behind the last snapshot is now
      slider.value = String(chosen ?? snapshots.length);
      words.textContent = shown ? lookedText(state) : "now";
      slider.ariaValueText = words.textContent;
      now.disabled = shown === null;
      chart.draw();
    },
  };
};

/** The snapshots of the selected model, and the place of the one that is looked at. */
function lookedAt({ sides, selected, lookBack }: LiveState) {
  const { snapshots } = sides[selected] ?? sides[0], shown = snapshotAt(snapshots, lookBack);
  return { snapshots, chosen: shown ? snapshots.indexOf(shown) : null };
}

/** The step that is looked at, and how many latents were dead then. */
function lookedText({ sides, lookBack }: LiveState): string {
  const shown = sides.map(({ snapshots }) => snapshotAt(snapshots, lookBack)).filter((snapshot) => snapshot !== null);
  const dead = shown.flatMap(({ isDead }) => isDead ? [isDead.reduce((sum, value) => sum + value, 0)] : []);
  return `step ${count(shown[0].step)}${dead.length > 0 ? `, ${dead.map(count).join(" and ")} dead` : ""}`;
}
