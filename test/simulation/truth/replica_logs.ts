// The logs of one node's replicas as its disk has them: read on as they grow, and read anew when
// something was cut or a process has ended.

import type { Machine, MachineWatcher, Program } from "../world/machine.ts";
import { DiskLog } from "./disk_log.ts";

/** Nothing that a process does to its files takes longer, on a disk however slow. */
const SETTLED_MS = 2000;
const CUTTING = new Set(["truncate", "remove", "rename"]);

interface Kept {
  readonly log: DiskLog;
  /** Something was cut since it was read anew, or may be cut yet. */
  isUnsettled: boolean;
  /** Until then, monotonic ms. */
  unsettledUntilMs: number;
}

export class ReplicaLogs implements MachineWatcher {
  readonly #machine: Machine<Program>;
  readonly #now: () => number;
  /** Told of each log that is read anew. */
  readonly #reread: (log: DiskLog) => void;
  readonly #logs = new Map<string, Kept>();

  constructor(
    machine: Machine<Program>,
    { now, reread }: { readonly now: () => number; readonly reread: (log: DiskLog) => void },
  ) {
    this.#machine = machine;
    this.#now = now;
    this.#reread = reread;
    machine.watchers.push(this);
  }

  /** Of `topic-partition`, as it is now. */
  log(name: string): DiskLog {
    const { log, isUnsettled } = this.#kept(name);
    if (isUnsettled || log.problem !== undefined) return this.reread(name);
    log.refresh();
    return log;
  }

  /** As it was before anything of it was cut lately, and with what has come since: cheap. */
  roughly(name: string): DiskLog {
    const { log } = this.#kept(name);
    log.refresh();
    return log;
  }

  reread(name: string): DiskLog {
    const kept = this.#kept(name);
    const { log, unsettledUntilMs } = kept;
    log.reread();
    this.#reread(log);
    kept.isUnsettled = this.#now() < unsettledUntilMs;
    return log;
  }

  #kept(name: string): Kept {
    const known = this.#logs.get(name);
    if (known !== undefined) return known;
    const log = new DiskLog(this.#machine.disk, () => `${DIRECTORY}/${name}`);
    const kept = { log, isUnsettled: false, unsettledUntilMs: 0 };
    this.#logs.set(name, kept);
    return kept;
  }

  operation(operation: string, path: string): void {
    if (!CUTTING.has(operation)) return;
    const [, name = ""] = path.split(`${DIRECTORY}/`);
    this.#unsettle(this.#logs.get(name.slice(0, name.indexOf("/"))));
  }

  ended(): void {
    for (const one of this.#logs.values()) this.#unsettle(one);
  }

  #unsettle(one: Kept | undefined): void {
    if (one === undefined) return;
    one.isUnsettled = true;
    one.unsettledUntilMs = this.#now() + SETTLED_MS;
  }
}

const DIRECTORY = "/data";
