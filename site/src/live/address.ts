/**
 * The live page's state as its address keeps it, after the `#`: what reproduces the view on the CPU engine to the bit.
 *
 *     #preset=topk                                   a preset, as it is
 *     #sparsity=topk&k=8&seed=3&data=mnist           knobs by the program's names (its `preset` is `recipe` here); data
 *                                                    `run:…` are test rows of a run
 *     &at=649&then=266:rho:0.2,400:lr:0.001          steps taken, and changes on the way
 *     &with=sparsity:l1;lambda:0.1&thenWith=…        a second model that differs in these knobs, and its changes
 *     &test=12  or  &draw=…                          the image in Draw
 *     &set=3:0,16:0.5&pin=3&side=1                   what Operate has set, and on which side
 *     &run=…&engine=cpu&hide=variant,rho             weights of a run, the engine, hidden controls
 *
 * Reads and writes text; does not know whether values are allowed (`settings.ts`).
 *
 * @module
 */
import { CONFIG_KNOBS, type KnobName } from "../../../lib/config_knobs.ts";
import type { Config } from "../../../lib/config.ts";
import type { Knob } from "../../../lib/knob.ts";
import type { WantedEngine } from "./messages.ts";
import { type Change, type DataName, isDataName, isOnPage, LIVE_KNOBS, type LiveKnob } from "./settings.ts";

/** What an address says. */
export interface Address {
  preset: string | null;
  knobs: Partial<Config>;
  data: DataName;
  run: string | null;
  engine: WantedEngine;
  /** Steps taken. */
  at: number;
  changes: Change[];
  /** What the second model has otherwise; null if there is none. */
  difference: Partial<Config> | null;
  /** Changes of the second model. */
  otherChanges: Change[];
  /** The image in Draw; null for the page's own choice. */
  input: { row: number } | { drawing: string } | null;
  operated: [latent: number, activation: number][];
  pinned: number | null;
  selected: 0 | 1;
  hidden: string[];
}

/** An address that says nothing. */
export const NO_ADDRESS: Readonly<Address> = {
  preset: null,
  knobs: {},
  data: "digits",
  run: null,
  engine: "auto",
  at: 0,
  changes: [],
  difference: null,
  otherChanges: [],
  input: null,
  operated: [],
  pinned: null,
  selected: 0,
  hidden: [],
};

/** The program's knob `preset` has another name here, since `preset` names the page's own. */
const RECIPE = "recipe";

