// What a broker's no becomes for the caller. Failures of the network are Fault "network".

import { Fault } from "@odradek/base";
import { type ErrorName, errorName, errors } from "@odradek/protocol/errors";

/** A broker has refused a request or a part of one. */
export class BrokerRefused extends Error {
  override readonly name = "BrokerRefused";
  readonly error: ErrorName;

  /** `detail`: what the broker says; null: nothing but the error. */
  constructor(error: ErrorName, detail: string | null = null) {
    super(detail ?? errors[error].message);
    this.error = error;
  }

  get code(): number {
    return errors[this.error].code;
  }

  /** The same request may be taken later, or by another broker. */
  get isRetriable(): boolean {
    return errors[this.error].retriable;
  }

  /** What is known of leaders and topics is not true any more. */
  get invalidatesMetadata(): boolean {
    return errors[this.error].invalidatesMetadata;
  }
}

/** Undefined: no error. */
export function refusalOf(errorCode: number, detail: string | null = null):
  | BrokerRefused
  | undefined {
  if (errorCode === 0) return undefined;
  return new BrokerRefused(errorName(errorCode), detail === "" ? null : detail);
}

export function throwIfRefused(errorCode: number, detail: string | null = null): void {
  const refusal = refusalOf(errorCode, detail);
  if (refusal !== undefined) throw refusal;
}

/** Whether trying again can help: the network failed, or the broker says so. */
export function mayRetry(error: unknown): error is Error {
  if (error instanceof BrokerRefused) return error.isRetriable;
  return error instanceof Fault && error.kind === "network";
}
