// What decisions may look at beside the image, the same in every test.

import { seededRandom } from "@odradek/base";
import { configOf } from "@odradek/metadata/configs/mod";
import { Refusal } from "@odradek/protocol/refusal";
import type { ErrorName } from "@odradek/protocol/errors";
import * as assert from "uvu/assert";
import type { Circumstances } from "../decide/decision.ts";

export const CLUSTER_ID = "cluster-of-tests-00000";

type Configs = Parameters<typeof configOf>[0];

export interface CircumstancesDraft {
  readonly configs?: Configs;
  readonly seed?: number;
  readonly nextOffset?: number;
}

export function circumstances(draft: CircumstancesDraft = {}): Circumstances {
  return {
    now: 1_900_000_000_000,
    random: seededRandom(draft.seed ?? 1),
    config: configOf(draft.configs ?? {}),
    clusterId: CLUSTER_ID,
    nextOffset: draft.nextOffset ?? 1000,
  };
}

/** Fails unless `decide` is refused with this error and, if given, words of this message. */
export function refuses(
  decide: () => unknown,
  error: ErrorName,
  message: string | RegExp = "",
): void {
  assert.throws(decide, (thrown: unknown) => {
    if (!(thrown instanceof Refusal)) throw thrown;
    assert.is(thrown.error, error);
    assert.match(thrown.message, message);
    return true;
  });
}
