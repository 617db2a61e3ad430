// Times as `--to-datetime` and `--by-duration` have them.

import { Failure } from "../failure.ts";

const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** `2026-01-31T12:00:00.000`, in UTC if it names no zone: ms since 1970. Failure for others. */
export function parseDatetime(text: string): number {
  const match =
    /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,9})?)?(?<zone>Z|[+-]\d\d:?(\d\d)?)?$/.exec(text);
  const zone = match?.groups?.["zone"];
  const ms = Date.parse(zone === undefined ? `${text}Z` : text.replace(/([+-]\d\d)$/, "$1:00"));
  if (match !== null && !Number.isNaN(ms)) return ms;
  const form = "use YYYY-MM-DDThh:mm:ss.sss, as 2026-01-31T12:00:00.000";
  throw new Failure(`"${text}" is no time: ${form}`);
}

/** `P1DT2H3M4.5S`: ms. Failure for others. */
export function parseDuration(text: string): number {
  const match = /^(-)?P(?:(-?\d+)D)?(T(?:(-?\d+)H)?(?:(-?\d+)M)?(?:(-?\d+(?:\.\d+)?)S)?)?$/i
    .exec(text);
  const isEmpty = match === null || /(P|T)$/i.test(text);
  if (isEmpty) throw new Failure(`"${text}" is no duration: use PnDTnHnMnS, as P1DT12H`);
  const [, sign, days = 0, , hours = 0, minutes = 0, seconds = 0] = match;
  const ms = Number(days) * DAY_MS + Number(hours) * HOUR_MS + Number(minutes) * MINUTE_MS +
    Number(seconds) * SECOND_MS;
  return sign === undefined ? ms : -ms;
}
