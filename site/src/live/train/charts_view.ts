/**
 * The charts of the panel Train: losses with their formula, the latents as bars, the histogram of activations.
 *
 * @module
 */
import { element } from "../elements.ts";
import type { MountView, Side } from "../live.ts";
import { histogramSvg, latentAtBar, latentBarsSvg, type LatentValues } from "./bars_svg.ts";
import { ChartBox } from "./chart_box.ts";
import { currentValue, shownConfig } from "./controls.ts";
import { barsCaption, targetOf, valuesOf } from "./latent_values.ts";
import { lossCurves, marksOf } from "./loss_curves.ts";
import { lossesSvg } from "./losses_svg.ts";
import { lossFormula, sideTitles, spoken, type Term } from "./words.ts";

/** Between two changes of a formula's numbers, in ms: faster ones cannot be read. */
const CALM_MS = 200;

/** Between two drawings of the losses, in ms: text and lines of an SVG take longer than a frame of images should. */
const CURVES_MS = 100;

/** The losses of all steps. */
export const mountLosses: MountView = (root, { state }) => {
  const formula = root.querySelector<HTMLElement>("[data-formula]")!;
  let shownAt = -Infinity, drawnAt = -Infinity, drawnLength = -1;
  const chart = new ChartBox(root.querySelector("[data-box]")!, (size) => {
    const titles = sideTitles(state.sides);
    return lossesSvg({
      curves: lossCurves(state.sides.map((side, i) => ({
        sparsity: shownConfig(side).sparsity,
        title: titles[i],
        losses: side.losses,
      }))),
      marks: marksOf(state.sides),
    }, size);
  });
  return {
    draw(state, changed) {
      if (!changed.has("sides") && !changed.has("frame")) return;
      const now = performance.now(), length = state.sides.reduce((sum, { losses }) => sum + losses.length, 0);
      const isTraining = state.sides.some(({ isTraining }) => isTraining); // the last losses of a training are drawn too
      if (!changed.has("sides") && (length === drawnLength || isTraining && now - drawnAt < CURVES_MS)) return;
      drawnAt = now;
      drawnLength = length;
      chart.draw();
      if (!changed.has("sides") && isTraining && now - shownAt < CALM_MS) return;
      shownAt = now;
      const formulas = state.sides.map(lossFormula), titles = sideTitles(state.sides);
      const lines = formulas.map((terms, i) => formulaLine(terms, formulas.length > 1 ? titles[i] : ""));
      formula.replaceChildren(...formulas[0].length > 0 ? lines : []);
      chart.element.ariaLabel = changed.has("sides") ? `Loss by step. ${spoken(state)}` : chart.element.ariaLabel;
    },
  };
};

/** A formula, after the title of its model if there are two. */
function formulaLine(terms: readonly Term[], title: string): HTMLElement {
  const parts = terms.map(({ text, ink }) => element("span", { class: `of-${ink}`, text }));
  return element("span", { children: title === "" ? parts : [`${title}: `, ...parts] });
}

/** The latents as bars; pointing at one marks it everywhere, and a press keeps it. */
export const mountLatents: MountView = (root, { state, actions }) => {
  const caption = root.querySelector<HTMLElement>("[data-caption]")!;
  let sides: LatentValues[] = [];
  const chart = new ChartBox(
    root.querySelector("[data-box]")!,
    (size) => sides.length === 0 ? null : latentBarsSvg({ sides, latent: state.latent }, size),
  );
  const latentUnder = ({ clientX }: MouseEvent) => {
    if (sides.length === 0) return null;
    const { left } = chart.element.getBoundingClientRect();
    return latentAtBar(clientX - left, { sides, width: chart.width });
  };
  chart.element.onpointermove = (event) => actions.highlight(latentUnder(event));
  chart.element.onpointerleave = () => actions.highlight(null);
  chart.element.onclick = (event) => {
    const latent = latentUnder(event);
    if (latent !== null) actions.pin(latent);
  };
  return {
    draw(state, changed) {
      if (changed.has("stats") || changed.has("sides")) {
        const measured = state.sides.filter(({ stats }) => stats !== null);
        sides = measured.map((side) => ({
          values: valuesOf(side.stats!, shownConfig(side).sparsity),
          target: targetOf(configNow(side)),
        }));
        caption.textContent = barsCaption(state.sides.map((side) => shownConfig(side).sparsity));
        if (sides.length === 0) chart.element.replaceChildren();
      }
      if (changed.has("stats") || changed.has("latent") || changed.has("sides")) chart.draw();
      if (changed.has("sides")) chart.element.ariaLabel = caption.textContent;
    },
  };
};

/** What the target is made of, as it is now. */
function configNow(side: Side) {
  const { sparsity, latent } = shownConfig(side);
  return { sparsity, latent, rho: currentValue(side, "rho"), k: currentValue(side, "k") };
}

/** The activations above 0. */
export const mountHistogram: MountView = (root, { state }) => {
  const chart = new ChartBox(root.querySelector("[data-box]")!, (size) => {
    const measured = state.sides.filter(({ stats, opened }) => stats !== null && opened !== null);
    if (measured.length === 0) return "";
    return histogramSvg(
      measured.map(({ stats, opened }) => ({
        counts: stats!.histogram,
        end: stats!.histogramEnd,
        activeAbove: opened!.activeAbove,
      })),
      size,
    );
  });
  return {
    draw(_, changed) {
      if (changed.has("stats") || changed.has("sides")) chart.draw();
    },
  };
};
