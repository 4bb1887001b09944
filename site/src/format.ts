/**
 * Numbers as people read them: one way for each kind.
 *
 * @module
 */

const MINUS = "−";
/** Stands between a number and its unit: a line does not begin with a unit. */
const NBSP = "\u00a0";

/** A measured number to so many significant digits, in plain notation: 0.00820, 12.3; an en dash for null. */
export function figure(value: number | null, digits = 3): string {
  if (value === null) return "–";
  if (value === 0) return "0";
  const places = Math.max(0, digits - 1 - Math.floor(Math.log10(Math.abs(value))));
  return fixed(value, Math.min(places, 8));
}

/** From here on a number is written with a power of ten: its digits would be wider than a table's column. */
const LARGE = 1e6;

/** To a number of decimals, with a true minus; 7.9e+14 if it is very large. */
export function fixed(value: number, decimals: number): string {
  const text = Math.abs(value) >= LARGE ? value.toExponential(1) : value.toFixed(decimals);
  return text.replace(/^-/, MINUS);
}

/** A median with the least and the largest, 0.767 (0.761 to 0.770), which a line breaks before alone; the median if all are one number. */
export function withRange(
  { median, least, largest }: { median: number; least: number; largest: number },
  text: (value: number) => string,
): string {
  const [middle, low, high] = [median, least, largest].map(text);
  return low === high ? middle : `${middle} (${low}${NBSP}to${NBSP}${high})`;
}

/** A share as per cent: 12 %; one that is nearly 1 with as many digits as say how much is left: 99.8 %. */
export function percent(share: number): string {
  const value = 100 * share;
  if (value < 10) return `${figure(value, 2)}${NBSP}%`;
  const decimals = value > 99 && value < 100 ? Math.min(4, Math.ceil(-Math.log10(100 - value))) : 0;
  return percentTo(share, decimals);
}

/** A share as per cent to a number of decimals, where several are compared: 87.5 %. */
export function percentTo(share: number, decimals: number): string {
  return `${fixed(100 * share, decimals)}${NBSP}%`;
}

/** A count with thin spaces between thousands. */
export function count(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, "\u202f");
}

/** The size of a file: 812 B, 36 kB, 1.9 MB; units are powers of 1,000. */
export function fileSize(bytes: number): string {
  if (bytes < 1000) return `${bytes}${NBSP}B`;
  const [value, unit] = bytes < 999_500
    ? [bytes / 1e3, "kB"]
    : bytes < 999_500_000
    ? [bytes / 1e6, "MB"]
    : [bytes / 1e9, "GB"];
  return `${value.toFixed(value < 9.95 ? 1 : 0)}${NBSP}${unit}`;
}

/** Milliseconds in the largest fitting unit. */
export function duration(ms: number): string {
  if (ms < 1000) return `${ms.toFixed(0)}${NBSP}ms`;
  if (ms < 120_000) return `${(ms / 1000).toFixed(ms < 10_000 ? 1 : 0)}${NBSP}s`;
  return `${(ms / 60_000).toFixed(1)}${NBSP}min`;
}

/** A UTC time as `2026-11-21 07:30 UTC`. */
export function utc(iso: string): string {
  return `${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC`;
}
