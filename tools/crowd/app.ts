import type { AppLifecycle } from '../../src/server/ports';
import type { Fingerprint } from '../../src/shared/domain';

/** An app that is never asked for anything, and always is what it was. */
export function appWithoutWork(code: Fingerprint): AppLifecycle {
  const done = () => Promise.resolve();
  return {
    inFlight: () => 0,
    underWay: () => [],
    closeTraffic: () => {},
    openTraffic: () => {},
    quiet: done,
    pauseBackground: done,
    abandonBackground: done,
    backgroundWork: () => [],
    resumeBackground: done,
    closeWrites: () => {},
    openWrites: () => {},
    writesEnded: done,
    reload: done,
    answers: () => Promise.resolve(undefined),
    fence: done,
    loaded: () => code,
    expected: () => Promise.resolve(code),
    verify: () => Promise.resolve(undefined),
    installedVersion: () => Promise.resolve(code.core),
  };
}
