// Metrics as values, before they are text. Names, and what they mean, are those that dashboards and
// rules for Kafka ask for already; our own begin with "odradek".

export type Labels = Readonly<Record<string, string | number>>;

export interface Sample {
  readonly labels?: Labels;
  readonly value: number;
  /** Behind the name: "_count", "_bucket". */
  readonly suffix?: string;
}

/** All series of one name. */
export interface Family {
  readonly name: string;
  readonly help: string;
  readonly type: "counter" | "gauge" | "summary" | "histogram";
  readonly samples: readonly Sample[];
  /** Many series: left out of what is kept small. */
  readonly isDetailed?: boolean;
}

/** One series without labels. */
export function gauge(name: string, help: string, value: number): Family {
  return { name, help, type: "gauge", samples: [{ value }] };
}

export function counter(name: string, help: string, value: number): Family {
  return { name, help, type: "counter", samples: [{ value }] };
}
