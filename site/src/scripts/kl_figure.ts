/**
 * `<kl-figure>`: the sliders of ρ and ρ̂, the run whose latents are drawn, the numbers beside the chart, and the chart itself.
 *
 * @module
 */
import { klSum } from "../../../lib/kl.ts";
import { readoutOf } from "../learn/readout.ts";
import { LiveCharts, type Specs } from "./live_charts.ts";

interface Data {
  specs: { zoom: Specs[string]; whole: Specs[string] };
  runs: { title: string; rho: number; means: number[] }[];
}

class KlFigure extends HTMLElement {
  connectedCallback(): void {
    const { specs, runs } = JSON.parse(this.querySelector("script")!.textContent!) as Data;
    const charts = new LiveCharts(this, { "kl-penalty": specs.zoom, "kl-whole": specs.whole });
    const slider = (name: string) => this.querySelector<HTMLInputElement>(`[data-signal="${name}"]`)!;
    const select = this.querySelector<HTMLSelectElement>("[data-run]");
    const rho = slider("rho"), rhoHat = slider("rhoHat");
    const run = () => runs[Number(select?.value ?? 0)];
    const show = (rows?: { latents: object[] }) => {
      const now = { rho: Number(rho.value), rhoHat: Number(rhoHat.value) };
      for (const [name, value] of Object.entries(now)) this.#write(`[data-shows="${name}"]`, value.toFixed(3));
      for (const [name, text] of Object.entries(readoutOf(now))) this.#write(`[data-value="${name}"]`, text);
      if (run()) this.#write('[data-value="sum"]', klSum(now.rho, run().means).toFixed(4));
      void charts.set(now, rows);
    };
    rho.oninput = rhoHat.oninput = () => show();
    select?.addEventListener("change", () => {
      rho.value = String(run().rho);
      this.#write("[data-run-words]", select.selectedIndex === 0 ? "the featured run" : run().title);
      show({ latents: run().means.map((x) => ({ x })) });
    });
    const follow = async (event: PointerEvent) => {
      const x = await charts.xUnder("kl-penalty", event);
      if (x === null) return;
      rhoHat.value = String(x);
      show();
    };
    const plot = this.querySelector<HTMLElement>("#kl-penalty fig-reading")!;
    plot.addEventListener("pointermove", (event) => void follow(event));
    plot.addEventListener("pointerdown", (event) => void follow(event));
  }

  #write(selector: string, text: string): void {
    this.querySelector(selector)!.textContent = text;
  }
}

customElements.define("kl-figure", KlFigure);
