/**
 * `<loss-figure>`: the slider of β and the chart that follows it.
 *
 * @module
 */
import { LiveCharts, type Specs } from "./live_charts.ts";

class LossFigure extends HTMLElement {
  connectedCallback(): void {
    const charts = new LiveCharts(this, JSON.parse(this.querySelector("script")!.textContent!) as Specs);
    const slider = this.querySelector("input")!, output = this.querySelector("output")!;
    slider.oninput = () => {
      output.textContent = String(Number(Number(slider.value).toPrecision(6)));
      void charts.set({ beta: Number(slider.value) });
    };
  }
}

customElements.define("loss-figure", LossFigure);
