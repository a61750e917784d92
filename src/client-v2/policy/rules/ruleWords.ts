import type { PolicyRule } from '../../../shared/policy';
import type { Translate } from '../../locale';
import { CLASS_LABELS, GROUP_LABELS } from '../labels';

/** What a rule is meant for, in words; an action keeps its name, because people look for it. */
export function subjectOf({ action, group, class: risk }: PolicyRule, t: Translate): string {
  const parts = [
    action,
    group === undefined ? undefined : t(GROUP_LABELS[group]),
    risk === undefined ? undefined : t(CLASS_LABELS[risk]),
  ].filter((part) => part !== undefined);
  return parts.length > 0 ? parts.join(' · ') : t('Everything risky');
}

export interface IndexedRule {
  readonly rule: PolicyRule;
  /** Its place in the document. */
  readonly index: number;
}

export interface RulesProps {
  readonly rules: readonly PolicyRule[];
  readonly editable: boolean;
  readonly onEdit: (index: number) => void;
  readonly onRemove: (index: number) => void;
}

/** Wide rules first, then the narrower ones that override them: the order in the document means nothing. */
export function inOrder(rules: readonly PolicyRule[]): readonly IndexedRule[] {
  const all = rules.map((rule, index) => ({ rule, index }));
  return all.sort((a, b) => said(a.rule) - said(b.rule) || nameOf(a.rule).localeCompare(nameOf(b.rule), 'en'));
}

function said({ action, group, class: risk, role, environment }: PolicyRule): number {
  const bit = (value: unknown, weight: number) => (value === undefined ? 0 : weight);
  return bit(action, 16) + bit(group, 8) + bit(risk, 4) + bit(role, 2) + bit(environment, 1);
}

function nameOf({ action, group, class: risk }: PolicyRule): string {
  return action ?? group ?? risk ?? '';
}
