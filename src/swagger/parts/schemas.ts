import { ERROR_CODES, type NodeView, type ProbeBody, type SilentNode, type StatusBody } from '../../shared/api';
import {
  JOURNAL_EVENTS,
  NODE_PHASES,
  REQUEST_SORTS,
  RESOLUTIONS,
  type JournalEntry,
  type RequestUnderWay,
  type WayOut,
} from '../../shared/domain';
import { nodeRef, operation } from './operation-schema';
import { CODES, count, list, moment, named, ref, shape, text, word, yes } from './words';

const node = shape<NodeView>(
  {
    bootId: text('Identity of the process.'),
    name: text('For people.'),
    phase: word('What the node is doing; only `serving` takes traffic.', NODE_PHASES),
    phaseSince: moment('Since when.'),
    epoch: count('The operation that the phase belongs to; 0: none.'),
    reason: text('Why it does not serve.'),
    version: text('Version of NocoBase.'),
    fingerprint: text('Digest of the code that is loaded.'),
    fingerprintMatch: word('Compared with the node that answers.', ['equal', 'different', 'unknown']),
    inFlight: count('API requests that are being answered.'),
    underWay: list(
      shape<RequestUnderWay>({
        what: text('Method and `resource:action`.'),
        sort: word('What it may be.', REQUEST_SORTS),
        ageMs: count('For how long, in milliseconds.'),
      }),
      'While the node drains: the oldest of these requests, five at most.',
    ),
    work: list(text('One line.'), 'While it drains: the background work that it waits for.'),
    quietFor: count('The operation of scope `writes` for which nothing writes here any more.'),
    role: word('`command`: a short process of the command line.', ['app', 'command']),
    startedAt: moment('When the process began.'),
    sentAt: { type: 'number', description: 'Of this report, in milliseconds of the monotonic clock of the process.' },
    silentMs: count('When it reported last, in milliseconds.'),
    isSelf: yes('It is the one that answers.'),
    isLeader: yes('It leads the operation.'),
  },
  ['bootId', 'name', 'phase', 'epoch', 'reason', 'version', 'fingerprintMatch', 'inFlight', 'isSelf', 'isLeader'],
);

const status = shape<StatusBody>(
  {
    mode: word('`single`: no Redis is configured.', ['cluster', 'single']),
    online: yes('The store of the coordination can be reached.'),
    message: text('Why not, and what to do.'),
    self: text('Boot id of the node that answers.'),
    selfName: text('Its name.'),
    now: moment('Its clock.'),
    nodes: list(ref('Node')),
    operation: ref('Operation'),
    lastOperation: ref('Operation'),
    waysOut: list(ref('WayOut'), 'While an operation stands still after its first change.'),
    silentNodes: list(
      shape<SilentNode>({ bootId: text('Identity.'), name: text('For people.'), silentMs: count('For how long.') }),
      'Processes that block the operation: they report nowhere, and may still write.',
    ),
    viewer: text('Who asks.'),
    endsInMs: count('A manual maintenance ends by itself in so long.'),
    guarded: yes('The database has a lock that several nodes share.'),
  },
  ['mode', 'online', 'message', 'self', 'selfName', 'now', 'nodes', 'guarded'],
);

export const SCHEMAS = named({
  Operation: operation,
  Node: node,
  Status: status,
  WayOut: shape<WayOut>(
    {
      resolution: word('The way.', RESOLUTIONS),
      consequence: text('What happens when it is taken.'),
      refusal: text('Why it is closed right now; absent: it is open.'),
    },
    ['resolution', 'consequence'],
  ),
  JournalEntry: shape<JournalEntry>({
    operation: text('Id of the operation.'),
    epoch: count('Its epoch.'),
    node: nodeRef,
    seq: count('Counts the lines of this node from 1.'),
    at: moment('By the clock of the node.'),
    event: word('What happened.', JOURNAL_EVENTS),
    text: text('The same for people.'),
  }),
  Probe: shape<ProbeBody>(
    {
      status: word('One word.', [...NODE_PHASES, 'off']),
      node: text('Name of the node.'),
      reason: text('Why it takes no traffic.'),
    },
    ['status', 'node'],
  ),
  Refusal: shape({
    errors: list(
      shape({ code: word('For programs.', Object.values(CODES)), message: text('One sentence for people.') }),
    ),
  }),
  Drained: shape({
    error: shape(
      {
        status: { type: 'integer', enum: [503] },
        maintaining: yes('Always true: NocoBase’s client shows its maintenance screen.'),
        code: word('For programs.', [ERROR_CODES.drained]),
        message: text('What users read.'),
        expectedInSeconds: count('When this node is expected back; absent: nobody can know.'),
      },
      ['status', 'maintaining', 'code', 'message'],
    ),
  }),
});
