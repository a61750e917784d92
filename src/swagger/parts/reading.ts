import type { HistoryBody, OperationBody } from '../../shared/api';
import { OPERATION_KINDS, OPERATION_RESULTS } from '../../shared/domain';
import { DELIVERY_STATES, type DeliveriesBody, type RedeliverBody } from '../../shared/news';
import type { SettingsBody } from '../../shared/settings-view';
import {
  act,
  answered,
  count,
  INVALID,
  list,
  look,
  pathOf,
  query,
  ref,
  refused,
  shape,
  text,
  UNKNOWN,
  word,
  type Paths,
} from './words';

const PAGE = [
  query('limit', 'How many: 20 by default, 100 at most.', count('')),
  query('beforeEpoch', 'Only those of lower epochs: the next page.', count('')),
  query('kind', 'Only this kind.', word('', OPERATION_KINDS)),
  query('state', 'Only these; `open`: it runs, or is held.', word('', [...OPERATION_RESULTS, 'open'])),
];

export const READING: Paths = {
  [pathOf('status')]: {
    get: look(
      'Nodes, and the operation under way',
      [],
      answered('What is going on.', ref('Status')),
      'Also without Redis: then only the node that answers is told, and why.',
    ),
  },
  [pathOf('history')]: {
    get: look('Operations of the past, the newest first', PAGE, {
      ...answered(
        'A page of them.',
        shape<HistoryBody>({ operations: list(ref('Operation')), total: count('How many there are.') }),
      ),
      ...refused({ 400: INVALID }),
    }),
  },
  [pathOf('get')]: {
    get: look('One operation with its journal', [query('filterByTk', 'Id of the operation.', text(''), true)], {
      ...answered(
        'The journal is in the order of what happened.',
        shape<OperationBody>({ operation: ref('Operation'), journal: list(ref('JournalEntry')) }),
      ),
      ...refused({ 404: UNKNOWN }),
    }),
  },
  [pathOf('settings')]: {
    get: look(
      'Settings of the node that answers',
      [],
      answered(
        'Secrets are masked.',
        shape<SettingsBody>({
          node: text('Name of the node.'),
          settings: list(ref('Setting')),
          problems: list(text(''), 'Why these settings are impossible.'),
        }),
      ),
    ),
  },
};

export const NEWS: Paths = {
  [pathOf('deliveries')]: {
    get: look(
      'Notifications, and those that never arrived',
      [query('state', '`dead` by default.', word('', DELIVERY_STATES))],
      answered('The newest first, 100 at most.', shape<DeliveriesBody>({ deliveries: list(ref('Delivery')) })),
    ),
  },
  [pathOf('redeliver')]: {
    post: act('Try a notification again', shape<RedeliverBody>({ id: text('Of the delivery.') }), 'One that is dead.', {
      ...answered('It is tried again.', shape({ message: text('What happens now.') })),
      ...refused({ 404: UNKNOWN }),
    }),
  },
};
