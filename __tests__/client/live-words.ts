/** What the page asks of its node. */
export interface Question {
  readonly url: string;
  readonly params: unknown;
  readonly data: unknown;
}

export interface Answer {
  readonly status: number;
  readonly data: unknown;
}

export interface Wishes {
  readonly language?: string;
  readonly dark?: boolean;
  /** Rights that the role of the viewer does not have. */
  readonly lacking?: readonly string[];
  /** Of the address: `?tab=history`. */
  readonly query?: string;
}
