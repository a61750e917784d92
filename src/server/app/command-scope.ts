import type { LedOperation } from '../maintenance/led-operation';
import { AsyncScope } from './async-scope';

/**
 * Ties a command of the host to the request that caused it: the host starts commands from its HTTP actions and tells
 * a listener only their name, but they run in the asynchronous context of the request.
 */
export interface Ticket {
  readonly operation: LedOperation;
  /** Set by the command when it begins. */
  claimed: boolean;
  readonly onClaim: () => void;
}

type Scope = { readonly kind: 'own' } | { readonly kind: 'ticket'; readonly ticket: Ticket };

const storage = new AsyncScope<Scope>();

/** Runs a command of this plugin itself: it passes the gate, because it is part of an operation. */
export function ownCommand<T>(run: () => Promise<T>): Promise<T> {
  return storage.run({ kind: 'own' }, run);
}

/** Runs a request whose command, if it causes one, belongs to the operation of the ticket. */
export function withTicket<T>(ticket: Ticket, run: () => Promise<T>): Promise<T> {
  return storage.run({ kind: 'ticket', ticket }, run);
}

export function isOwnCommand(): boolean {
  return storage.get()?.kind === 'own';
}

/** Whether it belongs to a request for which an operation was begun. */
export function hasTicket(): boolean {
  return storage.get()?.kind === 'ticket';
}

/** The ticket of the request in whose context this is called; each is given out once. */
export function claimTicket(): Ticket | undefined {
  const scope = storage.get();
  if (scope?.kind !== 'ticket' || scope.ticket.claimed) return undefined;
  scope.ticket.claimed = true;
  scope.ticket.onClaim();
  return scope.ticket;
}

/** The operation in whose work this is called, also after that has ended: what follows belongs to it, too. */
export function operationAround(): LedOperation | undefined {
  const scope = storage.get();
  return scope?.kind === 'ticket' && scope.ticket.claimed ? scope.ticket.operation : undefined;
}
