// Loaded into nodes (NODE_OPTIONS=--require). At SIGUSR2 it writes down what the process keeps open, into the folder
// RESOURCES_FOLDER: timers, sockets, listeners. Garbage is collected first, because only what survives it is a leak.
const { renameSync, writeFileSync } = require('node:fs');
const { join } = require('node:path');
const { setFlagsFromString } = require('node:v8');
const { runInNewContext } = require('node:vm');
const { isMainThread } = require('node:worker_threads');

const folder = process.env.RESOURCES_FOLDER;
if (isMainThread && folder) {
  let rejections = 0;
  process.on('unhandledRejection', () => (rejections += 1));
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc');
  process.on('SIGUSR2', () => {
    collect();
    const kinds = {};
    for (const kind of process.getActiveResourcesInfo()) kinds[kind] = (kinds[kind] ?? 0) + 1;
    const listeners = process.eventNames().reduce((sum, name) => sum + process.listenerCount(name), 0);
    const heap = Math.round(process.memoryUsage().heapUsed / 1e6);
    const draft = join(folder, `${process.pid}.draft`);
    writeFileSync(draft, JSON.stringify({ kinds, listeners, rejections, heap }));
    renameSync(draft, join(folder, `${process.pid}.json`));
  });
}
