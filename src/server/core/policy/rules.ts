import { DEMANDS, type Environment, type PolicyRule } from '../../../shared/policy';
import type { Risk } from './risks';

export interface Asker {
  readonly environment: Environment;
  readonly roles: readonly string[];
}

const ALLOWED: PolicyRule = { demand: 'nothing' };

/**
 * The one rule that counts: the one that says most about what it is meant for. Of two that say as much, the stricter one,
 * so that the order in which they stand decides nothing.
 */
export function ruleFor(rules: readonly PolicyRule[], risk: Risk, asker: Asker): PolicyRule {
  return rules.filter((rule) => applies(rule, risk, asker)).reduce(moreSaid, ALLOWED);
}

/** Whether it is for such a person in such a place, whatever it is about. */
export function isMeantFor(rule: PolicyRule, { environment, roles }: Asker): boolean {
  return (
    (rule.environment === undefined || rule.environment === environment) &&
    (rule.role === undefined || roles.includes(rule.role))
  );
}

function applies(rule: PolicyRule, risk: Risk, asker: Asker): boolean {
  return (
    isMeantFor(rule, asker) &&
    (rule.action === undefined || rule.action.toLowerCase() === risk.action.toLowerCase()) &&
    (rule.group === undefined || rule.group === risk.group) &&
    (rule.class === undefined || rule.class === risk.class)
  );
}

function moreSaid(a: PolicyRule, b: PolicyRule): PolicyRule {
  const difference = said(b) - said(a) || strictness(b) - strictness(a);
  return difference > 0 ? b : a;
}

function said({ action, group, class: risk, role, environment }: PolicyRule): number {
  const bit = (value: unknown, weight: number) => (value === undefined ? 0 : weight);
  return bit(action, 16) + bit(group, 8) + bit(risk, 4) + bit(role, 2) + bit(environment, 1);
}

function strictness({ demand, inWindows }: PolicyRule): number {
  return DEMANDS.indexOf(demand) * 2 + (inWindows ? 1 : 0);
}
