// A client library as the scenario knows it.

export interface Client {
  readonly name: string;
  /** The compressions that it writes, as its program takes their names. */
  readonly codecs: readonly string[];
  /** It does not number its records: what is sent again may be in the log twice. */
  readonly mayRepeat: boolean;
  /** Into an empty folder. Tells the version. */
  install(folder: string): Promise<string>;
  /** What runs its program, installed in the folder. */
  command(folder: string): readonly string[];
}
