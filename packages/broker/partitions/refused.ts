// An expected no as data: how a refusal crosses threads and stands in lists of answers, where an
// exception could not.

import { Fault, type FaultKind } from "@odradek/base";
import { type ErrorName, errors } from "@odradek/protocol/errors";
import { Refusal } from "@odradek/protocol/refusal";

export interface Refused {
  readonly refused: ErrorName;
  readonly detail?: string | undefined;
  /** Records of a batch that are the reason, for Produce. */
  readonly records?: readonly RefusedRecord[];
  /** Of the partition, where Produce tells it with the error. */
  readonly logStartOffset?: number;
}

export interface RefusedRecord {
  /** Within the batch. */
  readonly index: number;
  readonly message: string;
}

/** A batch is refused because of some of its records. */
export class RecordsRefusal extends Refusal {
  readonly records: readonly RefusedRecord[];

  constructor(error: ErrorName, detail: string, records: readonly RefusedRecord[]) {
    super(error, detail);
    this.records = records;
  }
}

export type Outcome<T> = T | Refused;

export function isRefused<T extends object>(outcome: Outcome<T>): outcome is Refused {
  return "refused" in outcome;
}

export function codeOf({ refused }: Refused): number {
  return errors[refused].code;
}

/**
 * The one place where what is thrown for a partition becomes its error code. Bugs go on: they are
 * not the partition's.
 */
export function refusedBy(error: unknown): Refused {
  if (error instanceof RecordsRefusal) {
    return { refused: error.error, detail: error.detail, records: error.records };
  }
  if (error instanceof Refusal) return { refused: error.error, detail: error.detail };
  if (error instanceof Fault) {
    return { refused: FAULTS[error.kind] ?? "UNKNOWN_SERVER_ERROR", detail: error.message };
  }
  throw error;
}

const FAULTS: { readonly [Kind in FaultKind]?: ErrorName } = {
  "disk": "KAFKA_STORAGE_ERROR",
  "disk full": "KAFKA_STORAGE_ERROR",
  "corrupt": "CORRUPT_MESSAGE",
};

export function attempt<T extends object>(action: () => T): Outcome<T> {
  try {
    return action();
  } catch (error) {
    return refusedBy(error);
  }
}

export async function attemptAsync<T extends object>(
  action: () => Promise<T>,
): Promise<Outcome<T>> {
  try {
    return await action();
  } catch (error) {
    return refusedBy(error);
  }
}
