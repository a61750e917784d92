/** The groups in which settings are shown. */
export const SETTING_GROUPS = ['node', 'timings', 'holding', 'backups', 'verification', 'notifications'] as const;
export type SettingGroup = (typeof SETTING_GROUPS)[number];

/** One setting as it is in force. */
export interface SettingView {
  /** The environment variable that decides it. */
  readonly variable: string;
  readonly group: SettingGroup;
  /** In the words of the variable; numbers are what it counts. Secrets are masked. */
  readonly value: string | number;
  readonly unit?: 'ms' | 'minutes' | 'requests';
  /** The variable that has set it: this one, or one that it falls back to. Absent: it is the default. */
  readonly setBy?: string;
}

/** Answer of `clusterMaintenance:settings`: those of the node that answers. Other nodes may have others. */
export interface SettingsBody {
  readonly node: string;
  readonly settings: readonly SettingView[];
  /** Why these settings are impossible: the node serves, and refuses risky actions. */
  readonly problems: readonly string[];
}
