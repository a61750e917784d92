import type { PolicyDocument } from '../../src/shared/policy';
import type { PolicyBody, PolicyRefusal, Prospect } from '../../src/shared/policy-api';
import { DEFAULT_POLICY } from '../../src/server/core/policy/defaults';
import type { Answer, Api } from '../../tools/cluster';

/** The harness runs its nodes with a policy that asks nothing; here they have what came with the installation. */
export const PRODUCTION = { CLUSTER_MAINTENANCE_POLICY: undefined };

export const ENABLE = 'pm:enable?awaitResponse=true&filterByTk=';

export interface Asked {
  readonly status: number;
  readonly code: string;
  readonly reasons: readonly string[];
  readonly prospect: Prospect;
  readonly confirm: string;
}

/** What a refusal of the policy says. */
export function asked({ status, body }: Answer): Asked {
  const [error] = (body as PolicyRefusal).errors ?? [];
  if (!error?.prospect) throw new Error(`This is no answer of the policy: ${status} ${JSON.stringify(body)}`);
  const { code, reasons, prospect } = error;
  return { status, code, reasons: reasons.map((reason) => reason.code), prospect, confirm: prospect.confirm ?? '' };
}

/** The headers of somebody who has read the answer, and says why. */
export function yes(confirm: string, reason = 'Щоб перевірити', name?: string): Record<string, string> {
  return {
    'X-Maintenance-Confirm': confirm,
    'X-Maintenance-Reason': encodeURIComponent(reason),
    ...(name === undefined ? {} : { 'X-Maintenance-Name': encodeURIComponent(name) }),
  };
}

export async function policyOf(api: Api): Promise<PolicyBody> {
  const { status, body } = await api.get<{ data?: PolicyBody }>('clusterMaintenance:policy');
  if (!body.data) throw new Error(`policy: ${status} ${JSON.stringify(body)}`);
  return body.data;
}

/** Puts another policy in the place of the one that counts. */
export async function setPolicy(api: Api, change: Partial<PolicyDocument>): Promise<void> {
  const { revision } = await policyOf(api);
  const document = { ...DEFAULT_POLICY, ...change };
  const { status, body } = await api.post('clusterMaintenance:updatePolicy', { document, revision });
  if (status !== 200) throw new Error(`updatePolicy: ${status} ${JSON.stringify(body)}`);
}
