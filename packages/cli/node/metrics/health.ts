// Whether a node is alive, and whether it is ready: if not, why not, in words.

import type { QuorumGauges } from "@odradek/controller";
import type { ThreadCounters } from "@odradek/network";
import type { Answer } from "./http.ts";

export interface Health {
  readonly isWell: boolean;
  /** `ok`, or what it does instead. */
  readonly status: string;
  readonly reasons: readonly string[];
}

/** A thread that is silent for longer is stuck. */
const STUCK_MS = 10_000;
/** Metadata that came longer ago should have been applied. */
const LAG_MS_MAX = 1000;

/** `nowMs`: wall clock. Threads that have not begun are not stuck. */
export function liveness(threads: ReadonlyMap<string, ThreadCounters>, nowMs: number): Health {
  const reasons = [...threads].flatMap(([name, { beatAtMs }]) => {
    const silentMs = nowMs - beatAtMs;
    if (beatAtMs === 0 || silentMs <= STUCK_MS) return [];
    return [`thread ${name} has not moved for ${Math.round(silentMs / 1000)} s`];
  });
  return health("stuck", reasons);
}

/** A broker, as its main thread knows it. */
export interface BrokerCondition {
  readonly isRegistered: boolean;
  readonly isFenced: boolean;
  /** Its ports are open. */
  readonly isServing: boolean;
  /** What all reactors have applied of the metadata, and what there is. */
  readonly appliedEndOffset: number;
  readonly knownEndOffset: number;
  /** It has been behind for longer than it may. */
  readonly isBehind: boolean;
}

export interface Condition {
  readonly isStopping: boolean;
  /** Undefined: the node is none. */
  readonly controller: QuorumGauges | undefined;
  readonly broker: BrokerCondition | undefined;
}

export function readiness({ isStopping, controller, broker }: Condition): Health {
  if (isStopping) return health("stopping", ["the node was told to stop"]);
  return health("starting", [
    ...(controller === undefined ? [] : controllerReasons(controller)),
    ...(broker === undefined ? [] : brokerReasons(broker)),
  ]);
}

function controllerReasons(gauges: QuorumGauges): string[] {
  if (gauges.state === "none") return ["controller: the metadata log is being opened"];
  if (gauges.value("leaderId") < 0) return ["controller: nobody leads the quorum"];
  if (gauges.value("wasCaughtUp") === 1) return [];
  return [`controller: ${catchingUp(gauges.value("appliedEndOffset"), gauges.value("endOffset"))}`];
}

function brokerReasons(broker: BrokerCondition): string[] {
  if (!broker.isRegistered) return ["broker: not registered with the controller yet"];
  const { appliedEndOffset, knownEndOffset } = broker;
  const behind = `broker: ${catchingUp(appliedEndOffset, knownEndOffset)}`;
  if (broker.isFenced) {
    return [appliedEndOffset < knownEndOffset ? behind : "broker: fenced by the controller"];
  }
  if (broker.isBehind) return [behind];
  return broker.isServing ? [] : ["broker: the logs are open, the ports are not yet"];
}

function catchingUp(applied: number, end: number): string {
  return `catching up with the metadata (offset ${Math.max(0, applied)} of ${end})`;
}

function health(status: string, reasons: readonly string[]): Health {
  const isWell = reasons.length === 0;
  return { isWell, status: isWell ? "ok" : status, reasons };
}

export function healthAnswer({ isWell, status, reasons }: Health): Answer {
  return {
    status: isWell ? 200 : 503,
    contentType: "application/json",
    text: `${JSON.stringify({ status, reasons })}\n`,
  };
}

/** How long what was known has not been applied. To be asked at intervals. */
export class MetadataLag {
  /** The first offset that was not applied when it was seen, and when. */
  #waiting: { readonly endOffset: number; readonly sinceMs: number } | undefined;

  /** Monotonic ms. */
  look(nowMs: number, appliedEndOffset: number, knownEndOffset: number): void {
    if (this.#waiting !== undefined && appliedEndOffset >= this.#waiting.endOffset) {
      this.#waiting = undefined;
    }
    if (this.#waiting === undefined && appliedEndOffset < knownEndOffset) {
      this.#waiting = { endOffset: knownEndOffset, sinceMs: nowMs };
    }
  }

  isLong(nowMs: number): boolean {
    return this.#waiting !== undefined && nowMs - this.#waiting.sinceMs > LAG_MS_MAX;
  }
}
