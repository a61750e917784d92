/**
 * The words of the policy: what production allows. Shared by server and page. Imports nothing.
 */

/**
 * How risky an action is. `exclusive`: changes the schema, the set of plugins or the whole database. `quiet`: needs that
 * nothing writes meanwhile. `schema`: changes tables in a way that the host spreads to all nodes by itself. `disruptive`:
 * users notice it. `sensitive`: none of these, but worth to be remembered.
 */
export const RISK_CLASSES = ['exclusive', 'quiet', 'schema', 'disruptive', 'sensitive'] as const;
export type RiskClass = (typeof RISK_CLASSES)[number];

/** Actions that people decide about together. */
export const ACTION_GROUPS = [
  'plugins',
  'plugin-rows',
  'database',
  'backup',
  'restore',
  'backup-files',
  'migration',
  'schema',
  'data-sources',
  'sub-apps',
  'restarts',
  'code',
  'settings',
  'access',
  'workflows',
  'maintenance',
  /** What no list knows and a rule names. */
  'other',
] as const;
export type ActionGroup = (typeof ACTION_GROUPS)[number];

/** What is asked of a person, from nothing to no. `name`: a reason, and the name of what it is about, typed by hand. */
export const DEMANDS = ['nothing', 'reason', 'name', 'approval', 'deny'] as const;
export type Demand = (typeof DEMANDS)[number];

export type Environment = 'production' | 'other';

/** The rule that says most about an action counts: an action before a group, a role, an environment before none. */
export interface PolicyRule {
  /** `resource:action` or the name of a command. */
  readonly action?: string;
  readonly group?: ActionGroup;
  readonly class?: RiskClass;
  readonly environment?: Environment;
  readonly role?: string;
  readonly demand: Demand;
  /** Only while a window is open. */
  readonly inWindows?: boolean;
}

/** Every week, by the clock of the zone. One that ends before it begins ends on the next day. */
export interface WeeklyWindow {
  /** 1 is Monday, 7 Sunday: the days on which it begins. */
  readonly days: readonly number[];
  /** `HH:MM`. */
  readonly from: string;
  readonly to: string;
}

/** Milliseconds since 1970; `to` does not belong to it. */
export interface Period {
  readonly from: number;
  readonly to: number;
}

/** While it lasts nothing risky is done, whatever windows are open. */
export interface Freeze extends Period {
  readonly reason: string;
}

export interface Calendar {
  /** IANA name of the zone in which `weekly` is meant. */
  readonly zone: string;
  readonly weekly: readonly WeeklyWindow[];
  readonly once: readonly Period[];
  readonly freezes: readonly Freeze[];
}

/** What has to be so before an action of class `exclusive` begins. */
export interface Conditions {
  /** A backup that is not older than so many hours; 0 asks for none. */
  readonly backupWithinHours: number;
  readonly noRunningWork: boolean;
  readonly allNodesEqual: boolean;
}

export interface PolicyDocument {
  readonly version: 1;
  readonly rules: readonly PolicyRule[];
  readonly calendar: Calendar;
  readonly conditions: Conditions;
}

/** Why an action may not begin now, or what is asked first. Texts are made of code and values by whoever shows them. */
export const REASON_CODES = [
  'policy-error',
  'no-right',
  /** Only in the audit: the request did not come as far as the policy. */
  'host-refused',
  'denied',
  'coordination-offline',
  'operation-running',
  'frozen',
  'outside-windows',
  'backup-missing',
  'backup-too-old',
  'work-running',
  'node-missing',
  'node-different',
  'approval-needed',
  'reason-needed',
  'name-needed',
  'name-wrong',
  'glass-broken',
] as const;
export type ReasonCode = (typeof REASON_CODES)[number];

export interface Reason {
  readonly code: ReasonCode;
  readonly values: Readonly<Record<string, string | number>>;
}

/** From yes to no. `ask`: the same request again, with what the reasons name. `wait`: until `nextWindow`. */
export const DECISIONS = ['allow', 'ask', 'approve', 'wait', 'deny'] as const;
export type Decision = (typeof DECISIONS)[number];

export interface Verdict {
  readonly decision: Decision;
  /** What the action runs under when it begins. */
  readonly maintenance: 'none' | 'quiet' | 'full';
  /** All of them, in the order in which they would stop the action. */
  readonly reasons: readonly Reason[];
  /** Milliseconds since 1970, when only the calendar stands in the way and opens some time. */
  readonly nextWindow?: number;
}
