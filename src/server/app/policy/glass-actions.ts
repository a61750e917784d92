import type { GlassBody } from '../../../shared/policy-api';
import { numberOf, textOf } from './asked-for';
import type { Acted, Asked } from './decision-deps';
import { done, refused } from './outcome';

export function glass({ deps, person }: Asked): Promise<GlassBody> {
  return deps.glass.shown(person);
}

export async function breakGlass({ deps, person, values }: Asked): Promise<Acted<GlassBody>> {
  const reason = textOf(values.reason);
  const minutes = values.minutes == null ? undefined : (numberOf(values.minutes) ?? 0);
  if (reason === undefined)
    return { outcome: refused(400, 'A reason is needed, and everybody will see it.'), told: {} };
  const outcome = await deps.glass.break(person, reason, minutes);
  const broken = { code: 'glass-broken', values: { by: person.name, reason } } as const;
  return { outcome, told: { reason, parameters: { minutes }, reasons: outcome.ok ? [broken] : [] } };
}

export async function mendGlass({ deps, person }: Asked): Promise<Acted<GlassBody>> {
  return { outcome: done(await deps.glass.mend(person)), told: {} };
}
