/**
 * Configurations for tests that go through several variants with the same knobs.
 *
 * @module
 */
import { type Config, idleKnobs, resolveConfig } from "../lib/config.ts";

/** As `resolveConfig`, without the knobs that the variant does not read. */
export function configOf(turned: Partial<Config>): Config {
  const idle: string[] = idleKnobs(turned);
  return resolveConfig(Object.fromEntries(Object.entries(turned).filter(([name]) => !idle.includes(name))));
}
