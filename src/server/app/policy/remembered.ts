import type { Clock } from '../../core/clock';

export interface RememberedOptions<T> {
  /** Never rejects. */
  readonly ask: () => Promise<T>;
  /** Answers that are not kept are asked for again by whoever comes next. */
  readonly keeps: (answer: T) => boolean;
  /** An answer counts for so long from the moment before it was asked for, in milliseconds. */
  readonly ms: number;
  readonly clock: Clock;
}

interface Known<T> {
  readonly answer: T;
  /** The moment before it was asked for, by the monotonic clock. */
  readonly at: number;
}

/**
 * An answer that many ask for, and that may be a little old. Whoever asks later than `ms` after the answer has changed gets
 * the new one, whatever the wall clocks say and however long the question takes: it is counted from before the question.
 */
export class Remembered<T> {
  private known: Known<T> | undefined;
  private asked: Known<Promise<T>> | undefined;
  /** Goes up when everything is forgotten: what was asked for before counts no more. */
  private round = 0;

  constructor(private readonly options: RememberedOptions<T>) {}

  get(): Promise<T> {
    const { known } = this;
    if (known === undefined || !this.counts(known)) return this.ask();
    // Asked for early, so that where many ask nobody waits.
    if (this.age(known) >= this.options.ms / 2) void this.ask();
    return Promise.resolve(known.answer);
  }

  forget(): void {
    this.round += 1;
    this.known = undefined;
    this.asked = undefined;
  }

  /** All who come while an answer is on its way get that one, as long as it would count for them. */
  private ask(): Promise<T> {
    if (this.asked && this.counts(this.asked)) return this.asked.answer;
    const at = this.options.clock.monotonic();
    const asked = { at, answer: this.answerOf(at, this.round) };
    this.asked = asked;
    void asked.answer.then(() => {
      if (this.asked === asked) this.asked = undefined;
    });
    return asked.answer;
  }

  private async answerOf(at: number, round: number): Promise<T> {
    const answer = await this.options.ask();
    if (round === this.round && at >= (this.known?.at ?? at)) {
      this.known = this.options.keeps(answer) ? { answer, at } : undefined;
    }
    return answer;
  }

  private counts(one: Pick<Known<unknown>, 'at'>): boolean {
    return this.age(one) < this.options.ms;
  }

  private age({ at }: Pick<Known<unknown>, 'at'>): number {
    return this.options.clock.monotonic() - at;
  }
}
