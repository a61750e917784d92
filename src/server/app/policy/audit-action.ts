import type { AuditBody } from '../../../shared/policy-api';
import { countOf, textOf } from './asked-for';
import type { Asked } from './decision-deps';

const ENTRIES = { usual: 50, most: 200 };

export async function audit({ ctx, deps }: Asked): Promise<AuditBody> {
  const { limit, before, action, person } = ctx.action.params;
  const query = { before: textOf(before), action: textOf(action), person: textOf(person) };
  const given = Object.fromEntries(Object.entries(query).filter(([, word]) => word !== undefined));
  const entries = await deps.audit.list({ ...given, limit: Math.min(countOf(limit) ?? ENTRIES.usual, ENTRIES.most) });
  return { entries };
}
