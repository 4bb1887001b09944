/**
 * Starting anew and changing a training, on the side that the controls show: training goes on if it was under way.
 *
 * @module
 */
import type { Live, Side } from "../live.ts";
import type { LiveKnob, LiveSettings } from "../settings.ts";
import { knobsNow } from "../sides.ts";
import { currentValue, hasControl, shownConfig } from "./controls.ts";

/**
 * Starts the selected side with other settings; knobs that were changed during training stay as they are now.
 *
 * @param settings With `difference` a second model beside the first; null for none.
 */
export function startWith(
  { state, actions }: Live,
  { difference, ...settings }: Partial<LiveSettings> & { difference?: LiveSettings["knobs"] | null },
): void {
  const { sides, selected } = state, isTraining = sides.some(({ isTraining }) => isTraining);
  if (selected === 0) {
    actions.start(settings.knobs ? settings : { ...settings, knobs: knobsNow(sides[0]) }, { difference });
  } else {
    actions.start({ knobs: differenceOf(sides[0].settings.knobs, settings.knobs ?? {}) }, { side: 1 });
    actions.select(1);
  }
  if (isTraining) actions.play();
}

/**
 * Changes a knob: of both models if they have the same value of it, else of the one that the controls show. A model that is
 * still on its way is opened anew with the value.
 */
export function changeOf(live: Live, { knob, value }: { knob: LiveKnob; value: number }): void {
  const { state, actions } = live, { sides, selected } = state, side = sides[selected]!;
  if (!side.opened) return startWith(live, { knobs: { ...knobsNow(side), [knob]: value } });
  const isShared = sides.every((side) =>
    reads(side, knob) && currentValue(side, knob) === currentValue(sides[0], knob)
  );
  if (isShared) actions.change(knob, value);
  else actions.change(knob, value, { side: selected });
}

function reads(side: Side, knob: LiveKnob): boolean {
  return hasControl(knob, shownConfig(side).sparsity);
}

/** The knobs of a second model that are not the first one's. */
function differenceOf(first: LiveSettings["knobs"], second: LiveSettings["knobs"]): LiveSettings["knobs"] {
  const names = Object.keys(second) as (keyof LiveSettings["knobs"])[];
  return Object.fromEntries(
    names.filter((name) => String(second[name]) !== String(first[name])).map((name) => [
      name,
      second[name],
    ]),
  );
}
