// How a command ends when it does not work: one line, and an exit status.

/** Wrong usage, or what did not work out. The message is all that is shown; empty: nothing. */
export class Failure extends Error {
  override readonly name = "Failure";
  readonly exitCode: number;
  /** Where Kafka's tools show it. */
  readonly to: "stdout" | "stderr";

  constructor(
    message: string,
    { exitCode = 1, to = "stderr", ...options }: {
      readonly exitCode?: number;
      readonly to?: "stdout" | "stderr";
      readonly cause?: unknown;
    } = {},
  ) {
    super(message, options);
    this.exitCode = exitCode;
    this.to = to;
  }
}
