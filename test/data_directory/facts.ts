// The tally of a check: facts that hold, those that don't, and those that wait for a later part.

import { isDeepStrictEqual } from "node:util";

const SHOWN_CHARACTERS_MAX = 300;

export class Facts {
  passed = 0;
  /** A line for each. */
  readonly failures: string[] = [];
  /** Names by the part that they wait for. */
  readonly skipped = new Map<string, string[]>();

  compare(name: string, expected: unknown, actual: unknown): void {
    if (isDeepStrictEqual(actual, expected)) this.passed++;
    else this.failures.push(`${name}: ${show(actual)}, not ${show(expected)}`);
  }

  /** Compares what is to come; a failure to get it is a fact that does not hold. */
  async check(name: string, expected: unknown, actual: () => Promise<unknown>): Promise<void> {
    await this.attempt(name, async () => this.compare(name, expected, await actual()));
  }

  /** Work that compares; a failure in it is a fact that does not hold. */
  async attempt(name: string, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.failures.push(`${name}: ${String(error)}`);
    }
  }

  skip(part: string, name: string): void {
    const names = this.skipped.get(part);
    if (names === undefined) this.skipped.set(part, [name]);
    else names.push(name);
  }

  get skippedCount(): number {
    return [...this.skipped.values()].reduce((sum, { length }) => sum + length, 0);
  }
}

function show(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  if (text.length <= SHOWN_CHARACTERS_MAX) return text;
  return `${text.slice(0, SHOWN_CHARACTERS_MAX)}…`;
}
