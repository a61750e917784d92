/** Lua scripts are bundled as text: see tools/build/server.mjs and vitest.config.ts. */
declare module '*.lua' {
  const source: string;
  export default source;
}
