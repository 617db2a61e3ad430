// One line on standard error that is written over and over while something lasts, and is gone
// afterwards. Only where somebody sees it: a terminal that can go back to the line's begin.

/** What it needs of a stream of Node. */
export interface StatusStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

/** Back to the begin of the line, and away with what stands there (ECMA-48, EL). */
const ERASE = "\r\x1b[K";
/** Of terminals that do not say, or say 0. */
const COLUMNS = 80;

export class StatusLine {
  /** False: nothing is ever shown. */
  readonly isSeen: boolean;
  readonly #stream: StatusStream;
  #isShown = false;

  constructor(
    stream: StatusStream,
    environment: Readonly<Record<string, string | undefined>>,
  ) {
    this.#stream = stream;
    this.isSeen = stream.isTTY === true && environment["TERM"] !== "dumb";
  }

  /** Instead of what is there. A line that is too long would stay when it is erased: it is cut. */
  show(text: string): void {
    if (!this.isSeen) return;
    const { columns = 0 } = this.#stream;
    this.#stream.write(ERASE + text.slice(0, (columns > 0 ? columns : COLUMNS) - 1));
    this.#isShown = true;
  }

  erase(): void {
    if (!this.#isShown) return;
    this.#stream.write(ERASE);
    this.#isShown = false;
  }
}
