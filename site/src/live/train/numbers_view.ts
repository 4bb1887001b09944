/**
 * What was measured, in numbers; how far training is and what computes it; the titles of two models.
 *
 * @module
 */
import { count, fixed } from "../../format.ts";
import { button, element, setText } from "../elements.ts";
import type { LiveState, MountView, Side } from "../live.ts";
import { lossNow, lossText, progressOf, sideTitles } from "./words.ts";
import { rowsWord } from "../tile_shape.ts";

/** Between two changes of a number, in ms: faster ones cannot be read. */
const CALM_MS = 200;

/** One number of a model. */
interface Figure {
  label: string;
  kind: string;
  value(side: Side): string;
}

const FIGURES: Figure[] = [
  { label: "Active (L0)", kind: "active", value: ({ stats }) => stats ? fixed(stats.l0, 1) : "–" },
  {
    label: "Dead latents",
    kind: "dead",
    value: ({ stats, opened }) => stats && opened ? `${count(stats.dead)} of ${count(opened.nLatents)}` : "–",
  },
  { label: "Error (MSE)", kind: "recon", value: ({ stats }) => stats ? lossText(stats.mse) : "–" },
  {
    label: "… in training",
    kind: "training",
    value: ({ losses, opened }) => {
      const now = lossNow(losses, { steps: opened?.stepsPerEpoch });
      return now ? lossText(now.reconstruction) : "–";
    },
  },
];

/** The numbers on held-out images, one column for each model. */
export const mountNumbers: MountView = (root) => {
  const caption = root.querySelector("caption")!, body = root.querySelector("tbody")!;
  let shownAt = -Infinity;
  return {
    draw(state, changed) {
      const now = performance.now();
      const isTraining = state.sides.some(({ isTraining }) => isTraining); // the last numbers of a training are shown too
      const isCalm = isTraining && !changed.has("sides") && now - shownAt < CALM_MS;
      if (isCalm || !["sides", "stats", "frame"].some((part) => changed.has(part as "sides"))) return;
      shownAt = now;
      const rows = state.sides.find(({ stats }) => stats)?.stats?.rows ?? state.data?.heldOutCount;
      const things = rowsWord(state.data?.kind);
      caption.textContent = rows === undefined ? `On held-out ${things}` : `On ${count(rows)} held-out ${things}`;
      const titles = sideTitles(state.sides);
      const head = state.sides.length > 1 ? [rowOf("", { cells: titles, kind: "titles" })] : [];
      const figures = FIGURES.map(({ label, kind, value }) => rowOf(label, { cells: state.sides.map(value), kind }));
      body.replaceChildren(...head, ...figures);
      body.querySelector(".dead")!.classList.toggle("some", state.sides.some(({ stats }) => (stats?.dead ?? 0) > 0));
    },
  };
};

function rowOf(label: string, { cells, kind }: { cells: readonly string[]; kind: string }): HTMLElement {
  const head = (text: string, scope: "row" | "col") => element("th", { text, attributes: { scope } });
  const value = (text: string) => element("td", { text });
  const children = kind === "titles"
    ? [value(""), ...cells.map((text) => head(text, "col"))]
    : [head(label, "row"), ...cells.map(value)];
  return element("tr", { class: kind, children });
}

/** Steps, epoch and speed, then what computes and why. */
export const mountProgress: MountView = (root) => {
  const steps = element("b"), rest = element("span"), device = element("small");
  root.replaceChildren(steps, rest, device);
  return {
    draw({ sides }, changed) {
      if (!changed.has("sides") && !changed.has("frame")) return;
      const { steps: taken, epoch, speed } = progressOf(sides[0]);
      setText(steps, taken);
      setText(rest, [epoch, speed].filter((part) => part !== "").join(" · "));
      if (!changed.has("sides")) return;
      const { opened } = sides[0];
      const words = opened
        ? `${opened.device}: ${opened.reason}`
        : sides[0].message ?? "Loading the images and the kernels…";
      setText(device, words);
      device.title = opened ? `${count(opened.parameters)} parameters` : "";
    },
  };
};

/** The title of the model; of two models one button each, which chooses what Draw and Operate show. */
export const mountSides: MountView = (root, { actions }) => {
  return {
    draw(state: LiveState, changed) {
      if (!changed.has("sides")) return;
      const titles = sideTitles(state.sides);
      if (titles.length === 1) return root.replaceChildren(titles[0]);
      const buttons = Array.from(root.querySelectorAll("button"));
      if (buttons.length === 0) root.replaceChildren();
      for (const [i, title] of titles.entries()) {
        const button = buttons[i] ?? root.appendChild(sideButton(() => actions.select(i as 0 | 1)));
        setText(button, title);
        button.ariaPressed = String(state.selected === i);
      }
    },
  };
};

function sideButton(choose: () => void): HTMLButtonElement {
  const made = button("", { title: "Show this model in Draw and Operate" });
  made.onclick = choose;
  return made;
}
