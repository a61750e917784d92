// Loaded into the nodes whose memory is compared (NODE_OPTIONS=--require). At SIGUSR2 it collects all garbage and says
// so with a file: what lies around uncollected differs by 100 MB between two starts of the very same program.
const { renameSync, writeFileSync } = require('node:fs');
const { join } = require('node:path');
const { setFlagsFromString } = require('node:v8');
const { runInNewContext } = require('node:vm');
const { isMainThread } = require('node:worker_threads');

const folder = process.env.BENCH_MEMORY_FOLDER;
if (isMainThread && folder) {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc');
  process.on('SIGUSR2', () => {
    collect();
    collect();
    const draft = join(folder, `${process.pid}.draft`);
    writeFileSync(draft, JSON.stringify(process.memoryUsage()));
    renameSync(draft, join(folder, `${process.pid}.json`));
  });
}
