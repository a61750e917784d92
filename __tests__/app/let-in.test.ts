import { describe, expect, it } from 'vitest';
import { admitsPass, LONGEST_PASS, passCookie, passKey, sealPass } from '../../src/server/app/let-in';

const NOW = 1_700_000_000_000;
const key = passKey('the secret of the app');
const pass = sealPass(key, 'operation 1', NOW + 60_000);
const admitted = (cookies: string | undefined, operation = 'operation 1', now = NOW, by = key) =>
  admitsPass(by, cookies, operation, now);

describe('the pass of an admin', () => {
  it('lets through during its operation, until its time is over', () => {
    expect(admitted(`cluster_maintenance=${pass}`)).toBe(true);
    expect(admitted(`a=b; cluster_maintenance=${pass} ;c=d`, 'operation 1', NOW + 59_999)).toBe(true);
    expect(admitted(`cluster_maintenance=${pass}`, 'operation 1', NOW + 60_000)).toBe(false);
  });

  it('is worth nothing for another operation, or in another app', () => {
    expect(admitted(`cluster_maintenance=${pass}`, 'operation 2')).toBe(false);
    expect(admitted(`cluster_maintenance=${pass}`, 'operation 1', NOW, passKey('another secret'))).toBe(false);
  });

  it('cannot be given a longer life', () => {
    const [, mac] = pass.split('.');
    const later = (NOW + 600_000).toString(36);
    expect(admitted(`cluster_maintenance=${later}.${mac}`)).toBe(false);
    const byWrongClock = sealPass(key, 'operation 1', NOW + LONGEST_PASS * 3);
    expect(admitted(`cluster_maintenance=${byWrongClock}`)).toBe(false);
  });

  it.each([
    undefined,
    '',
    'cluster_maintenance',
    'cluster_maintenance=',
    'cluster_maintenance=.',
    `xcluster_maintenance=${pass}`,
    `cluster_maintenance=${pass}x`,
    `cluster_maintenance=${pass.slice(0, -1)}`,
    `cluster_maintenance=${pass}.${pass}`,
    `cluster_maintenance=${pass.split('.')[0]}.`,
    `cluster_maintenance=.${pass.split('.')[1]}`,
    'cluster_maintenance=zzzzzzzz.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
  ])('cannot be forged: %s', (cookies) => {
    expect(admitted(cookies)).toBe(false);
  });

  it('is out of reach of scripts and of other sites, and goes over TLS only where there is TLS', () => {
    expect(passCookie('p', 60_500, true)).toBe(
      'cluster_maintenance=p; Path=/; HttpOnly; SameSite=Lax; Max-Age=60; Secure',
    );
    expect(passCookie('p', 1, false)).toBe('cluster_maintenance=p; Path=/; HttpOnly; SameSite=Lax; Max-Age=1');
  });
});