/** What an address says; what cannot be understood is named in `unknown` and left out. */
export function readAddress(hash: string): { address: Address; unknown: string[] } {
  const address: Address = { ...NO_ADDRESS, knobs: {} };
  const unknown: string[] = [];
  for (const [name, text] of new URLSearchParams(hash.replace(/^#/, ""))) {
    const isUnderstood = Object.hasOwn(READERS, name)
      ? READERS[name](text, address)
      : readKnob(name, text, address.knobs);
    if (!isUnderstood) unknown.push(`${name}=${text}`.slice(0, 60));
  }
  return { address, unknown };
}

/** The text of an address, with its `#`; empty if it says nothing. */
export function writeAddress(address: Address): string {
  const parts: [string, string][] = [];
  const add = (name: string, text: string | number | null) => text !== null && parts.push([name, String(text)]);
  add("preset", address.preset);
  if (address.preset === null) { for (const [name, text] of knobTexts(address.knobs)) add(name, text); }
  if (address.data !== NO_ADDRESS.data || address.run !== null) add("data", address.data); // a run has data of its own
  add("run", address.run);
  if (address.engine !== NO_ADDRESS.engine) add("engine", address.engine);
  if (address.difference) add("with", knobTexts(address.difference).map(([name, text]) => `${name}:${text}`).join(";"));
  if (address.at > 0) add("at", address.at);
  if (address.changes.length > 0) add("then", changesText(address.changes));
  if (address.otherChanges.length > 0) add("thenWith", changesText(address.otherChanges));
  if (address.input) "row" in address.input ? add("test", address.input.row) : add("draw", address.input.drawing);
  if (address.operated.length > 0) add("set", address.operated.map((pair) => pair.join(":")).join(","));
  add("pin", address.pinned);
  if (address.selected === 1) add("side", 1);
  if (address.hidden.length > 0) add("hide", address.hidden.join(","));
  return parts.length === 0 ? "" : `#${parts.map(([name, text]) => `${name}=${escaped(text)}`).join("&")}`;
}

/** Readers of what is not a knob: each says whether it understood the text. */
const READERS: Record<string, (text: string, address: Address) => boolean> = {
  preset: (text, address) => Boolean(address.preset = text),
  data: (text, address) => isDataName(text) && Boolean(address.data = text),
  run: (text, address) => Boolean(address.run = text),
  engine: (text, address) => ["auto", "cpu", "webgpu"].includes(text) && Boolean(address.engine = text as WantedEngine),
  at: (text, address) => readCount(text, (at) => address.at = at),
  then: (text, address) => readList(text, changeOf, (changes) => address.changes = changes),
  thenWith: (text, address) => readList(text, changeOf, (changes) => address.otherChanges = changes),
  with: (text, address) => {
    const difference: Partial<Config> = {};
    const isUnderstood = text.split(";").every((part) => readKnob(...split(part), difference));
    if (isUnderstood) address.difference = difference;
    return isUnderstood;
  },
  test: (text, address) => readCount(text, (row) => address.input = { row }),
  draw: (text, address) => Boolean(address.input = { drawing: text }),
  set: (text, address) => readList(text, operatedOf, (operated) => address.operated = operated),
  pin: (text, address) => readCount(text, (latent) => address.pinned = latent),
  side: (text, address) => ["0", "1"].includes(text) && Number.isInteger(address.selected = Number(text) as 0 | 1),
  hide: (text, address) => Boolean(address.hidden = text.split(",").filter(Boolean)),
};

/** Knobs with their values as text. */
function knobTexts(knobs: Partial<Config>): [string, string][] {
  return Object.entries(knobs).filter(([, value]) => value !== undefined).map(([name, value]) => {
    const knob: Knob = CONFIG_KNOBS[name as KnobName];
    const text = value === null && "unset" in knob ? knob.unset!.word : String(value);
    return [name === "preset" ? RECIPE : name, text];
  });
}

function readKnob(word: string, text: string, knobs: Partial<Config>): boolean {
  const name = word === RECIPE ? "preset" : word;
  if (word === "preset" || !Object.hasOwn(CONFIG_KNOBS, name) || !isOnPage(name)) return false;
  Object.assign(knobs, { [name]: knobValue(CONFIG_KNOBS[name], text) });
  return true;
}

/** A knob's value from its text; a text that is not a number stays text, so that the knob's own error names it. */
function knobValue(knob: Knob, text: string): unknown {
  if (knob.kind === "choice") return text;
  if ("unset" in knob && text === knob.unset?.word) return null;
  const numberOf = (part: string) => part.trim() === "" || Number.isNaN(Number(part)) ? part : Number(part);
  if (knob.kind === "integers" || knob.kind === "numbers") return text === "" ? [] : text.split(",").map(numberOf);
  return numberOf(text);
}

function changesText(changes: readonly Change[]): string {
  return changes.map(({ step, knob, value }) => `${step}:${knob}:${value}`).join(",");
}

function changeOf(text: string): Change | null {
  const [step, knob, value] = text.split(":");
  const change = { step: Number(step), knob: knob as LiveKnob, value: Number(value) };
  return isCount(step) && LIVE_KNOBS.includes(change.knob) && isFinite(change.value) && value !== "" ? change : null;
}

function operatedOf(text: string): [number, number] | null {
  const [latent, activation = ""] = text.split(":");
  return isCount(latent) && activation !== "" && isFinite(Number(activation))
    ? [Number(latent), Number(activation)]
    : null;
}

function readList<Item>(text: string, itemOf: (text: string) => Item | null, keep: (items: Item[]) => void): boolean {
  const items = text.split(",").map(itemOf);
  if (items.includes(null)) return false;
  keep(items as Item[]);
  return true;
}

function readCount(text: string, keep: (count: number) => void): boolean {
  if (isCount(text)) keep(Number(text));
  return isCount(text);
}

/** Whether a text is a whole number from 0 to a billion. */
function isCount(text: string): boolean {
  return /^\d{1,9}$/.test(text);
}

/** A name and a text around the first colon. */
function split(part: string): [string, string] {
  const at = part.indexOf(":");
  return at < 0 ? [part, ""] : [part.slice(0, at), part.slice(at + 1)];
}

/** As a URL needs it, but with the signs left as they are that make it readable. */
function escaped(text: string): string {
  return encodeURIComponent(text).replaceAll("%3A", ":").replaceAll("%2C", ",").replaceAll("%3B", ";");
}
