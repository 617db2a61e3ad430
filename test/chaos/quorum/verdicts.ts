// What a script has found out, a line each, and whether all of it is as it must be.

export class Verdicts {
  #missed = 0;

  /** `seen`: in words or numbers. */
  add(what: string, isMet: boolean, seen: string): void {
    if (!isMet) this.#missed++;
    console.log(`${isMet ? "ok  " : "FAIL"} ${what}: ${seen}`);
  }

  /** Nothing may be in `problems`. */
  none(what: string, problems: readonly string[]): void {
    for (const problem of problems.slice(0, 5)) console.log(`     ${problem}`);
    this.add(what, problems.length === 0, problems.length === 0 ? "yes" : `${problems.length} are`);
  }

  /** Prints the summary; the exit status. */
  end(): number {
    console.log(this.#missed === 0 ? "all bounds are met" : `${this.#missed} bounds are missed`);
    return this.#missed === 0 ? 0 : 1;
  }
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
