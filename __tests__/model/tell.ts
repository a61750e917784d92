import type { Log } from '../../src/server/ports';

/** What a node says, for a replay. */
export type Tell = (node: string, level: string, message: string, details?: unknown) => void;

export function logOf(name: string, tell: Tell | undefined): Log {
  return {
    info: (message, details) => tell?.(name, 'info', message, details),
    warn: (message, details) => tell?.(name, 'warn', message, details),
    error: (message, details) => tell?.(name, 'error', message, details),
  };
}
