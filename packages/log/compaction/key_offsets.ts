// The greatest offset of each key in the part of a log that is compacted: what a round is about.

/** Every byte is a character of its own. */
const BYTES = new TextDecoder("windows-1252");
/** What an entry costs beside its key, roughly. */
const ENTRY_BYTES = 64;

export class KeyOffsets {
  readonly #offsets = new Map<string, number>();
  readonly #bytesMax: number;
  #bytes = 0;
  /** Everything below has been looked at. */
  endOffset: number;

  constructor(bytesMax: number, startOffset: number) {
    this.#bytesMax = bytesMax;
    this.endOffset = startOffset;
  }

  get size(): number {
    return this.#offsets.size;
  }

  get isFull(): boolean {
    return this.#bytes >= this.#bytesMax;
  }

  set(key: Uint8Array, offset: number): void {
    const text = BYTES.decode(key);
    if (!this.#offsets.has(text)) this.#bytes += ENTRY_BYTES + key.length;
    this.#offsets.set(text, offset);
  }

  /** Whether a record is the last one of its key, as far as this round looks. */
  isLast(key: Uint8Array, offset: number): boolean {
    return offset >= (this.#offsets.get(BYTES.decode(key)) ?? -1);
  }
}
