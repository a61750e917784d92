/**
 * One-way imports, type-only ones included (docs: the layout in the architecture page):
 *
 *   shared <- core <- ports <- { redis, memory, database, cluster } <- maintenance <- app <- plugin <- index
 *
 * Every rule here is proven by tools/check/fixtures/imports/RULE, a small tree that breaks that rule and no other.
 */
const rule = (name, comment, from, to) => ({ name, comment, severity: 'error', from, to });

/** Directories whose place and imports NocoBase prescribes; each file is loaded by the host itself. */
const HOST_ENTRIES = '^src/server/(commands|collections|migrations)/';

module.exports = {
  forbidden: [
    rule(
      'shared-imports-nothing',
      'The words of the product are the bottom: server and pages both stand on them.',
      { path: '^src/shared/' },
      { pathNot: '^src/shared/' },
    ),
    rule(
      'core-below-all',
      'The pure core knows only the shared words.',
      { path: '^src/server/core/' },
      { path: '^src/', pathNot: '^src/(shared|server/core)/' },
    ),
    rule(
      'core-does-no-io',
      'No packages and no Node modules in the pure core: what it needs is handed in. The calendar computes with time zones.',
      { path: '^src/server/core/', pathNot: '^src/server/core/(clock|policy/calendar)\\.ts$' },
      { pathNot: '^src/' },
    ),
    rule(
      'clock-door',
      'The door of time and chance opens to nothing else.',
      { path: '^src/server/core/clock\\.ts$' },
      { pathNot: ['^src/', '^(node:)?(crypto|timers|timers/promises|perf_hooks)$'] },
    ),
    rule(
      'calendar-of-zones',
      'The calendar knows one package, which knows time zones.',
      { path: '^src/server/core/policy/calendar\\.ts$' },
      { pathNot: ['^src/', '/node_modules/luxon/', '^node_modules/luxon/'] },
    ),
    rule(
      'ports-below-parts',
      'A port describes what is needed, never who provides it.',
      { path: '^src/server/ports(/|\\.ts$)' },
      { pathNot: '^src/(shared|server/(core|ports))/' },
    ),
    rule(
      'parts-stay-apart',
      'redis, memory, database and cluster meet only in the composition root.',
      { path: '^src/server/(redis|memory|database|cluster)/' },
      { path: '^src/', pathNot: ['^src/shared/', '^src/server/(core/|ports\\.ts$)', '^src/server/$1/'] },
    ),
    rule(
      'only-redis-imports-ioredis',
      'One importer of the Redis client, so that it can be replaced.',
      { path: '^src/', pathNot: '^src/server/redis/' },
      { path: ['(^|/)node_modules/(ioredis|redis)/', '^(ioredis|redis)(/|$)'] },
    ),
    rule(
      'only-metrics-imports-prom-client',
      'What is measured is made in one place, whose names the files in deploy/ are checked against.',
      { path: '^src/', pathNot: '^src/server/app/metrics/' },
      { path: ['(^|/)node_modules/prom-client/', '^prom-client(/|$)'] },
    ),
    rule(
      'maintenance-below-app',
      'The coordination works through ports: it knows neither the host nor a store.',
      { path: '^src/server/maintenance/' },
      { path: '^src/', pathNot: '^src/(shared|server/(core|cluster|maintenance))/|^src/server/ports\\.ts$' },
    ),
    rule(
      'app-below-plugin',
      'The host side does not know how it is put together.',
      { path: '^src/server/app/' },
      {
        path: '^src/server/',
        pathNot: [
          '^src/server/(core|redis|memory|database|cluster|maintenance|app)/',
          '^src/server/(ports|plugin)\\.ts$',
        ],
      },
    ),
    rule(
      'only-app-imports-the-host',
      'NocoBase is met in one place; the rest can be tested without it.',
      { path: '^src/server/', pathNot: ['^src/server/app/', '^src/server/(plugin|index)\\.ts$', HOST_ENTRIES] },
      { path: '(^|/)@nocobase/' },
    ),
    rule(
      'only-index-imports-plugin',
      'The composition root is nobody’s helper.',
      { path: '^src/', pathNot: '^src/server/index\\.ts$' },
      { path: '^src/server/plugin\\.ts$' },
    ),
    rule(
      'client-imports-only-v2-and-shared',
      'The v1 lane is a wrapper around the v2 page.',
      { path: '^src/client/' },
      { path: '^src/', pathNot: '^src/(client|client-v2|client-types|shared|locale)/' },
    ),
    rule(
      'client-v2-imports-only-shared',
      'The v2 lane never needs the v1 lane or the server.',
      { path: '^src/client-v2/' },
      { path: '^src/', pathNot: '^src/(client-v2|client-types|shared|locale)/' },
    ),
    rule(
      'client-v2-uses-v2-host',
      'The host’s v2 lane does not provide the v1 client.',
      { path: '^src/client-v2/' },
      { path: '(^|/)@nocobase/client(/|$)' },
    ),
    rule(
      'server-never-imports-clients',
      'Server and pages meet only in shared.',
      { path: '^src/(server|swagger)/' },
      { path: '^src/client' },
    ),
    rule(
      'src-stays-inside',
      'What is shipped needs neither tools nor tests.',
      { path: '^src/' },
      { path: '^(tools|__tests__)/' },
    ),
    rule('no-cycles', 'A circle has no bottom to start reading from.', {}, { circular: true }),
    rule(
      'no-unresolvable',
      'An import that leads nowhere. Only the host’s packages may be absent.',
      {},
      { couldNotResolve: true, pathNot: '^@nocobase/' },
    ),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: ['^dist/', '(^|/)tools/check/fixtures/'] },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      extensions: ['.ts', '.tsx', '.d.ts', '.js', '.mjs', '.cjs', '.json'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
