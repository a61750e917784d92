/**
 * The lock file must serve any machine: no registry's address, and an entry for every platform's optional package.
 * npm leaves the latter out when a registry lacks them at that moment, and `npm ci` then fails elsewhere.
 */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Where Node would find `name` from `place`, as keys of the lock file: nearest first. */
function candidates(place, name) {
  const parts = place === '' ? [] : place.split('/node_modules/');
  return parts
    .map((_, index) => `${parts.slice(0, parts.length - index).join('/node_modules/')}/node_modules/${name}`)
    .concat(`node_modules/${name}`);
}

const needs = ({ dependencies, devDependencies, optionalDependencies }) =>
  Object.keys({ ...dependencies, ...devDependencies, ...optionalDependencies });

/** One sentence per problem of a parsed lock file, compared with its package.json. */
export function findLockProblems(lock, manifest) {
  const problems = [];
  for (const [place, entry] of Object.entries(lock.packages)) {
    if (entry.resolved) problems.push(`${place} names the address it was downloaded from.`);
    const missing = needs(entry).filter((name) => !candidates(place, name).some((key) => lock.packages[key]?.version));
    for (const name of missing) problems.push(`${place || 'package.json'} needs ${name}, which has no entry.`);
  }
  const listed = (part) => JSON.stringify(Object.entries(part ?? {}).sort());
  if (listed(lock.packages['']?.devDependencies) !== listed(manifest.devDependencies)) {
    problems.push('devDependencies differ from package.json: run npm install.');
  }
  return problems;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
  const read = (file) => JSON.parse(readFileSync(join(root, file), 'utf8'));
  const problems = findLockProblems(read('package-lock.json'), read('package.json'));
  for (const problem of problems) console.error(`package-lock.json: ${problem}`);
  process.exitCode = problems.length === 0 ? 0 : 1;
}
