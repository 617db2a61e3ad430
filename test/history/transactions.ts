// What became of transactions, as far as clients know: nobody may see a part of one at
// read_committed before it was to be committed, or ever, if it was aborted.

import type { Findings } from "./anomalies.ts";
import type { EndEvent } from "./events.ts";
import type { Value } from "./values.ts";

export class Transactions {
  readonly #findings: Findings;
  /** "ending": nobody knows yet, or ever. */
  readonly #all = new Map<string, "ending" | "committed" | "aborted">();

  constructor(findings: Findings) {
    this.#findings = findings;
  }

  ended({ type, transaction, result }: EndEvent): void {
    // An abort that nobody has confirmed may only be late: it will not become a commit.
    const isAborted = result === "abort" || type === "fail";
    const isCommitted = type === "ok" && !isAborted;
    this.#all.set(transaction, isAborted ? "aborted" : isCommitted ? "committed" : "ending");
  }

  read(value: Value, where: string): void {
    const { transaction } = value;
    if (transaction === undefined || this.#all.has(transaction)) return;
    const what = `${value.text} was read at ${where}`;
    this.#findings.add("precommitted read", `${what} before ${transaction} was to be committed`);
  }

  /** Whether nobody is promised to see it. */
  isOpen({ transaction }: Value): boolean {
    return transaction !== undefined && this.#all.get(transaction) !== "committed";
  }

  /** What was read by somebody who may see committed records alone. */
  check(value: Value, where: string): void {
    const { transaction = "" } = value;
    const isAborted = this.#all.get(transaction) === "aborted" && value.isReadCommitted;
    if (!isAborted && !(value.outcome === "fail" && value.isRead)) return;
    const why = isAborted ? `transaction ${transaction} was aborted` : "it was not to be done";
    this.#findings.add("aborted read", `${value.text} was read at ${where}, though ${why}`);
  }
}
