// Which faults come when: pure, so that a seed names its plan.

import type { Random } from "@odradek/base";
import { CLIENTS } from "./links.ts";

const KINDS = ["kill", "pause", "restart", "cut", "cut one way", "kill all"] as const;

/**
 * kill: SIGKILL, and a start later. pause: SIGSTOP, and SIGCONT later. restart: SIGTERM, and a
 * start at once. cut: links lose what is sent, in both directions or from the node alone. kill all:
 * SIGKILL of all nodes at once, and a start later.
 */
export type FaultKind = typeof KINDS[number];

export interface PlannedFault {
  readonly kind: FaultKind;
  readonly atMs: number;
  readonly durationMs: number;
  /** All that suffer: one, unless all do. */
  readonly nodes: readonly number[];
  /** Whose links to the node are cut. */
  readonly from: readonly number[];
}

export interface PlanOptions {
  readonly nodes: readonly number[];
  readonly count: number;
  readonly durationMs: number;
}

const PAUSE_MS = 20_000;
/** At least, and so much more at most. */
const DOWN_MS = [500, 9500] as const;
const CUT_MS = [3000, 12_000] as const;

/**
 * In the order in which they begin. A node has one fault at a time, while the others may have
 * theirs.
 */
export function planOf(random: Random, { nodes, count, durationMs }: PlanOptions): PlannedFault[] {
  const spacingMs = Math.floor(durationMs / count);
  const wholeAtMs = new Map(nodes.map((node) => [node, 0]));
  const plan: PlannedFault[] = [];
  for (let i = 0; i < count; i++) {
    const atMs = i * spacingMs + random.below(spacingMs);
    const whole = nodes.filter((node) => (wholeAtMs.get(node) ?? 0) <= atMs);
    const node = whole[random.below(whole.length)];
    // All have their fault: a moment without a new one.
    if (node === undefined) continue;
    const fault = faultOf(random, { node, nodes, atMs, isWhole: whole.length === nodes.length });
    for (const one of fault.nodes) wholeAtMs.set(one, fault.atMs + fault.durationMs);
    plan.push(fault);
  }
  return plan;
}

interface Moment {
  readonly node: number;
  readonly nodes: readonly number[];
  readonly atMs: number;
  /** No node has a fault. */
  readonly isWhole: boolean;
}

function faultOf(random: Random, { node, nodes, atMs, isWhole }: Moment): PlannedFault {
  const kind = KINDS[random.below(isWhole ? KINDS.length : KINDS.length - 1)] ?? "kill";
  const others = [...nodes.filter((one) => one !== node), CLIENTS];
  const isCut = kind === "cut" || kind === "cut one way";
  const other = others[random.below(others.length)] ?? CLIENTS;
  const from = random.below(2) === 0 ? others : [other];
  return {
    kind,
    atMs,
    durationMs: durationOf(random, kind),
    nodes: kind === "kill all" ? nodes : [node],
    from: isCut ? from : [],
  };
}

function durationOf(random: Random, kind: FaultKind): number {
  switch (kind) {
    case "restart":
      return 0;
    case "pause":
      return PAUSE_MS;
    case "cut":
    case "cut one way":
      return CUT_MS[0] + random.below(CUT_MS[1]);
    case "kill":
    case "kill all":
      return DOWN_MS[0] + random.below(DOWN_MS[1]);
  }
}
