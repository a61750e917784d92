import type { Answer } from '../../maintenance/resolver';

/** What a command ends with (docs/cli.md). `run` ends with the code of what it ran, which may be any. */
export const EXIT = {
  done: 0,
  /** The text says why. */
  refused: 1,
  /** Redis or the database cannot be reached, so nothing is known of what was asked. */
  unreachable: 2,
  /** Of `wait`: not within its time. */
  late: 3,
  /** The operation did not end well, or is held. */
  otherwise: 4,
  /** Of `run`: the command was not begun. */
  notRun: 125,
} as const;

/** What one command has to say: `text` for people, `json` for programs. */
export interface CliOutcome {
  readonly text: string;
  readonly json: unknown;
  readonly code: number;
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
  readonly comment?: Text;
  readonly timeout?: string;
  readonly nodes?: string;
  /** What every risky command takes (`policy/command-options.ts`). */
  readonly maintenanceName?: Text;
  readonly maintenanceApproval?: Text;
  readonly start?: string;
  readonly in?: string;
  readonly minutes?: string;
  readonly change?: string;
}

export function textOf(words: Text | undefined): string | undefined {
  return words === undefined ? undefined : [words].flat().join(' ');
}

export function told(answer: Answer): CliOutcome {
  return answer.ok
    ? { text: answer.said, json: answer, code: EXIT.done }
    : { text: answer.refusal, json: answer, code: EXIT.refused };
}
