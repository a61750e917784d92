/**
 * The members of NocoBase's server that this plugin touches, and nothing more: the host itself is not a dependency.
 * Each is described in docs/host-notes.md with how it was tried.
 */
declare module '@nocobase/server' {
  import type { IncomingMessage, ServerResponse } from 'node:http';

  export type CommandStatus = 'command_begin' | 'command_running' | 'command_end' | 'command_error';

  export interface MaintainingEvent {
    readonly status: CommandStatus;
    /** Missing when plugin-backups begins a restore. */
    readonly command?: { readonly name: string };
    readonly error?: Error;
  }

  export interface HostLogger {
    info(message: string, details?: object): void;
    warn(message: string, details?: object): void;
    error(message: string, details?: object): void;
  }

  export interface PluginRow {
    get(field: string): unknown;
  }

  export interface PluginRepository {
    find(options: { filter?: { enabled: boolean } }): Promise<PluginRow[]>;
    findOne(options: { filter: { name: string } }): Promise<PluginRow | null>;
    update(options: { filter: { name: string }; values: Record<string, unknown> }): Promise<unknown>;
  }

  export interface PluginInstance {
    readonly enabled: boolean;
    readonly options: { readonly packageName?: string; readonly isPreset?: boolean };
  }

  export interface HostTransaction {
    readonly connection?: { on?(event: string, listener: () => void): unknown };
    rollback(): Promise<void>;
  }

  export interface HostSequelize {
    readonly options: Record<string, unknown>;
    readonly config: Record<string, unknown>;
    readonly constructor: new (options: Record<string, unknown>) => HostSequelize;
    getDialect(): string;
    query(sql: string, options: Record<string, unknown>): Promise<unknown>;
    /** Missing where the host's Sequelize is older than 6.28. */
    addHook?(name: 'beforePoolAcquire', hook: () => Promise<void> | undefined): unknown;
    transaction(): Promise<HostTransaction>;
    close(): Promise<void>;
  }

  export interface HostRepository {
    findOne(options: { filterByTk: unknown; appends?: readonly string[] }): Promise<PluginRow | null>;
    find(options: object): Promise<PluginRow[]>;
  }

  export interface HostDatabase {
    readonly sequelize: HostSequelize;
    readonly options: { readonly schema?: string; readonly tablePrefix?: string; readonly underscored?: boolean };
    closed(): boolean;
    reconnect(): Promise<void>;
    hasCollection(name: string): boolean;
    getRepository(name: string): HostRepository;
    getModel(name: string): { update(values: object, options: { where: object }): Promise<[affected: number]> };
  }

  export interface QueueEvent {
    idle(): boolean;
  }

  /** As far as it is asked which table is behind a field. */
  export interface HostCollections {
    getCollection(name: string): HostCollection | null | undefined;
  }

  export interface HostCollection {
    getField?(
      name: string,
    ): { readonly target?: unknown; readonly options?: { readonly target?: unknown } } | undefined;
  }

  export interface ActionContext {
    readonly req: IncomingMessage;
    readonly res: ServerResponse;
    readonly action: {
      readonly resourceName: string;
      readonly actionName: string;
      readonly sourceId?: unknown;
      readonly params: { readonly values?: unknown; readonly filterByTk?: unknown } & Record<string, unknown>;
    };
    readonly state: {
      readonly currentUser?: { readonly id?: number | string; readonly nickname?: string; readonly username?: string };
      readonly currentRole?: string;
      readonly currentRoles?: readonly string[];
      /** Ours: why this person has set the policy aside, if they did so for this request. */
      brokenGlass?: string;
    };
    /** The host's own actions of plugin-backups read the app, its log and the upload from here. */
    app: Application;
    logger: HostLogger;
    readonly request: {
      readonly body?: unknown;
      readonly file?: { readonly path: string; readonly originalname: string };
    };
    /** The one that the request asks for; missing where none is concerned. */
    readonly dataSource?: { readonly name: string; readonly collectionManager?: HostCollections };
    body: unknown;
    status: number;
    /** Set where the body is complete: the host would put it into `data`. */
    withoutDataWrapping?: boolean;
    throw(status: number, body: object): never;
    set(header: string, value: string): void;
  }

  export interface HostAcl {
    /** Whatever a role says. */
    allow(resource: string, actions: string[], condition: 'loggedIn'): void;
    registerSnippet(snippet: { name: string; actions: string[] }): void;
    getRole(name: string): HostRole | undefined;
  }

  export interface AuditedAction {
    /** `resource:action`; names with dots are not taken. */
    readonly name: string;
    /** What takes the place of the same parts of the request as the host would store it. */
    readonly getMetaData?: (ctx: ActionContext) => Promise<object>;
  }

  export interface HostAuditManager {
    getAction(action: string, resource: string): AuditedAction | null;
    registerActions(actions: readonly (string | AuditedAction)[]): void;
  }

