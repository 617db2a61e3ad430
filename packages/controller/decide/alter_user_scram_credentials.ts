// Users' SCRAM credentials are set and deleted (KIP-554). They are kept; nobody authenticates yet.

import { type ClusterImage, scramCredentialsOf } from "@odradek/metadata";
import { errors } from "@odradek/protocol/errors";
import type {
  AlterUserScramCredentialsResponse,
} from "@odradek/protocol/messages/alter_user_scram_credentials";
import { Refusal } from "@odradek/protocol/refusal";
import type { MetadataRecordDraft } from "@odradek/protocol/schemas/metadata/mod";
import type { Decision } from "./decision.ts";

type Answer = AlterUserScramCredentialsResponse["results"][number];

interface Named {
  readonly name: string;
  readonly mechanism: number;
}

export interface NewCredential extends Named {
  readonly iterations: number;
  readonly salt: Uint8Array;
  /** Made of what the client sent; empty if it sent nothing. */
  readonly storedKey: Uint8Array;
  readonly serverKey: Uint8Array;
}

export interface AlterScramCommand {
  readonly deletions: readonly Named[];
  readonly upsertions: readonly NewCredential[];
}

const MECHANISMS: readonly number[] = [1, 2];
const ITERATIONS = { min: 4096, max: 16_384 } as const;

export function decideAlterUserScramCredentials(
  next: ClusterImage,
  { deletions, upsertions }: AlterScramCommand,
): Decision<readonly Answer[]> {
  const records: MetadataRecordDraft[] = [];
  const changes = [
    ...deletions.map((deletion) => ({ name: deletion.name, make: () => removed(next, deletion) })),
    ...upsertions.map((upsertion) => ({ name: upsertion.name, make: () => set(upsertion) })),
  ];
  const byUser = Map.groupBy(changes, ({ name }) => name);
  const reply = [...byUser].map(([user, [change, ...more]]): Answer => {
    try {
      if (change === undefined || more.length > 0) {
        const why = "A user credential cannot be altered twice in the same request";
        throw new Refusal("DUPLICATE_RESOURCE", why);
      }
      records.push(change.make());
      return { user, errorCode: errors.NONE.code, errorMessage: null };
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return { user, errorCode: error.code, errorMessage: error.message };
    }
  });
  return { records, reply };
}

function removed(image: ClusterImage, credential: Named): MetadataRecordDraft {
  checkNamed(credential);
  const { name, mechanism } = credential;
  const isThere = scramCredentialsOf(image)
    .some((one) => one.name === name && one.mechanism === mechanism);
  if (isThere) return { type: "RemoveUserScramCredentialRecord", name, mechanism };
  const why = "Attempt to delete a user credential that does not exist";
  throw new Refusal("RESOURCE_NOT_FOUND", why);
}

function set(credential: NewCredential): MetadataRecordDraft {
  checkNamed(credential);
  const { iterations, storedKey } = credential;
  if (iterations < ITERATIONS.min) throw unacceptable("Too few iterations");
  if (iterations > ITERATIONS.max) throw unacceptable("Too many iterations");
  if (storedKey.length === 0) throw unacceptable("The salted password must not be empty");
  return { type: "UserScramCredentialRecord", ...credential };
}

function checkNamed({ name, mechanism }: Named): void {
  if (name === "") throw unacceptable("Username must not be empty");
  if (MECHANISMS.includes(mechanism)) return;
  throw new Refusal("UNSUPPORTED_SASL_MECHANISM", "Unknown SCRAM mechanism");
}

function unacceptable(message: string): Refusal {
  return new Refusal("UNACCEPTABLE_CREDENTIAL", message);
}
