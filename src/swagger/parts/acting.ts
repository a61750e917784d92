import {
  ERROR_CODES,
  type CancelBody,
  type DeclareStoppedBody,
  type EnterBody,
  type EnterRequest,
  type ExitRequest,
  type LetInBody,
  type ResolveBody,
  type RollBackAnswer,
  type RollBackBody,
} from '../../shared/api';
import { RESOLUTIONS } from '../../shared/domain';
import {
  act,
  answered,
  INVALID,
  LATE,
  OFFLINE,
  pathOf,
  ref,
  refused,
  shape,
  text,
  word,
  yes,
  type Paths,
} from './words';

const operationId = text('Which operation: nobody ends another one than the one on the screen.');
const said = shape({ message: text('What happens now.') });
export const RESOLVING: Paths = {
  [pathOf('cancel')]: {
    post: act(
      'Cancel an operation',
      shape<CancelBody>({ operationId }),
      'Only before its first change; then it wins over the change.',
      {
        ...answered('It is asked to stop; every node serves again.', said),
        ...refused({ 409: LATE, 503: OFFLINE }),
      },
    ),
  },
  [pathOf('resolve')]: {
    post: act(
      'Take a way out of an operation that stands still',
      shape<ResolveBody>({ operationId, resolution: word('One of those that `status` offers.', RESOLUTIONS) }),
      'What each does stands in `waysOut` of `status`.',
      { ...answered('It is taken.', said), ...refused({ 400: INVALID, 409: LATE, 503: OFFLINE }) },
    ),
  },
  [pathOf('rollBack')]: {
    post: act(
      'Roll back to the backup that was taken before an operation',
      shape<RollBackBody>({ operationId }),
      'Of one that is over or held. Answered when the new operation has begun.',
      {
        ...answered(
          'It has begun.',
          shape<RollBackAnswer>({ message: text('What happens now.'), operationId: text('The new one.') }),
        ),
        ...refused({ 409: LATE, 503: OFFLINE }),
      },
    ),
  },
  [pathOf('declareStopped')]: {
    post: act(
      'Vouch that a process no longer runs',
      shape<DeclareStoppedBody>({ bootId: text('Identity of the process.') }),
      'Nobody waits for it any more, and its connections to the database are ended. It stands in the journal.',
      { ...answered('It is declared.', said), ...refused({ 409: LATE, 503: OFFLINE }) },
    ),
  },
};

const scope = word('`writes`: what only reads is still served. `all` by default.', ['all', 'writes']);

export const MANUAL: Paths = {
  [pathOf('enter')]: {
    post: act(
      'Enter manual maintenance',
      shape<EnterRequest>(
        {
          scope,
          reason: text('What is going to be done.'),
          message: text('What users read.'),
          expiresInSeconds: { type: 'integer', minimum: 1, maximum: 86_400, default: 3_600 },
          openNode: text('Name of the node that goes on as ever.'),
        },
        ['reason'],
      ),
      'Answered when every node has stopped. It ends by `exit`, or by itself.',
      {
        ...answered('Every node has stopped.', shape<EnterBody>({ operation: ref('Operation') })),
        ...refused({
          400: INVALID,
          409: [ERROR_CODES.inProgress, `Somebody else works; or \`${ERROR_CODES.refused}\`: not every node stopped.`],
          503: OFFLINE,
        }),
      },
    ),
  },
  [pathOf('exit')]: {
    post: act(
      'End the manual maintenance',
      shape<ExitRequest>(
        { operationId, override: yes('Also when somebody else entered it.'), reason: text('For the history.') },
        ['operationId'],
      ),
      'Every node serves again.',
      { ...answered('It has ended.', said), ...refused({ 400: INVALID, 409: LATE, 503: OFFLINE }) },
    ),
  },
  [pathOf('letIn')]: {
    post: act(
      'Be let in during the maintenance',
      shape({ operationId }),
      'The answer sets a cookie: requests with it pass where others wait.',
      {
        ...answered(
          'The cookie is worth something for so long.',
          shape<LetInBody>({ expiresInSeconds: { type: 'integer' } }),
        ),
        ...refused({ 409: LATE, 503: OFFLINE }),
      },
    ),
  },
};
