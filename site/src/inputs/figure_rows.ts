/**
 * The figure's numbers as rows to take away, for CSV and JSON.
 *
 * @module
 */
import type { Column, Figure } from "./figure.ts";

/** A column of the figure. Names and units as on the page; null where a number does not apply. */
export type FigureRow = {
  part: Column["kind"];
  latent: number | null;
  activation: number | null;
  on: boolean;
  /** MSE of the sum up to this part; null for a decoder in which contributions do not add. */
  mse_of_sum: number | null;
  /** The report's MSE without this latent, all others on. */
  mse_without: number | null;
};

/** One row for each column, in the order shown. */
export function figureRows({ columns, mode }: Figure): FigureRow[] {
  return columns.map(({ kind, latent, activation, isOn, bar, mseWithout }) => ({
    part: kind,
    latent,
    activation,
    on: isOn,
    mse_of_sum: mode === "sum" && bar ? bar.to : null,
    mse_without: mseWithout,
  }));
}
