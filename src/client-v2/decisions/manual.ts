import type { EnterRequest } from '../../shared/api';
import type { OperationRecord } from '../../shared/domain';
import type { Translate } from '../locale';
import type { Decision } from './decision';

/** Every node stops, or every write, until somebody or the time limit ends it. */
export function entering(request: EnterRequest, minutes: number, t: Translate): Decision {
  const { scope, openNode } = request;
  const all = t('Every node finishes its requests and takes no new ones. Users wait, and then read your message.');
  const writes = t('Every node goes on reading. Whatever writes waits, and background work pauses.');
  const open = openNode === undefined ? [] : [t('{{name}} goes on as ever.', { name: openNode })];
  const limit = t('It ends by itself after {{minutes}} minutes.', { minutes });
  return {
    title: t('Enter maintenance?'),
    consequences: [scope === 'writes' ? writes : all, ...open, limit],
    verb: t('Enter maintenance'),
    danger: scope !== 'writes',
    done: t('The maintenance has begun.'),
    send: (api) => api.enter(request),
  };
}

/** `viewer`: who looks at the page, as the server names that person. */
export function ending(
  { id, requestedBy, subject, maintenance }: OperationRecord,
  viewer: string | undefined,
  t: Translate,
): Decision {
  const theirs = maintenance?.enteredBy !== viewer;
  const warning = t('{{name}} entered it, not you: {{reason}}. Make sure that the work is done.', {
    name: requestedBy,
    reason: subject.replace(/\.$/, ''),
  });
  return {
    title: t('End maintenance?'),
    consequences: [...(theirs ? [warning] : []), t('Every node serves again in about a second.')],
    verb: t('End maintenance'),
    danger: theirs,
    done: t('The maintenance has ended.'),
    send: (api) => api.exit({ operationId: id, override: theirs }),
  };
}

/** Only for the browser that asks. */
export function lettingIn({ id }: OperationRecord, t: Translate): Decision {
  return {
    title: t('Open this app for you?'),
    consequences: [
      t('Requests of this browser pass for 15 minutes at most. Everybody else goes on waiting.'),
      t('What you change in the app is changed for good.'),
    ],
    verb: t('Open this app for me'),
    danger: false,
    done: t('The app is open for you.'),
    send: (api) => api.letIn({ operationId: id }),
  };
}
