// One thing that is to be seen with somebody else's tool, and where.

import type { Tools } from "./tools.ts";

export interface Bench {
  readonly tools: Tools;
  /** `127.0.0.1:port` of the node. */
  readonly address: string;
  /** Of the node, the controller's is ten further on. */
  readonly port: number;
  /** Folder of the reference's script for a cluster: of its node 1, `dataDir` is the directory. */
  readonly folder: string;
  readonly dataDir: string;
}

export interface Check {
  /** A sentence that begins with the tool. */
  readonly name: string;
  /** Rejects if it does not hold. */
  run(bench: Bench): Promise<void>;
}

/** What the node holds when all of `CLIENT_CHECKS` have run, by topic and partition. */
export const WRITTEN: Readonly<Record<string, readonly number[]>> = {
  "kcat-codecs": [250, 250],
  "console": [3],
  "perf": [20_000],
};

/** The lines of a text without the last line's end. */
export function lines(text: string): string[] {
  return text.trimEnd().split("\n");
}
