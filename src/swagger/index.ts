/** What NocoBase's API documentation shows of this plugin; it looks for `dist/swagger`. */
import { ERROR_CODES } from '../shared/api';
import { POLICY_ERROR_CODES, POLICY_HEADERS } from '../shared/policy-api';
import { MANUAL, RESOLVING } from './parts/acting';
import { ANNOUNCEMENT_SCHEMAS, ANNOUNCING } from './parts/announcing';
import { APPROVALS, AUDIT, GLASS, POLICY, QUEUE } from './parts/deciding';
import { POLICY_SCHEMAS } from './parts/policy-schemas';
import { PROBES } from './parts/probes';
import { NEWS, READING } from './parts/reading';
import { withRights } from './parts/rights';
import { SCHEMAS } from './parts/schemas';
import { TAG, TITLE } from './parts/words';

const ABOUT = `How nodes of a cluster coordinate, and the ways into and out of an operation.

Any request to the API may meet a node that is drained: it waits, and after that it is answered with 503 and the schema
\`ClusterMaintenanceDrained\` (\`${ERROR_CODES.drained}\`). A plugin command, backup or restore that comes while an operation
runs is answered with 409 and \`${ERROR_CODES.inProgress}\`: who holds it, with what, in which phase, since when. An action that
another plugin has declared as work may also end with \`${ERROR_CODES.aborted}\` (409: it did not begin) or
\`${ERROR_CODES.lost}\` (500: it was not alone to its end).

The policy may refuse any risky action with 403 and \`${POLICY_ERROR_CODES.denied}\`, or ask with 428 and
\`${POLICY_ERROR_CODES.confirmationRequired}\`: then the same request passes with the headers ${Object.values(POLICY_HEADERS).join(', ')},
as far as the reasons in the answer name them. What it would do is told as \`ClusterMaintenanceProspect\` in both.`;

const RIGHTFUL = withRights({
  ...READING,
  ...NEWS,
  ...RESOLVING,
  ...MANUAL,
  ...POLICY,
  ...APPROVALS,
  ...QUEUE,
  ...GLASS,
  ...AUDIT,
  ...ANNOUNCING,
});

export default {
  openapi: '3.0.3',
  info: { title: TITLE, description: ABOUT },
  tags: [{ name: TAG, description: ABOUT }],
  paths: { ...RIGHTFUL, ...PROBES },
  components: { schemas: { ...SCHEMAS, ...POLICY_SCHEMAS, ...ANNOUNCEMENT_SCHEMAS } },
};
