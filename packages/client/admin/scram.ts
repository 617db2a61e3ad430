// SCRAM credentials of users (KIP-554).

import {
  AlterUserScramCredentials,
} from "@odradek/protocol/messages/alter_user_scram_credentials";
import {
  DescribeUserScramCredentials,
} from "@odradek/protocol/messages/describe_user_scram_credentials";
import type { Cluster } from "../cluster.ts";
import { BrokerRefused, refusalOf, throwIfRefused } from "../refused.ts";
import { isNotYetDone } from "./outcome.ts";

/** By their numbers in the protocol. */
export const SCRAM_MECHANISMS = { "SCRAM-SHA-256": 1, "SCRAM-SHA-512": 2 } as const;
export type ScramMechanism = keyof typeof SCRAM_MECHANISMS;

export interface DescribedScramUser {
  readonly user: string;
  readonly credentials: readonly {
    readonly mechanism: ScramMechanism | "UNKNOWN";
    readonly iterations: number;
  }[];
}

/** All users, or one: nothing if there is no such user. */
export function describeScramUsers(cluster: Cluster, user?: string): Promise<DescribedScramUser[]> {
  return cluster.persist(async () => {
    const users = user === undefined ? null : [{ name: user }];
    const answer = await cluster.ask("any", DescribeUserScramCredentials, { users });
    throwIfRefused(answer.errorCode, answer.errorMessage);
    return answer.results.flatMap(({ user: name, errorCode, errorMessage, credentialInfos }) => {
      const refusal = refusalOf(errorCode, errorMessage);
      if (refusal?.error === "RESOURCE_NOT_FOUND") return [];
      if (refusal !== undefined) throw refusal;
      const credentials = credentialInfos.map(({ mechanism, iterations }) => ({
        mechanism: nameOf(mechanism),
        iterations,
      }));
      return [{ user: name, credentials }];
    });
  });
}

function nameOf(mechanism: number): ScramMechanism | "UNKNOWN" {
  const found = Object.entries(SCRAM_MECHANISMS).find(([, number]) => number === mechanism);
  return found === undefined ? "UNKNOWN" : found[0] as ScramMechanism;
}

/** What a user logs in by: the password itself stays here. */
export interface ScramCredential {
  readonly mechanism: ScramMechanism;
  readonly iterations: number;
  readonly salt: Uint8Array;
  /** Hi(password, salt, iterations) of RFC 5802. */
  readonly saltedPassword: Uint8Array;
}

export interface ScramChange {
  readonly user: string;
  readonly set?: readonly ScramCredential[];
  readonly unset?: readonly ScramMechanism[];
}

/** Throws BrokerRefused for the first thing that is refused. */
export async function alterScramUser(cluster: Cluster, change: ScramChange): Promise<void> {
  const { user: name, set = [], unset = [] } = change;
  const outcomes = await cluster.persist(async () => {
    const { results } = await cluster.ask("any", AlterUserScramCredentials, {
      deletions: unset.map((mechanism) => ({ name, mechanism: SCRAM_MECHANISMS[mechanism] })),
      upsertions: set.map(({ mechanism, ...credential }) => ({
        ...credential,
        name,
        mechanism: SCRAM_MECHANISMS[mechanism],
      })),
    });
    const told = results.map((one) => refusalOf(one.errorCode, one.errorMessage));
    const notYet = told.find((one) => one !== undefined && isNotYetDone(one));
    if (notYet !== undefined) throw notYet;
    return told;
  });
  if (outcomes.length === 0) throw new BrokerRefused("UNKNOWN_SERVER_ERROR");
  for (const refusal of outcomes) if (refusal !== undefined) throw refusal;
}
