// The expected no of the protocol, thrown deep down and made an error code in two places only:
// where a request is answered per partition, and at the top of dispatch. Not for failures of the
// world (Fault) and not for bugs.

import { type ErrorName, errors } from "./errors.ts";

/** A request, or a part of one, is refused. `detail`: what a client should read, if it can. */
export class Refusal extends Error {
  override readonly name = "Refusal";
  readonly error: ErrorName;
  /** Absent where the error says it all: responses then carry null instead of a message. */
  readonly detail: string | undefined;

  constructor(error: ErrorName, detail?: string) {
    super(detail ?? errors[error].message);
    this.error = error;
    this.detail = detail;
  }

  get code(): number {
    return errors[this.error].code;
  }
}
