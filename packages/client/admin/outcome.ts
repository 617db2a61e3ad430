// Requests that name many things are answered for each: done or refused. What may still become
// done is asked for again, the rest is left as it is.

import type { CallOptions, Cluster } from "../cluster.ts";
import { BrokerRefused, mayRetry } from "../refused.ts";

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
  /** Asks once for those that are left. */
  readonly ask: (items: readonly Item[]) => Promise<ReadonlyMap<Item, Outcome<Done>>>;
}

/** The last outcome of each. Fault "network" if the brokers stay out of reach. */
export async function settle<Item, Done>(
  cluster: Cluster,
  { items, ask, ...options }: Settling<Item, Done>,
): Promise<Map<Item, Outcome<Done>>> {
  const outcomes = new Map<Item, Outcome<Done>>();
  let left = items;
  try {
    await cluster.persist(async () => {
      const answers = left.length === 0 ? new Map<Item, Outcome<Done>>() : await ask(left);
      for (const [item, outcome] of answers) outcomes.set(item, outcome);
      left = left.filter((item) => mayRetry(outcomes.get(item)));
      const passing = outcomes.get(left[0] as Item);
      if (passing instanceof BrokerRefused) throw passing;
    }, options);
  } catch (error) {
    // Time is up: the refusals stand as they are.
    if (!(error instanceof BrokerRefused) || outcomes.size === 0) throw error;
  }
  return outcomes;
}
