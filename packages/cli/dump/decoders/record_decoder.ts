// Records as text: by the kind of log they are from, or by decoders for keys and values.

import type { ContentText } from "../../console/content_text.ts";

export interface DecodableRecord {
  readonly offset: number;
  readonly key: Uint8Array | null;
  readonly value: Uint8Array | null;
}

/** Undefined: it is not shown. */
export interface DecodedRecord {
  readonly key?: string | undefined;
  readonly payload?: string | undefined;
}

export type RecordDecoder = (record: DecodableRecord) => DecodedRecord;

/** For logs of applications. */
export function contentDecoder(key: ContentText, value: ContentText): RecordDecoder {
  return (record) => ({
    key: record.key === null ? undefined : key(record.key),
    payload: record.value === null ? undefined : value(record.value),
  });
}
