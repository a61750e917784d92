// Imported by a program that must not go on alone: when what started it is gone, it ends too. Needed for kill -9, which
// nobody can pass on. npm puts a shell between itself and its script, and that shell survives it, so for a shell its own
// parent counts as well.
import { readFileSync } from 'node:fs';

const parent = process.ppid;
const beyond = commandOf(parent) === 'sh' ? parentOf(parent) : undefined;

setInterval(() => {
  if (process.ppid !== parent || (beyond !== undefined && parentOf(parent) !== beyond)) {
    // As on Ctrl-C, so that whoever has something to clean up does it.
    process.kill(process.pid, 'SIGTERM');
  }
}, 1000).unref();

function commandOf(pid) {
  return read(pid)?.match(/\((.*)\)/s)?.[1];
}

function parentOf(pid) {
  return read(pid)
    ?.replace(/^.*\) /s, '')
    .split(' ')[1];
}

function read(pid) {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return undefined;
  }
}
