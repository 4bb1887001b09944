/**
 * The sentences and names of the Inputs page that depend on the run and on the input.
 *
 * @module
 */
import type { InputRow } from "../../../lib/report/inputs_schema.ts";
import { count, figure, fixed } from "../format.ts";
import { hasOthers, type InputsData } from "./data.ts";
import type { Figure } from "./figure.ts";
import { decimalsFor } from "./figure_html.ts";

/** `class 7`, or the class's name where it has one; empty without a label. */
export function className(label: number | null, { classNames }: Pick<InputsData, "classNames">): string {
  if (label === null) return "";
  const name = classNames[label] ?? String(label);
  return /^\d+$/.test(name) ? `class ${name}` : name;
}

/** `Test image 0 · class 7`. */
export function inputTitle({ row, label }: Pick<InputRow, "row" | "label">, data: InputsData): string {
  const parts = [`Test ${data.word} ${count(row)}`, className(label, data)];
  return parts.filter((part) => part !== "").join(" · ");
}

/** How many latents are active on the input, and how many of them are listed. */
export function activeText({ activeLatents, active: { latents } }: InputRow, data: InputsData): string {
  const { nLatents, activeAbove, latentsAreSigmoid } = data;
  const of = `${count(activeLatents)} of ${count(nLatents)} latents ${activeLatents === 1 ? "is" : "are"}`;
  const active = activeAbove > 0 ? `${of} above ${activeAbove}.` : `${of} active.`;
  const all = latentsAreSigmoid ? nLatents : activeLatents;
  return latents.length < all ? `${active} The ${latents.length} most active are listed.` : active;
}

/** What the reconstruction shown is made from, and the errors of the two ends. */
export function stateText(
  { mode, shown: { latents, isWhole }, columns }: Figure,
  { row: { mse, mseBase }, data: { latentsAreSigmoid } }: { row: Pick<InputRow, "mse" | "mseBase">; data: InputsData },
): string {
  const decimals = decimalsFor(Math.max(mse, mseBase));
  const listed = columns.filter(({ kind }) => kind === "latent").length;
  const now = mode === "sum"
    ? `The sum has ${latents} of ${listed} latents. `
    : `${latents} of ${listed} latents are on. `;
  const whole = isWhole ? "" : `With all of them the MSE is ${fixed(mse, decimals)}. `;
  const base = latentsAreSigmoid ? "With every latent at its mean" : "Without latents";
  return `${listed === 0 || mode === "numbers" ? "" : now}${whole}${base} the MSE is ${fixed(mseBase, decimals)}.`;
}

/** What stands instead of latents where none is active. */
export function noneText({ latents }: InputRow["active"], data: InputsData): string {
  if (latents.length > 0) return "";
  return `No latent is active on this ${data.word}: the reconstruction is the decoder's output without latents.`;
}

/** What the first column of a figure stands for. */
export function firstName(
  { mode, shown: { isWhole } }: Pick<Figure, "mode" | "shown">,
  { latentsAreSigmoid }: Pick<InputsData, "latentsAreSigmoid">,
): string {
  if (mode !== "sum") return isWhole ? "all on" : "now";
  return latentsAreSigmoid ? "mean" : "bias";
}

/** What stands above the figure: what is drawn. */
export function introduction(data: InputsData): string {
  if (data.picture === "none") {
    return "The rows of these data are vectors of more than 256 values and have no picture. The figure shows for each active latent how " +
      "active it is on this row, and how the error of the reconstruction changes if this latent alone is set to 0.";
  }
  if (data.mode !== "sum") {
    return "The contributions of this model's latents do not add up: the decoder has hidden layers or a sigmoid output, so that " +
      "the effect of a latent depends on the other latents. The figure shows for each latent what changes in the reconstruction " +
      "if this latent alone is set to 0.";
  }
  const [start, activation] = data.latentsAreSigmoid
    ? ["the decoder's output with every latent at its mean activation", "its activation less its mean activation,"]
    : ["the decoder's bias, which is the output without any latent", "its activation"];
  return `The reconstruction is ${start}, plus one contribution for each active latent: ${activation} times its decoder ` +
    `direction. Follow “sum so far” to see the ${data.word} appear.`;
}

/** The figure's caption, HTML: what is drawn, how to read it, how exact it is. */
export function caption(data: InputsData): string {
  const { picture, size: { channels }, range: { black, white } } = data;
  const signs = picture === "bars"
    ? 'white bars add, <span class="less">blue-green</span> bars remove'
    : channels === 3
    ? "mid-grey is no change, a lighter or stronger colour adds light, a darker one or the complementary colour removes it"
    : 'white adds light, <span class="less">blue-green</span> removes light';
  const reach = picture === "bars"
    ? " The longest bar of an input or a sum is the largest number of the input and its reconstruction."
    : "";
  const exact = `Tiles have 8 bits: the values of an input are exact to ${
    figure((white - black) / 510, 2)
  } in a range of ${figure(white - black, 2)}.${reach}`;
  if (data.mode === "sum") {
    const hasRest = data.rows.some((row) => hasOthers(row, data));
    const others =
      "“Others” is what the reconstruction has beyond the listed latents. The tile of the reconstruction is cut off at " +
      "black and white, and so is this difference.";
    return `<p>For each latent: its activation; its contribution (${signs}); the sum so far; the mean squared error (MSE) of that ` +
      "sum. Blue: this latent lowers the error. Magenta: it raises the error. The change depends on the order of the latents; " +
      `“without it” does not: it is the error if this latent alone is set to 0.${hasRest ? ` ${others}` : ""}</p>` +
      `<p>${exact} The errors of sums are computed from the tiles. The errors of the whole reconstruction, of the first column and ` +
      "without a latent are those that the run measured.</p>";
  }
  const bars =
    "The bar is the rise of the error without this latent. Blue: the error rises, so the latent lowers it. Magenta: the " +
    "error falls without the latent.";
  if (data.mode === "numbers") {
    const numbers =
      `<p>For each listed latent: its activation, and the mean squared error (MSE) if this latent alone is set to 0. ${bars}</p>`;
    if (picture === "none") return numbers;
    return `${numbers}<p>There are no pictures of the changes: they need the activations of all latents, and the report lists ` +
      "the 64 most active.</p>";
  }
  return `<p>For each latent: its activation; what it changes in the reconstruction (${signs}); the reconstruction without it; the ` +
    `mean squared error (MSE) of that. ${bars} The changes do not add up to the reconstruction.</p>` +
    `<p>The changes are decoded with the run's own weights. ${exact}</p>`;
}
