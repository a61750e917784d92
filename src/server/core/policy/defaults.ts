import type { PolicyDocument } from '../../../shared/policy';
import { INSTALL_ANEW } from './risk-list';

/**
 * What is so on the day of installation. In production what is exclusive asks for a reason; what cannot be taken back asks
 * to type the name, too. Elsewhere nothing is asked. Both run under maintenance.
 */
export const DEFAULT_POLICY: PolicyDocument = {
  version: 1,
  rules: [
    { environment: 'production', class: 'exclusive', demand: 'reason' },
    { environment: 'production', class: 'schema', demand: 'reason' },
    { environment: 'production', group: 'restore', demand: 'name' },
    { environment: 'production', action: 'pm:remove', demand: 'name' },
    { environment: 'production', action: 'pm.remove', demand: 'name' },
    { environment: 'production', action: 'db:clean', demand: 'name' },
    { environment: 'production', action: INSTALL_ANEW, demand: 'name' },
    { group: 'plugin-rows', demand: 'deny' },
    // Starts do these by themselves, and nobody is there to be asked.
    { action: 'install', demand: 'nothing' },
    { action: 'upgrade', demand: 'nothing' },
  ],
  calendar: { zone: 'UTC', weekly: [], once: [], freezes: [] },
  conditions: { backupWithinHours: 0, noRunningWork: false, allNodesEqual: false },
};
