// Which parts a node plays. Without process.roles it plays both.

import type { ResolvedConfig } from "../resolved_config.ts";
import { refuseKeys } from "./refuse.ts";

export interface Roles {
  readonly broker: boolean;
  readonly controller: boolean;
}

export function readRoles(config: ResolvedConfig): Roles {
  const roles = config.value("process.roles");
  if (roles === undefined) return { broker: true, controller: true };
  if (roles.length === 0) {
    refuseKeys(config, ["process.roles"], "it is empty; give broker, controller or both");
  }
  return { broker: roles.includes("broker"), controller: roles.includes("controller") };
}
