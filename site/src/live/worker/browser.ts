/**
 * The browser and its machine, as the report of a run that was trained in a page states them.
 *
 * Reads what browsers say of themselves; they name neither the processor nor its memory. PORTABLE: no Deno, no Node, no
 * tfjs.
 *
 * @module
 */
import type { BrowserEnvironment } from "../../../../lib/report/environment_schema.ts";

/** Browsers by what their user agents contain, those first that name others beside themselves. */
const BROWSERS: [RegExp, string][] = [
  [/\bEdg\/(\d+)/, "Edge"],
  [/\bOPR\/(\d+)/, "Opera"],
  [/\b(?:Firefox|FxiOS)\/(\d+)/, "Firefox"],
  [/CriOS\/(\d+)/, "Chrome"],
  [/Chrome\/(\d+)/, "Chromium"], // HeadlessChrome too
  [/\bVersion\/(\d+(?:\.\d+)?).* Safari\//, "Safari"],
  [/\bDeno\/([\d.]+)/, "Deno"],
];

/** Systems by what user agents contain; their versions are frozen there. */
const SYSTEMS: [RegExp, string][] = [
  [/Android/, "Android"],
  [/iPhone|iPad/, "iOS"],
  [/Windows/, "Windows"],
  [/Mac OS X/, "macOS"],
  [/CrOS/, "ChromeOS"],
  [/Linux/, "Linux"],
];

/** What `navigator` says. */
export function browserEnvironment(
  { userAgent, hardwareConcurrency }: Pick<Navigator, "userAgent" | "hardwareConcurrency">,
): BrowserEnvironment {
  const [found] = BROWSERS.flatMap(([pattern, name]) => {
    const version = userAgent.match(pattern)?.[1];
    return version === undefined ? [] : [`${name} ${version}`];
  });
  const os = SYSTEMS.find(([pattern]) => pattern.test(userAgent))?.[1];
  return { browser: found ?? "an unknown browser", os: os ?? "an unknown system", cores: hardwareConcurrency };
}
