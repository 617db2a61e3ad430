// One value as somebody set it, with where it came from: what all sources are turned into before
// they are merged (resolve.ts).

import { Fault } from "@odradek/base";

export interface Setting {
  readonly name: string;
  readonly text: string;
  /** For people: `server.properties line 12`, `environment KAFKA_NODE_ID`, `--override`. */
  readonly origin: string;
}

/** `key=value` of the command line, each. */
export function readOverrides(overrides: readonly string[]): Setting[] {
  return overrides.map((override) => {
    const [, name = "", text = ""] = /^([^=]*)=([\s\S]*)$/.exec(override) ?? [];
    if (name.trim() === "") {
      throw new Fault("configuration", `Cannot use --override "${override}": give key=value`);
    }
    return { name: name.trim(), text, origin: "--override" };
  });
}
