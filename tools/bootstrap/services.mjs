// Programs of the system: database servers, Redis, balancers, a browser. The project starts its own instances of them on
// free ports, so nothing has to run, and nothing that runs already is touched.
import { accessSync, constants, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { Refusal, run, step } from './steps.mjs';

/** What there is to install: Debian's packages, and the programs by which we see that they are there. */
const SERVICES = {
  postgres: {
    packages: ['postgresql', 'postgresql-client'],
    programs: ['initdb', 'postgres', 'pg_dump', 'pg_restore'],
  },
  redis: { packages: ['redis-server'], programs: ['redis-server', 'redis-cli'] },
  openssl: { packages: ['openssl'], programs: ['openssl'] },
  mariadb: { packages: ['mariadb-server'], programs: [['mariadbd', 'mysqld']] },
  pgbouncer: { packages: ['pgbouncer'], programs: ['pgbouncer'] },
  nginx: { packages: ['nginx'], programs: ['nginx'] },
  haproxy: { packages: ['haproxy'], programs: ['haproxy'] },
  chromium: { packages: ['chromium'], programs: [['chromium', 'chromium-browser', 'google-chrome']] },
};

export async function ensureServices(names) {
  const missing = names.filter((name) => !SERVICES[name].programs.every(isThere));
  if (missing.length === 0) {
    return;
  }
  const packages = missing.flatMap((name) => SERVICES[name].packages);
  if (process.getuid?.() !== 0 || !isDebian()) {
    throw new Refusal(
      `Missing on this machine: ${missing.join(', ')}. On Debian or Ubuntu: sudo apt-get install ${packages.join(' ')}`,
    );
  }
  await step(`installing ${missing.join(', ')} (apt-get)`, () => installQuietly(packages));
}

async function installQuietly(packages) {
  await apt('update');
  await withoutStartingServices(async () => {
    if (packages.includes('postgresql')) {
      await withoutDefaultCluster(() => apt('install', ...packages));
    } else {
      await apt('install', ...packages);
    }
  });
}

function apt(command, ...args) {
  const options = [
    '-q',
    '-y',
    '-o',
    'Dpkg::Options::=--force-confold',
    ...(args.length ? ['--no-install-recommends'] : []),
  ];
  return run('apt-get', [...options, command, ...args], { env: { DEBIAN_FRONTEND: 'noninteractive' } });
}

/** Debian starts a service as soon as it is installed, unless this file forbids it (exit code 101). */
async function withoutStartingServices(work) {
  const policy = '/usr/sbin/policy-rc.d';
  if (existsSync(policy)) {
    return work();
  }
  writeFileSync(policy, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  try {
    await work();
  } finally {
    rmSync(policy);
  }
}

/** Debian makes a database cluster for each new version of the server; ours are temporary and made by the harness. */
async function withoutDefaultCluster(work) {
  await apt('install', 'postgresql-common');
  const file = '/etc/postgresql-common/createcluster.conf';
  const before = readFileSync(file, 'utf8');
  writeFileSync(file, `${before}\ncreate_main_cluster = false\n`);
  try {
    await work();
  } finally {
    writeFileSync(file, before);
  }
}

function isDebian() {
  return existsSync('/etc/debian_version') && isThere('apt-get');
}

function isThere(program) {
  const names = [program].flat();
  return searchPath().some((folder) => names.some((name) => isExecutable(join(folder, name))));
}

/** The PATH, and where Debian keeps the programs of its PostgreSQL versions and of root. */
function searchPath() {
  const debian = '/usr/lib/postgresql';
  const versions = existsSync(debian) ? readdirSync(debian) : [];
  const folders = (process.env.PATH ?? '').split(delimiter);
  return [...folders, '/usr/sbin', ...versions.map((version) => join(debian, version, 'bin'))];
}

function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
