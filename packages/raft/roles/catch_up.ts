// A follower whose log is not a beginning of its leader's: it cuts it back to where they go apart
// (KIP-595), or begins anew with a snapshot (KIP-630), fetched in slices.
//
// | event             | when               | what                                      |
// |-------------------|--------------------|-------------------------------------------|
// | fetchSnapshot     | a slice            | stores it; asks for the next, or installs |
// |                   | the snapshot is    | gives it up, fetches records              |
// |                   | gone there         |                                           |
// | snapshotInstalled | it is in place     | the log begins behind it                  |
// |                   | it is damaged      | gives it up, fetches records              |

import { assert, type Offset, offset } from "@odradek/base";
import { ask } from "../asks.ts";
import type { Answered, SnapshotInstalled } from "../events.ts";
import { logBehind, type LogPrefix } from "../log_view.ts";
import type { FetchSnapshotRequest, FetchSnapshotResponse } from "../messages.ts";
import type { Turn } from "../turn.ts";
import { VoterHistory } from "../voter_history.ts";
import type { Download, Follower } from "./role.ts";

/** The greatest common beginning is at or below what both ends say (KIP-101, KIP-279). */
export function cutBack(turn: Turn, theirs: LogPrefix): void {
  const { log, highWatermark, voterHistory, durableEndOffset, truncatedFrom } = turn.state;
  const ours = log.endOffsetFor(theirs.epoch);
  const endOffset = commonEnd(ours, theirs, log.endOffset);
  const state = { endOffset, highWatermark, epoch: theirs.epoch, theirEnd: theirs.endOffset };
  assert(endOffset >= highWatermark, "What is committed is not cut off", state);
  if (endOffset >= log.endOffset) return;
  turn.change({
    log: log.truncate(endOffset),
    durableEndOffset: offset(Math.min(durableEndOffset, endOffset)),
    truncatedFrom: offset(Math.max(truncatedFrom, log.endOffset)),
  });
  turn.changeVoters(voterHistory.truncate(endOffset));
  turn.emit({ type: "truncateTo", endOffset });
}

function commonEnd(ours: LogPrefix | undefined, theirs: LogPrefix, end: Offset): Offset {
  if (ours === undefined) return end;
  if (ours.epoch !== theirs.epoch) return ours.endOffset;
  return offset(Math.min(ours.endOffset, theirs.endOffset));
}

export function beginDownload(turn: Turn, role: Follower, snapshot: LogPrefix): void {
  if (snapshot.endOffset <= turn.state.highWatermark) {
    // It has that already: what it needs is behind. It asks again in a while.
    const dueAtMs = turn.now + turn.config.retryBackoffMs;
    turn.change({ role: { ...role, fetch: { correlation: undefined, dueAtMs } } });
    return;
  }
  askForSlice(turn, role, { snapshot, position: 0, isInstalling: false });
}

/** Also again, when the answer did not come. */
export function askForSlice(turn: Turn, role: Follower, download: Download): void {
  const { state: { epoch, leaderId }, self: replica } = turn;
  const { snapshot, position } = download;
  const request: FetchSnapshotRequest = {
    type: "fetchSnapshot",
    epoch,
    replica,
    snapshot,
    position,
  };
  turn.change({ role: { ...role, download, fetch: ask(turn, leaderId, request) } });
}

/** Returns false if nothing is left to be downloaded: records may be fetched again. */
export function sliceAnswered(
  turn: Turn,
  role: Follower,
  { correlation, response }: Answered,
): boolean {
  const { download } = role;
  if (download === undefined || response.type !== "fetchSnapshot") return true;
  if (correlation !== role.fetch?.correlation) return true;
  if (response.refused !== undefined) return false;
  store(turn, { ...role, fetch: undefined, download }, response);
  return true;
}

type Downloading = Follower & { readonly download: Download };

function store(turn: Turn, role: Downloading, { length, size }: FetchSnapshotResponse): void {
  const { snapshot, position } = role.download;
  const campaignAtMs = turn.now + turn.config.fetchTimeoutMs;
  const alive: Follower = { ...role, isHeard: true, campaignAtMs };
  const reached = position + length;
  turn.emit({ type: "storeSlice", snapshot, position });
  if (reached < size) {
    return askForSlice(turn, alive, { snapshot, position: reached, isInstalling: false });
  }
  const download = { snapshot, position: reached, isInstalling: true };
  turn.change({ role: { ...alive, download } });
  turn.emit({ type: "installSnapshot", snapshot });
}

/** Returns whether the log has begun anew; else the snapshot was damaged, or came too late. */
export function installed(turn: Turn, { snapshot, voters }: SnapshotInstalled): boolean {
  const { highWatermark, voterHistory, log, truncatedFrom } = turn.state;
  if (snapshot === undefined || snapshot.endOffset <= highWatermark) return false;
  turn.change({
    log: logBehind(snapshot),
    durableEndOffset: snapshot.endOffset,
    truncatedFrom: offset(Math.max(truncatedFrom, log.endOffset)),
    highWatermark: snapshot.endOffset,
    snapshot,
  });
  const set = voters ?? voterHistory.truncate(snapshot.endOffset).latest;
  turn.changeVoters(VoterHistory.of(set));
  turn.emit({ type: "resetTo", snapshot });
  turn.emit({ type: "commitTo", offset: snapshot.endOffset });
  return true;
}
