import type { Application } from '@nocobase/server';
import type { Log } from '../ports';

/** The host replaces its logger at each reload, so it is asked for at each line. */
export function appLog(app: Application): Log {
  const line = (message: string) => `[cluster maintenance] ${message}`;
  return {
    info: (message, details) => app.log.info(line(message), details ?? {}),
    warn: (message, details) => app.log.warn(line(message), details ?? {}),
    error: (message, details) => app.log.error(line(message), details ?? {}),
  };
}

/** Before there is an app. */
export const consoleLog: Log = {
  info: (message, details) => console.info(`[cluster maintenance] ${message}`, details ?? ''),
  warn: (message, details) => console.warn(`[cluster maintenance] ${message}`, details ?? ''),
  error: (message, details) => console.error(`[cluster maintenance] ${message}`, details ?? ''),
};
