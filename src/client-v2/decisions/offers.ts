import type { SilentNode } from '../../shared/api';
import type { OperationRecord, WayOut } from '../../shared/domain';
import type { Translate } from '../locale';
import { QUESTIONS, RESOLUTION_LABELS, RESOLVED, labelOf } from '../model/labels';
import type { Decision } from './decision';

/** Before the first change: everything is as if it had never been asked for. */
export function cancelling({ id }: OperationRecord, t: Translate): Decision {
  return {
    title: t('Cancel the operation?'),
    consequences: [
      t('Nothing has been changed yet. Every node serves again in about a second.'),
      t('Whoever asked for the operation sees an error.'),
    ],
    verb: t('Cancel operation'),
    danger: false,
    done: t('The leader was asked to cancel.'),
    send: (api) => api.cancel({ operationId: id }),
  };
}

/** A way out of an operation that stands still, with the server's own words on what happens. */
export function takingWayOut({ id, leader }: OperationRecord, way: WayOut, t: Translate): Decision {
  const { resolution, consequence } = way;
  const hint = t('If you are not sure, look at the database first, or restore a backup.');
  return {
    title: t(labelOf(QUESTIONS, resolution), { name: leader.name }),
    consequences: resolution === 'resume' ? [consequence, hint] : [consequence],
    verb: t(labelOf(RESOLUTION_LABELS, resolution)),
    danger: resolution !== 'retry',
    done: t(RESOLVED[resolution] ?? 'The server has accepted.', { name: leader.name }),
    send: (api) => api.resolve({ operationId: id, resolution }),
  };
}

/** Of an operation that has ended: everything since goes with it. */
export function rollingBack({ id, backup }: OperationRecord, t: Translate): Decision {
  const when = new Date(backup?.takenAt ?? 0).toISOString();
  return {
    title: t('Roll back to the backup?'),
    consequences: [
      t('The backup of {{when}}, taken before the operation, replaces the database and the plugin files.', { when }),
      t('What was written since is lost. Every node stops until it is done.'),
    ],
    verb: t('Roll back'),
    danger: true,
    done: t('The backup is being restored.'),
    send: (api) => api.rollBack({ operationId: id }),
  };
}

/** The word of a person replaces the proof that a process can write no more. */
export function declaringStopped({ bootId, name }: SilentNode, t: Translate): Decision {
  return {
    title: t('Declare {{name}} stopped?', { name }),
    consequences: [
      t('Do this only when you know that the process of {{name}} has ended. Nobody waits for it any more.', { name }),
      t('If it has not ended, what it writes may be lost or doubled.'),
    ],
    verb: t('Declare stopped'),
    danger: true,
    done: t('{{name}} is declared stopped. Nobody waits for it any more.', { name }),
    send: (api) => api.declareStopped({ bootId }),
  };
}
