/**
 * The choice of a run whose weights a training starts from.
 *
 * @module
 */
import type { MountView } from "../live.ts";

/** See the module comment. */
export const mountRuns: MountView = (root, { actions }) => {
  const select = root.querySelector("select")!;
  select.onchange = () => actions.openRun(select.value || null);
  return {
    draw({ sides: [{ settings }] }, changed) {
      if (!changed.has("sides") && !changed.has("notice")) return; // a reader may have been asked, and said no
      const run = settings.run ?? "";
      // An address can open a run that the menu has not.
      if (!Array.from(select.options).some(({ value }) => value === run)) select.add(new Option(run, run));
      select.value = run;
    },
  };
};
