// What a checker has found: a promise that the code under test did not keep.

export class Violation extends Error {
  override readonly name = "Violation";
  /** The file in `checkers/` that has found it. */
  readonly checker: string;

  constructor(checker: string, message: string) {
    super(message);
    this.checker = checker;
  }
}
