import { userInfo } from 'node:os';
import type { Person } from '../../maintenance/manual';

/** Whoever has a shell on the machine; the journal says so. */
export function operator(): Person {
  try {
    const { username } = userInfo();
    return { name: `${username} (CLI)`, identity: `shell ${username}` };
  } catch {
    return { name: 'CLI', identity: 'shell' };
  }
}
