// What the verbs of `configs` work with.

import type { Admin } from "@odradek/client";
import type { Terminal } from "../terminal.ts";
import type { Entity } from "./entity.ts";

export interface ConfigsContext {
  readonly admin: Admin;
  readonly terminal: Terminal;
  /** One; of quotas perhaps two: a user and a client. */
  readonly entities: readonly Entity[];
  /** Who list nothing, but know what is named. */
  readonly ofControllers: boolean;
  readonly flags: {
    /** Not only what is set. */
    readonly all?: boolean | undefined;
    readonly json?: boolean | undefined;
  };
}

/** What is asked for by --alter. */
export interface Alterations {
  readonly additions: ReadonlyMap<string, string>;
  readonly deletions: readonly string[];
}
