/**
 * What was measured, in numbers; how far training is and what computes it; the titles of two models.
 *
 * @module
 */
import { count, fixed } from "../../format.ts";
import type { LiveState, MountView, Side } from "../live.ts";
import { lossNow, lossText, progressOf, sideTitles } from "./words.ts";

/** Between two changes of a number, in ms: faster ones cannot be read. */
const CALM_MS = 200;

/** One number of a model. */
interface Figure {
  label: string;
  kind: string;
  value(side: Side): string;
}

const FIGURES: Figure[] = [
  { label: "L0, active per image", kind: "active", value: ({ stats }) => stats ? fixed(stats.l0, 1) : "–" },
  {
    label: "Dead latents",
    kind: "dead",
    value: ({ stats, opened }) => stats && opened ? `${count(stats.dead)} of ${count(opened.nLatents)}` : "–",
  },
  { label: "Mean squared error", kind: "recon", value: ({ stats }) => stats ? lossText(stats.mse) : "–" },
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
      const isCalm = !changed.has("sides") && now - shownAt < CALM_MS;
      if (isCalm || !["sides", "stats", "frame"].some((part) => changed.has(part as "sides"))) return;
      shownAt = now;
      const rows = state.sides.find(({ stats }) => stats)?.stats?.rows ?? state.data?.heldOutCount;
      caption.textContent = rows === undefined ? "On held-out images" : `On ${count(rows)} held-out images`;
      const titles = sideTitles(state.sides);
      const head = state.sides.length > 1 ? [rowOf("", { cells: titles, kind: "titles" })] : [];
      const figures = FIGURES.map(({ label, kind, value }) => rowOf(label, { cells: state.sides.map(value), kind }));
      body.replaceChildren(...head, ...figures);
      body.querySelector(".dead")!.classList.toggle("some", state.sides.some(({ stats }) => (stats?.dead ?? 0) > 0));
    },
  };
};

function rowOf(label: string, { cells, kind }: { cells: readonly string[]; kind: string }): HTMLElement {
  const row = document.createElement("tr");
  row.className = kind;
  const add = (name: "th" | "td", text: string, scope: string) => {
    const cell = document.createElement(name);
    cell.textContent = text;
    if (name === "th") cell.setAttribute("scope", scope);
    row.append(cell);
  };
  if (kind === "titles") {
    add("td", "", "");
    for (const cell of cells) add("th", cell, "col");
  } else {
    add("th", label, "row");
    for (const cell of cells) add("td", cell, "");
  }
  return row;
}

/** Steps, epoch and speed, then what computes and why. */
export const mountProgress: MountView = (root) => {
  const steps = document.createElement("b"),
    rest = document.createElement("span"),
    device = document.createElement("small");
  root.replaceChildren(steps, rest, device);
  return {
    draw({ sides }, changed) {
      if (!changed.has("sides") && !changed.has("frame")) return;
      const told = sides.map(progressOf), speeds = told.map(({ speed }) => speed).filter((speed) => speed !== "");
      steps.textContent = told[0].steps;
      rest.textContent = [told[0].epoch, ...(speeds.length > 0 ? [speeds.join(" and ")] : [])].join(" · ");
      if (!changed.has("sides")) return;
      const { opened } = sides[0];
      const words = opened
        ? `${count(opened.parameters)} parameters · ${opened.device} · ${opened.reason}`
        : sides[0].message ?? "Loading the images and the kernels…";
      if (device.textContent !== words) device.title = device.textContent = words;
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
        if (button.textContent !== title) button.textContent = title;
        button.ariaPressed = String(state.selected === i);
      }
    },
  };
};

function sideButton(choose: () => void): HTMLButtonElement {
  const button = document.createElement("button");
  button.type = "button";
  button.title = "Show this model in Draw and Operate";
  button.onclick = choose;
  return button;
}
