import { ERROR_CODES } from '../../shared/api';
import { json, pathOf, ref, refused, TAG, type Operation, type Paths, type Schema } from './words';

/** Without sign-in, and answered also while there is no app. */
function open(summary: string, description: string, responses: Schema): Operation {
  return { tags: [TAG], summary, description, security: [], responses };
}

export const PROBES: Paths = {
  [pathOf('live')]: {
    get: open('Liveness', '200 as long as the process works, whatever it waits for.', {
      200: { description: 'It works.', content: json(ref('Probe')) },
    }),
  },
  [pathOf('ready')]: {
    get: open('Readiness', 'For balancers: whether this node takes traffic.', {
      200: { description: 'It does.', content: json(ref('Probe')) },
      503: { description: 'It does not, and why.', content: json(ref('Probe')) },
    }),
  },
  [pathOf('metrics')]: {
    get: open('Metrics for Prometheus', 'See docs/metrics.md. May need a token: `Authorization: Bearer TOKEN`.', {
      200: { description: 'The text format of Prometheus.', content: { 'text/plain': { schema: { type: 'string' } } } },
      ...refused({ 401: [ERROR_CODES.invalid, 'The operator has set a token, and it was not given.'] }),
    }),
  },
};
