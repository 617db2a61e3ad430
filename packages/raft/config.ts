// How long a replica waits for what.

/** All in ms. */
export interface RaftConfig {
  /** `controller.quorum.election.timeout.ms`; a random time of up to the same length is added. */
  readonly electionTimeoutMs: number;
  /**
   * `controller.quorum.fetch.timeout.ms`: without an answer of its leader for so long, a follower
   * campaigns. A leader that a majority has not asked for half as long again gives up.
   */
  readonly fetchTimeoutMs: number;
  /** `controller.quorum.election.backoff.max.ms`: at most so long after a lost election. */
  readonly electionBackoffMaxMs: number;
  /** `controller.quorum.request.timeout.ms`: after that a request is sent again. */
  readonly requestTimeoutMs: number;
  /** `controller.quorum.retry.backoff.ms`: how soon after a connection has failed. */
  readonly retryBackoffMs: number;
  /** How long a leader that has nothing new may hold a Fetch. */
  readonly fetchMaxWaitMs: number;
}

/** Kafka's. */
export const DEFAULT_RAFT_CONFIG: RaftConfig = {
  electionTimeoutMs: 1000,
  fetchTimeoutMs: 2000,
  electionBackoffMaxMs: 1000,
  requestTimeoutMs: 2000,
  retryBackoffMs: 20,
  fetchMaxWaitMs: 500,
};
