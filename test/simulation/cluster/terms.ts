// On which terms the producers of a simulated cluster write: those on which nothing may be lost and
// nothing be there twice. Others are planted in their place, to see that what they cost is seen.

import type { AnomalyKind } from "../../history/anomalies.ts";

export interface Terms {
  readonly acks: -1 | 1;
  readonly isIdempotent: boolean;
  /** Whether a replica that lacks records may lead when no other is left. */
  readonly isUncleanAllowed: boolean;
  /** What these terms do not promise: a seed fails by it, when it has come to its end. */
  readonly mayShow?: AnomalyKind;
}

export const SAFE: Terms = { acks: -1, isIdempotent: true, isUncleanAllowed: false };

export const LOSING: Terms = {
  acks: 1,
  isIdempotent: false,
  isUncleanAllowed: true,
  mayShow: "lost",
};

export const DOUBLING: Terms = {
  acks: -1,
  isIdempotent: false,
  isUncleanAllowed: false,
  mayShow: "duplicate",
};

export const TERMS: Terms = SAFE;
