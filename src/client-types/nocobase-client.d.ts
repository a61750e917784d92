/**
 * The members of NocoBase's client packages that this plugin uses. The host provides both packages at run time;
 * neither can be installed from npm, so the compiler gets this instead. Keep it as small as what is used.
 */
declare module '@nocobase/client-v2' {
  import type { i18n as I18n, TOptions } from 'i18next';
  import type { ComponentType, ReactNode } from 'react';

  export interface RequestConfig {
    url: string;
    method?: 'get' | 'post' | 'GET' | 'POST';
    params?: Record<string, unknown>;
    data?: unknown;
    headers?: Record<string, string>;
    signal?: AbortSignal;
    /** Milliseconds. */
    timeout?: number;
    /** The host shows no error notification of its own. */
    skipNotify?: boolean | ((error: unknown) => boolean);
    skipAuth?: boolean;
    responseType?: 'blob' | 'json' | 'text' | 'arraybuffer';
  }

  export interface HttpResponse<T = unknown> {
    data: T;
    status: number;
    headers: Record<string, string | undefined>;
    config: RequestConfig;
  }

  /** Changes what was received, after it was parsed and before any interceptor sees it. */
  export type ResponseTransformer = (data: unknown) => unknown;

  /** One of axios' interceptors of answers, as it keeps them; they run in their order. */
  export interface ResponseHandler {
    readonly fulfilled?: ((response: HttpResponse) => unknown) | null;
    readonly rejected?: ((error: unknown) => unknown) | null;
  }

  /** The axios instance behind `APIClient`. */
  export interface HttpInstance {
    defaults: { transformResponse?: ResponseTransformer | ResponseTransformer[] };
    interceptors?: { readonly response: { readonly handlers?: ResponseHandler[] } };
    /** Another one with the same defaults and no interceptors. */
    create?(): { request(config: RequestConfig): Promise<HttpResponse> };
  }

  export interface APIClient {
    axios: HttpInstance;
    auth: { token: string | null; role: string | null; locale: string | null };
    /** Rejects with axios' error: the body is `error.response.data`. */
    request<T = unknown>(config: RequestConfig): Promise<HttpResponse<T>>;
  }

  export type RouteComponent = ComponentType | string;
  export type ComponentLoader = () => Promise<{ default: ComponentType }>;

  export interface PluginSettingsMenuItemOptions {
    /** Part of the path `/admin/settings/KEY`; no dots. */
    key: string;
    title?: ReactNode;
    icon?: ReactNode;
    /** The smaller, the higher. */
    sort?: number;
    aclSnippet?: string;
    isPinned?: boolean;
    hidden?: boolean;
    showTabs?: boolean;
  }

  export interface PluginSettingsPageItemOptions {
    menuKey: string;
    /** `index` is the menu's own path. */
    key: string;
    title?: ReactNode;
    Component?: RouteComponent;
    componentLoader?: ComponentLoader;
    sort?: number;
    aclSnippet?: string;
    link?: string;
    hidden?: boolean;
  }

  export interface PluginSettingsManager {
    addMenuItem(options: PluginSettingsMenuItemOptions): void;
    addPageTabItem(options: PluginSettingsPageItemOptions): void;
    /** Where the plugin manager's "Settings" button of `pluginName` leads. */
    setPluginSettingsLink(pluginName: string, settingsName: string): void;
    getRoutePath(name: string): string;
    /** Whether the role lacks no right to this setting; of a name that is not registered, the right `pm.NAME`. */
    hasAuth(name: string): boolean;
  }

  /** The host's websocket: its listeners are those of every connection that it makes. */
  export interface HostWebSocket {
    readonly events: readonly {
      readonly type: string;
      readonly listener: (event: { readonly data: unknown }) => void;
    }[];
    on(type: string, listener: (event: { readonly data: unknown }) => void): void;
    off(type: string, listener: (event: { readonly data: unknown }) => void): void;
  }

  /** What both lanes' applications have in common. */
  export interface BaseApplication {
    readonly name: string;
    readonly i18n: I18n;
    readonly apiClient: APIClient;
    readonly eventBus: EventTarget;
    readonly ws?: HostWebSocket;
    /** The host covers the app, because a node told it that it does not serve. */
    maintaining: boolean;
    setMaintaining?(maintaining: boolean): void;
    /** False: what covers the app takes its place instead, and everything in it is gone. */
    maintained: boolean;
    /** What the host was told last about that; its maintenance components get the same. */
    error: unknown;
    /** Puts a component around the whole app. */
    addProvider(component: ComponentType<{ children?: ReactNode }>): void;
    addComponents(components: Record<string, ComponentType<object>>): void;
    /** A component registered under `name`; complains in the console when there is none, unless told not to. */
    getComponent(name: string, complainIfMissing?: boolean): ComponentType<object> | undefined;
    /** Absolute URL below the API's base, e.g. of `clusterMaintenance:ready`. */
    getApiUrl(pathname?: string): string;
  }

  export interface Application extends BaseApplication {
    readonly pluginSettingsManager: PluginSettingsManager;
  }

  export interface PluginOptions {
    name?: string;
    packageName?: string;
  }

  export class Plugin<O extends PluginOptions = PluginOptions, A extends BaseApplication = Application> {
    constructor(options: O, app: A);
    options: O;
    protected app: A;
    get pluginSettingsManager(): A extends { pluginSettingsManager: infer M } ? M : never;
    afterAdd(): Promise<void>;
    beforeLoad(): Promise<void>;
    load(): Promise<void>;
    /** Translates in this package's namespace. */
    t(text: string, options?: TOptions): string;
  }

  /** The application around the calling component; in the v1 lane it is the v1 application. */
  export function useApp<A extends BaseApplication = Application>(): A;
}

declare module '@nocobase/client' {
  import type { BaseApplication, ComponentLoader, Plugin as BasePlugin, PluginOptions } from '@nocobase/client-v2';
  import type { ReactNode } from 'react';

  export interface PluginSettingOptions {
    title: ReactNode;
    Component?: import('react').ComponentType | string;
    componentLoader?: ComponentLoader;
    icon?: ReactNode;
    sort?: number;
    aclSnippet?: string;
    link?: string;
    isPinned?: boolean;
    /** In no menu, but in the list of rights of a role. */
    hidden?: boolean;
    isTopLevel?: boolean;
  }

  export interface PluginSettingsManager {
    /** A name with dots is a tab: `menu.tab`. */
    add(name: string, options: PluginSettingOptions): void;
    getRoutePath(name: string): string;
    hasAuth(name: string): boolean;
  }

  export interface Application extends BaseApplication {
    readonly pluginSettingsManager: PluginSettingsManager;
  }

  export class Plugin<O extends PluginOptions = PluginOptions> extends BasePlugin<O, Application> {}
  export function useApp(): Application;
}
