import {
  CLUSTER_PHASES,
  OPERATION_KINDS,
  OPERATION_RESULTS,
  type BackupRef,
  type MaintenanceTerms,
  type NodeRef,
  type OperationRecord,
  type VersionChange,
} from '../../shared/domain';
import { count, list, moment, shape, text, word, yes } from './words';

const SCOPES = ['all', 'writes'];

export const nodeRef = shape<NodeRef>({ bootId: text('Identity of the process.'), name: text('For people.') });

const terms = shape<MaintenanceTerms>(
  {
    message: text('What users read.'),
    expiresInSeconds: count('It ends by itself so long after every node has stopped.'),
    openNode: text('Name of the node that goes on as ever.'),
    enteredBy: text('Identity of who entered it.'),
  },
  ['message', 'expiresInSeconds', 'enteredBy'],
);

const ofItsWork = {
  step: text('The progress of its work, in the words of NocoBase.'),
  waitingFor: list(text('A node, or one sentence.'), 'What the present phase waits for.'),
  drained: yes('Every node has stopped, and nobody is waited for any more.'),
  changed: yes('From here on a crash holds it instead of aborting it.'),
  target: text('Digest that every node has to prove; empty until the work is done.'),
  lastChange: count('Epoch of the newest operation before that changed something.'),
  attempt: count('How often in a row starts have tried this.'),
  interrupted: yes('Its leader disappeared during the work, and the next start may repeat it.'),
  backup: shape<BackupRef>({ file: text('Name of the file.'), takenAt: moment('When it was taken.') }),
  versions: shape<VersionChange>({ from: text('Of NocoBase, before.'), to: text('And after.') }),
  maintenance: terms,
};

const ofPeople = {
  requestedBy: text('Who asked: a user, a shell, or a start.'),
  cancelledBy: text('Who asked to cancel it.'),
  retryOn: text('Boot id of the node that was asked to do it again.'),
  rollsBack: yes('That node is to roll it back instead.'),
  follows: count('Epoch of the held operation that this one takes up.'),
};

/** The whole record: what a client finds in an answer stands here. */
export const operation = shape<OperationRecord>(
  {
    id: text('Identity of the operation.'),
    kind: word('What it does.', OPERATION_KINDS),
    epoch: count('Grows with every operation: the fencing token.'),
    revision: count('Grows with each word of the leader.'),
    phase: word('How far it is.', CLUSTER_PHASES),
    scope: word('What stops: everything, or what writes.', SCOPES),
    subject: text('What it is about, for people.'),
    leader: nodeRef,
    startedAt: moment('When it began.'),
    phaseSince: moment('When this phase began.'),
    ...ofItsWork,
    ...ofPeople,
    result: word('How it ended; absent while it has not.', OPERATION_RESULTS),
    reason: text('Why it failed, was aborted, is degraded or held.'),
    endedAt: moment('When it ended.'),
  },
  ['id', 'kind', 'epoch', 'phase', 'scope', 'subject', 'leader', 'requestedBy', 'startedAt', 'phaseSince', 'changed'],
);
