// Loaded into nodes (NODE_OPTIONS=--require). At SIGUSR2 it writes down what an app can be asked to do, into the folder
// POLICY_PROBE_FOLDER: resources with their actions, tables with their associations, and commands. It belongs to the tests:
// nothing of the plugin tells anybody so much.
const { existsSync, readdirSync, renameSync, writeFileSync } = require('node:fs');
const { createRequire } = require('node:module');
const { join } = require('node:path');
const { isMainThread } = require('node:worker_threads');

const folder = process.env.POLICY_PROBE_FOLDER;
if (isMainThread && folder) {
  process.on('SIGUSR2', () => {
    void surface()
      .catch((error) => ({ error: `${error.stack}` }))
      .then((found) => {
        const draft = join(folder, `${process.pid}.draft`);
        writeFileSync(draft, JSON.stringify(found));
        renameSync(draft, join(folder, `${process.pid}.json`));
      });
  });
}

async function surface() {
  const { AppSupervisor } = createRequire(join(process.cwd(), 'package.json'))('@nocobase/server');
  const app = await AppSupervisor.getInstance().getApp('main');
  const dataSources = Object.fromEntries(
    [...app.dataSourceManager.dataSources].map(([name, source]) => [name, surfaceOf(source)]),
  );
  const plugins = [...app.pm.getPlugins().values()].map(pluginOf);
  const commands = [...commandsOf(app.cli, []), ...commandsOnDisk(app.cli.createCommand(), plugins)];
  return { dataSources, commands: [...new Set(commands)].sort(), plugins };
}

/** The host looks into these folders only when it does not know a command, and in a process of its own. */
function commandsOnDisk(cli, plugins) {
  const command = (name) => cli.command(name);
  for (const file of plugins.flatMap(({ package: name }) => commandFiles(name))) {
    const module = require(file);
    // The host calls no other.
    if (typeof module.default === 'function') module.default({ command, findCommand: (name) => cli.findCommand(name) });
  }
  return commandsOf(cli, []);
}

function commandFiles(name) {
  const folder = join(process.cwd(), 'node_modules', name, 'dist', 'server', 'commands');
  if (!existsSync(folder)) return [];
  return readdirSync(folder).flatMap((file) => (file.endsWith('.js') ? [join(folder, file)] : []));
}

function surfaceOf({ resourceManager, collectionManager }) {
  const resources = {};
  for (const [name, { actions, except }] of resourceManager.resources) {
    // `a:b` is an action of `a` alone, although every resource inherits it.
    const own = [...actions.keys()].filter((action) => !action.includes(':') || action.startsWith(`${name}:`));
    const names = own.map((action) => action.split(':').at(-1)).filter((action) => !except.includes(action));
    resources[name] = [...new Set(names)].sort();
  }
  const inherited = [...resourceManager.getRegisteredHandlers().keys()];
  const collections = {};
  // All of them: the manager's own list holds only what people have made.
  for (const collection of collectionManager?.db?.collections?.values() ?? collectionManager?.getCollections() ?? []) {
    collections[collection.name] = associationsOf(collection);
  }
  return { resources, inherited: inherited.sort(), collections };
}

/** Field by field the table behind it. */
function associationsOf({ fields }) {
  const targets = [...fields.values()].filter(({ target, options }) => target ?? options?.target);
  return Object.fromEntries(targets.map(({ name, target, options }) => [name, target ?? options.target]));
}

/** By all names by which a command may be called: its own and its aliases, those of its parents included. */
function commandsOf(command, path) {
  return command.commands.flatMap((child) =>
    [child.name(), ...child.aliases()].flatMap((name) => {
      const words = [...path, name];
      const below = commandsOf(child, words);
      // What only has commands below it shows help.
      return child._actionHandler || below.length === 0 ? [words.join('.'), ...below] : below;
    }),
  );
}

function pluginOf({ name, enabled, options }) {
  return { name, enabled, package: options?.packageName };
}
