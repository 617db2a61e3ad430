// Notices that nothing has come for too long.

export interface Idle {
  /** Aborts then. */
  readonly signal: AbortSignal;
  readonly message: string;
  /** Something has come. */
  postpone(): void;
  end(): void;
}

/** Undefined: it waits for ever. */
export function untilIdle(ms: number | undefined): Idle {
  const abort = new AbortController();
  const timer = ms === undefined ? undefined : setTimeout(() => abort.abort(), ms);
  return {
    signal: abort.signal,
    message: `Nothing has come for ${ms} ms: no more is waited for`,
    postpone: () => timer?.refresh(),
    end: () => clearTimeout(timer),
  };
}
