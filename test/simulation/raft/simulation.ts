// One life of a cluster of consensus cores alone: no node around them, simulated disks and
// messages. What they must hold stands beside the core, in packages/raft/testing.

import { BrokenPromise } from "@odradek/raft/testing/broken_promise";
import { live } from "@odradek/raft/testing/cluster_lives";
import type { Failure, Outcome } from "../run/outcome.ts";

export function simulateRaft(seed: number, print?: (line: string) => void): Promise<Outcome> {
  const { cluster, troubles, failure } = live(seed);
  if (print !== undefined) cluster.trace.forEach(print);
  const applied = cluster.ids.map((id) => cluster.node(id).committed);
  return Promise.resolve({
    seed,
    simulatedMs: cluster.now,
    faults: troubles,
    acknowledged: cluster.promises.committed.length,
    read: applied.reduce((sum, end) => sum + end, 0),
    starts: cluster.counts.starts,
    powerLosses: cluster.counts.powerFailures,
    failure: failure === undefined ? undefined : failureOf(failure),
  });
}

/** What the core finds wrong with itself are its invariants. */
function failureOf(failure: unknown): Failure {
  const checker = failure instanceof BrokenPromise ? failure.kind : "invariants";
  return { checker, message: failure instanceof Error ? failure.message : String(failure) };
}
