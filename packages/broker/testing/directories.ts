// Log directories for tests: empty, unless a test says what lies there.

import type { Uuid } from "@odradek/base";
import type { Checkpoints } from "@odradek/log";
import { type LogDirectory, online } from "../partitions/log_directories.ts";
import { testUuid } from "./images.ts";

export interface DirectoryDraft {
  readonly id?: Uuid;
  readonly wasClean?: boolean;
  readonly checkpoints?: Partial<Checkpoints>;
  readonly replicas?: readonly string[];
}

export function logDirectory(path: string, draft: DirectoryDraft = {}): LogDirectory {
  const none = new Map<string, number>();
  return {
    path,
    id: draft.id ?? testUuid(900),
    wasClean: draft.wasClean ?? false,
    checkpoints: {
      recoveryPoints: none,
      logStarts: none,
      highWatermarks: none,
      compactedTo: none,
      ...draft.checkpoints,
    },
    offline: online(),
    replicas: new Set(draft.replicas),
  };
}
