// Requests that name many partitions: each is resolved and asked for itself, and a refusal of one
// is that one's answer.

import { type Outcome, refusedBy } from "../partitions/refused.ts";
import type { MaybePromise, Outcomes } from "../partitions/service.ts";

/**
 * The outcomes of all `items`, in their order. `resolve` makes the call for one, or refuses;
 * `ask` carries out all calls that were made.
 */
export async function askPartitions<Item, Call, Answer extends object>(
  items: readonly Item[],
  resolve: (item: Item) => Call,
  ask: (calls: readonly Call[]) => MaybePromise<Outcomes<Answer>>,
): Promise<Outcome<Answer>[]> {
  const calls: Call[] = [];
  const outcomes: (Outcome<Answer> | undefined)[] = items.map((item) => {
    try {
      calls.push(resolve(item));
      return undefined;
    } catch (error) {
      return refusedBy(error);
    }
  });
  const answers = calls.length === 0 ? [] : await ask(calls);
  let next = 0;
  return outcomes.map((outcome) => outcome ?? (answers[next++] as Outcome<Answer>));
}

/** Splits what was answered for all partitions into the answers of each topic. */
export function perTopic<Topic, Answer>(
  topics: readonly Topic[],
  count: (topic: Topic) => number,
  answers: readonly Answer[],
): [Topic, Answer[]][] {
  let at = 0;
  return topics.map((topic) => {
    const own = answers.slice(at, at + count(topic));
    at += own.length;
    return [topic, own];
  });
}
