// Which segments of a log have had their time: whole ones from the front, by the log's start, by
// size, by age (storage format §10). Every replica decides for itself.

import type { Segment } from "./segments/segment.ts";

/** Below zero: no limit. */
export interface RetentionLimits {
  readonly ms: number;
  readonly bytes: number;
}

export interface RetentionTerms {
  /** Undefined: only what lies below the log's start goes. */
  readonly limits: RetentionLimits | undefined;
  readonly startOffset: number;
  readonly endOffset: number;
  /** Nothing at or above it goes. */
  readonly highWatermark: number;
  /** Wall clock ms. */
  readonly now: number;
  /** When a segment was written last, ms: what counts for one without timestamps. */
  readonly modifiedMs: (segment: Segment) => number;
}

type Rule = (segment: Segment, next: Segment | undefined) => boolean;

/**
 * From the front on; all of them if the one that is written to has expired as well: then another
 * must begin first. An empty last one stays.
 */
export function expiredSegments(
  segments: readonly Segment[],
  terms: RetentionTerms,
): readonly Segment[] {
  const { limits } = terms;
  const rules: Rule[] = [(_, next) => (next?.baseOffset ?? Infinity) <= terms.startOffset];
  if (limits !== undefined && limits.bytes >= 0) rules.push(tooMuch(segments, limits.bytes));
  if (limits !== undefined && limits.ms >= 0) rules.push(tooOld(terms, limits.ms));
  const count = rules.reduce((most, rule) => Math.max(most, prefix(segments, terms, rule)), 0);
  return segments.slice(0, count);
}

/** How many segments go by one rule. */
function prefix(
  segments: readonly Segment[],
  { endOffset, highWatermark }: RetentionTerms,
  rule: Rule,
): number {
  const kept = segments.findIndex((segment, i) => {
    const next = segments[i + 1];
    const isCommitted = (next?.baseOffset ?? endOffset) <= highWatermark;
    const isEmptyLast = next === undefined && segment.sizeBytes === 0;
    return !isCommitted || isEmptyLast || !rule(segment, next);
  });
  return kept < 0 ? segments.length : kept;
}

/** The log would have as many bytes as it may, or more, without them. */
function tooMuch(segments: readonly Segment[], bytesMax: number): Rule {
  let excess = segments.reduce((sum, { sizeBytes }) => sum + sizeBytes, -bytesMax);
  return ({ sizeBytes }) => {
    if (excess < sizeBytes) return false;
    excess -= sizeBytes;
    return true;
  };
}

/** By the newest record. */
function tooOld({ now, modifiedMs }: RetentionTerms, msMax: number): Rule {
  return (segment) => {
    const { timestamp } = segment.largestTimestamp;
    return now - (timestamp >= 0 ? timestamp : modifiedMs(segment)) > msMax;
  };
}