  export interface HostRole {
    /** Names of registered snippets that the role's own patterns match; what one of them refuses is not among the allowed. */
    effectiveSnippets(): { readonly allowed: readonly string[]; readonly rejected: readonly string[] };
  }

  /** Commander's command, as the host extends it. */
  export interface HostCommand {
    name(): string;
    opts(): Record<string, unknown>;
    readonly args: readonly string[];
    command(nameAndArguments: string): HostCommand;
    description(text: string): HostCommand;
    option(flags: string, description?: string): HostCommand;
    readonly commands: readonly HostCommand[];
    readonly options: readonly { readonly long?: string | undefined }[];
    action(run: (...given: unknown[]) => Promise<void>): HostCommand;
  }

  export type Middleware = (ctx: ActionContext, next: () => Promise<unknown>) => Promise<unknown>;

  export class Application {
    static addCommand(callback: (app: Application) => void): void;
    readonly name: string;
    readonly log: HostLogger;
    readonly logger: HostLogger;
    readonly i18n: object;
    /** Missing until the app loads. */
    readonly cacheManager?: object;
    readonly db: HostDatabase;
    readonly pm: {
      readonly repository: PluginRepository;
      getPlugins(): Map<unknown, PluginInstance>;
      get(name: string): unknown;
      update(names: string | string[], options: object, restart?: boolean): Promise<void>;
    };
    readonly version: { get(): Promise<string | null> };
    readonly activatedCommand: { readonly name: string } | null;
    readonly maintainingMessage: string | undefined;
    readonly cronJobManager: { readonly started: boolean; start(): void; stop(): void };
    readonly eventQueue: object;
    /** Services that plugins offer each other; they outlive a reload. */
    readonly container?: { get(name: string): unknown };
    readonly acl: HostAcl;
    /** Missing in older hosts. */
    readonly auditManager?: HostAuditManager;
    readonly resourceManager: {
      define(resource: { name: string; actions: Record<string, Middleware> }): void;
      /** Runs after the middleware of the resource, which takes uploads, and before its action. */
      registerPreActionHandler(name: string, handler: Middleware): void;
    };
    readonly dataSourceManager: {
      use(middleware: Middleware, options: { tag: string; after?: string; before?: string | readonly string[] }): void;
    };
    on(event: 'maintaining', listener: (event: MaintainingEvent) => Promise<void>): void;
    on(event: 'maintainingMessageChanged', listener: (event: { message: string }) => void): void;
    on(
      event:
        '__started' | 'beforeDestroy' | 'afterDestroy' | 'afterInstall' | 'afterLoad' | 'beforeReload' | 'afterReload',
      listener: () => Promise<void>,
    ): void;
    /** To every browser whose websocket ends at this node. */
    emit(event: 'ws:sendToCurrentApp', payload: { readonly message: object }): void;
    emitAsync(event: string, ...payload: unknown[]): Promise<unknown>;
    use(middleware: Middleware, options: { tag: string; before?: string }): void;
    command(name: string): HostCommand;
    readonly cli: {
      readonly commands: readonly HostCommand[];
      /** Before the arguments of a command are looked at. */
      hook(event: 'preSubcommand', listener: (cli: unknown, command: HostCommand) => void): unknown;
    };
    getPackageVersion(): string;
    isInstalled(): Promise<boolean>;
    isStarted(): Promise<boolean>;
    upgrade(options?: object): Promise<void>;
    tryReloadOrRestart(options?: { recover?: boolean }): Promise<void>;
    callback(): (req: IncomingMessage, res: ServerResponse) => Promise<unknown>;
    runAsCLI(argv: string[], options: { from: 'user'; throwError?: boolean }): Promise<unknown>;
    setMaintainingMessage(message: string): void;
  }

  export class AppSupervisor {
    static getInstance(): {
      getAppStatus(name: string): Promise<string | null>;
      /** What it puts an app back into when a command has ended or failed. */
      readonly statusBeforeCommanding?: Record<string, string>;
    };
  }

  export type RequestHandler = (
    req: IncomingMessage,
    res: ServerResponse,
    app: Application | undefined,
  ) => boolean | Promise<boolean>;

  export class Gateway {
    static getInstance(): {
      /** Takes the name of the app out of the address that it is given. */
      getRequestHandleAppName(req: { url: string; headers: IncomingMessage['headers'] }): Promise<string>;
    };
    static registerRequestHandler(handler: RequestHandler): void;
    static unregisterRequestHandler(handler: RequestHandler): void;
  }

  export class Plugin {
    constructor(app: Application, options?: object);
    readonly app: Application;
    load(): Promise<void>;
  }

  export class PluginManager {
    static getPackageName(name: string): Promise<string | null>;
  }

  export function findAllPlugins(): Promise<string[]>;
  export function isTransient(): boolean;
}
