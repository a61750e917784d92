import type { Answer } from '../../maintenance/resolver';

/** What one command has to say: `text` for people, `json` for programs. */
export interface CliOutcome {
  readonly text: string;
  readonly json: unknown;
  /** 0: done. 1: refused, the text says why. */
  readonly code: 0 | 1;
}

/** The host's command line takes quotes away: what was one text arrives as several words. */
type Text = string | readonly string[];

/** As they were given, by the names of their flags. */
export interface Options {
  readonly json?: boolean;
  readonly scope?: string;
  readonly reason?: Text;
  readonly message?: Text;
  readonly expires?: string;
  readonly open?: Text;
  readonly operation?: string;
  readonly override?: boolean;
}

export function textOf(words: Text | undefined): string | undefined {
  return words === undefined ? undefined : [words].flat().join(' ');
}

export function told(answer: Answer): CliOutcome {
  return answer.ok ? { text: answer.said, json: answer, code: 0 } : { text: answer.refusal, json: answer, code: 1 };
}
