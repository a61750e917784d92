// Loaded into nodes (NODE_OPTIONS=--require). At SIGUSR2 it writes down which actions the app has, into the folder
// ACTIONS_FOLDER: those that every resource inherits, and those that a resource has for itself alone.
const { renameSync, writeFileSync } = require('node:fs');
const { createRequire } = require('node:module');
const { join } = require('node:path');
const { isMainThread } = require('node:worker_threads');

const folder = process.env.ACTIONS_FOLDER;
if (isMainThread && folder) {
  process.on('SIGUSR2', () => {
    void actions()
      .catch((error) => ({ error: `${error.stack}` }))
      .then((found) => {
        const draft = join(folder, `${process.pid}.draft`);
        writeFileSync(draft, JSON.stringify(found));
        renameSync(draft, join(folder, `${process.pid}.json`));
      });
  });
}

async function actions() {
  const { AppSupervisor } = createRequire(join(process.cwd(), 'package.json'))('@nocobase/server');
  const app = await AppSupervisor.getInstance().getApp('main');
  const everywhere = new Set();
  const own = {};
  const add = (resource, action) => (own[resource] ??= new Set()).add(action);
  for (const { resourceManager } of app.dataSourceManager.dataSources.values()) {
    const handlers = resourceManager.getRegisteredHandlers();
    for (const name of handlers.keys()) {
      const [resource, action] = name.split(':');
      if (action === undefined) everywhere.add(name);
      else add(resource, action);
    }
    for (const [name, resource] of resourceManager.resources) {
      for (const [action, { handler }] of resource.actions) {
        if (!action.includes(':') && !isSame(handler, handlers.get(action))) add(name, action);
      }
    }
  }
  const sorted = Object.entries(own).map(([resource, names]) => [resource, [...names].sort()]);
  return { everywhere: [...everywhere].sort(), own: Object.fromEntries(sorted) };
}

/** Some handlers are bound and registered several times, and resources keep the one that was there first. */
function isSame(one, other) {
  return one === other || (other !== undefined && one.name === other.name && `${one}` === `${other}`);
}
