import { ERROR_CODES, type HistoryBody, type OperationBody } from '../../shared/api';
import { answered, count, list, pathOf, query, ref, refused, shape, TAG, text, type Paths } from './words';

export const READING: Paths = {
  [pathOf('status')]: {
    get: {
      tags: [TAG],
      summary: 'Nodes, and the operation under way',
      description: 'Also without Redis: then only the node that answers is told, and why.',
      responses: answered('What is going on.', ref('Status')),
    },
  },
  [pathOf('history')]: {
    get: {
      tags: [TAG],
      summary: 'Operations of the past, the newest first',
      parameters: [
        query('limit', 'How many: 20 by default, 100 at most.', count('')),
        query('beforeEpoch', 'Only those of lower epochs: the next page.', count('')),
      ],
      responses: answered('A page of them.', shape<HistoryBody>({ operations: list(ref('Operation')) })),
    },
  },
  [pathOf('get')]: {
    get: {
      tags: [TAG],
      summary: 'One operation with its journal',
      parameters: [query('filterByTk', 'Id of the operation.', text(''), true)],
      responses: {
        ...answered(
          'The journal is in the order of what happened.',
          shape<OperationBody>({ operation: ref('Operation'), journal: list(ref('JournalEntry')) }),
        ),
        ...refused({ 404: [ERROR_CODES.invalid, 'There is no such operation.'] }),
      },
    },
  },
};
