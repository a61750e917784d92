/** One place of our own code, broken on purpose. */
export interface Mutation {
  readonly name: string;
  /** The rule of design.md that does not hold any more. */
  readonly breaks: string;
  /** Below src/server. */
  readonly file: string;
  /** Occurs exactly once. */
  readonly find: string;
  readonly replace: string;
}
