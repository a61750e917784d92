/**
 * Refuses addresses that mean something on one machine only: absolute paths of a workplace, package registries.
 * The project must read and build the same wherever it is cloned.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const BINARY = new Set(['.png', '.jpg', '.jpeg', '.gif', '.ico', '.webp', '.woff2', '.tgz', '.gz', '.pdf']);
// Written in parts, so that this file passes its own check.
const WORKPLACES = ['work', 'root', 'farm', 'home', 'Users', 'tmp/nb', 'tmp/helpers'].join('|');
const RULES = [
  { what: 'absolute path of one machine', pattern: new RegExp(`(?<![\\w.}/)-])/(${WORKPLACES})/[\\w.-]+`) },
  { what: 'address of a package registry', pattern: /https?:\/\/[^\s"'/]*(registry|npmmirror|verdaccio)[^\s"'/]*/ },
];

/** What is wrong in one text: `line` counts from 1. */
export function findAddresses(text) {
  return text.split('\n').flatMap((content, index) =>
    RULES.flatMap(({ what, pattern }) => {
      const match = pattern.exec(content);
      return match ? [{ line: index + 1, what, found: match[0] }] : [];
    }),
  );
}

function listFiles(root) {
  const output = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], { cwd: root });
  return output.toString().split('\0').filter(Boolean);
}

function readIfThere(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    // Removed from disk but not yet from the index.
    if (error.code === 'ENOENT') return '';
    throw error;
  }
}

export function checkRepository(root) {
  return listFiles(root)
    .filter((file) => !BINARY.has(extname(file)))
    .flatMap((file) => findAddresses(readIfThere(join(root, file))).map((finding) => ({ file, ...finding })));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const findings = checkRepository(join(fileURLToPath(import.meta.url), '..', '..', '..'));
  for (const { file, line, what, found } of findings) console.error(`${file}:${line}: ${what}: ${found}`);
  process.exitCode = findings.length === 0 ? 0 : 1;
}
