/**
 * Puts a live Vega chart in the place of its static picture. Works under a content security policy without `unsafe-eval`.
 *
 * @module
 */
import { parse, type Spec, View } from "vega";
import { expressionInterpreter } from "vega-interpreter";
import { Handler } from "vega-tooltip";

/** Mounts a compiled specification into `box`; the old picture stays until the new one is drawn. */
export async function mount(box: HTMLElement, spec: Spec): Promise<View> {
  const container = document.createElement("div");
  const view = new View(parse(spec, undefined, { ast: true }), {
    expr: expressionInterpreter,
    renderer: "svg",
    container,
    hover: true,
    tooltip: new Handler({ theme: matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light" }).call,
  });
  await view.runAsync();
  const svg = container.querySelector("svg")!;
  svg.setAttribute("aria-hidden", "true");
  // Text is wider or narrower here than it was estimated at build; the picture keeps the size it had.
  const [, , width, height] = box.querySelector("svg")!.getAttribute("viewBox")!.split(" ");
  svg.style.aspectRatio = `${width} / ${height}`;
  box.replaceChildren(container);
  return view;
}
