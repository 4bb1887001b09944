/**
 * A chart as compiled Vega, for the page that makes it answer: Vega-Lite stays at home, and so do the sliders that an editor
 * would show, because the page has its own.
 *
 * @module
 */
import type { Spec } from "vega";
import { compile } from "vega-lite";
import { type Chart, THEME } from "../charts/theme.ts";

/** The specification at each width. */
export function compiledFor(chart: Chart, widths: readonly number[]): Record<number, Spec> {
  return Object.fromEntries(widths.map((width) => {
    const { spec } = compile(chart(width), { config: THEME });
    return [width, {
      ...spec,
      signals: spec.signals?.map((signal) => ({ ...signal, bind: undefined })) as Spec["signals"],
    }];
  }));
}
