// Requests that name many things are answered for each: done or refused. What may still become
// done is asked for again, the rest is left as it is.

import type { CallOptions, Cluster } from "../cluster.ts";
import { BrokerRefused } from "../refused.ts";

/** What became of a part of a request. */
export type Outcome<Done> = Done | BrokerRefused;

/** The done one, or throws the refusal. */
export function done<Done>(outcome: Outcome<Done> | undefined): Done {
  if (outcome instanceof BrokerRefused) throw outcome;
  if (outcome === undefined) throw new BrokerRefused("UNKNOWN_SERVER_ERROR", "No answer");
  return outcome;
}

export interface Settling<Item, Done> extends CallOptions {
  readonly items: readonly Item[];
  /** Whether a refusal may pass; if absent, as the protocol's table says. */
  readonly passes?: (refusal: BrokerRefused) => boolean;
  /** Asks once for those that are left. */
  readonly ask: (items: readonly Item[]) => Promise<ReadonlyMap<Item, Outcome<Done>>>;
}

/**
 * For requests that change the cluster: a topic that is unknown will not appear by itself, and what
 * timed out may have been done.
 */
export function isNotYetDone({ error }: BrokerRefused): boolean {
  return error === "NOT_CONTROLLER" || error === "THROTTLING_QUOTA_EXCEEDED";
}

/** The last outcome of each. Fault "network" if the brokers stay out of reach. */
export async function settle<Item, Done>(
  cluster: Cluster,
  { items, ask, passes = (refusal) => refusal.isRetriable, ...options }: Settling<Item, Done>,
): Promise<Map<Item, Outcome<Done>>> {
  const outcomes = new Map<Item, Outcome<Done>>();
  const passing = (one: Outcome<Done> | undefined): BrokerRefused | undefined =>
    one instanceof BrokerRefused && passes(one) ? one : undefined;
  let left = items;
  try {
    await cluster.persist(async () => {
      const answers = left.length === 0 ? new Map<Item, Outcome<Done>>() : await ask(left);
      for (const [item, outcome] of answers) outcomes.set(item, outcome);
      left = left.filter((item) => passing(outcomes.get(item)) !== undefined);
      const refusal = left.length > 0 ? passing(outcomes.get(left[0] as Item)) : undefined;
      if (refusal !== undefined) throw refusal;
    }, options);
  } catch (error) {
    // Time is up: the refusals stand as they are.
    if (!(error instanceof BrokerRefused) || outcomes.size === 0) throw error;
  }
  return outcomes;
}
