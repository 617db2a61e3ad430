// How a node says no to its configuration: one line that names the keys with their values and
// origins, what is wrong, and what to do.

import { Fault } from "@odradek/base";
import type { BrokerConfigName } from "../catalogue.ts";
import { named } from "../resolve.ts";
import type { ResolvedConfig } from "../resolved_config.ts";

/** Longer defaults say nothing to anybody. */
const DEFAULT_SHOWN_MAX = 40;

/** Throws Fault "configuration". `why` says what is wrong and, after a semicolon, what to do. */
export function refuseKeys(
  config: ResolvedConfig,
  keys: readonly BrokerConfigName[],
  why: string,
): never {
  const what = keys.map((key) => {
    const setting = config.settings.get(key);
    if (setting !== undefined) return named(setting);
    const text = config.read(key).text;
    if (text === null) return `${key} unset`;
    return text.length > DEFAULT_SHOWN_MAX ? `${key} (default)` : `${key}="${text}" (default)`;
  });
  throw new Fault("configuration", `Cannot start with ${what.join(", ")}: ${why}`);
}
