/**
 * What is said of the scaling of runs' values where runs on the same data have several. Formats alone. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { Run } from "../../../lib/report/schema.ts";

/** The scaling; that of bytes and of other values that are in [0, 1] anyway changes nothing. */
export function scaleOf({ scale, factor }: Run["dataset"]["scaling"]): Run["dataset"]["scaling"]["scale"] {
  return scale === "unit" && factor === 1 ? "none" : scale;
}

/** How values were scaled, behind the name of their data. */
export function scaledText(scaling: Run["dataset"]["scaling"]): string {
  const scale = scaleOf(scaling), { subtract } = scaling;
  const scaled = scale === "none" ? "not scaled" : `scaled with ${scale}`;
  return subtract === "none" ? scaled : `${scaled}, ${subtract} subtracted`;
}
