/**
 * Configurations for tests that go through several variants with the same knobs.
 *
 * @module
 */
import { type Config, idleKnobs, resolveConfig, type SettledConfig } from "../lib/config.ts";
import { withPeakRate } from "../lib/training/schedule.ts";

/** As `resolveConfig`, without the knobs that the variant does not read; a learning rate of `auto` is that of one step. */
export function configOf(turned: Partial<Config>): SettledConfig {
  const idle: string[] = idleKnobs(turned);
  const read = Object.fromEntries(Object.entries(turned).filter(([name]) => !idle.includes(name)));
  return withPeakRate(resolveConfig(read), { totalSteps: 1 });
}
