import { existsSync } from 'node:fs';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';
import { PLUGIN_PACKAGE } from '../../tools/cluster';

const PROGRAMS = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const FLAGS = [
  '--headless=new',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
export const WIDE = { width: 1280, height: 600 };
/** A telephone. */
export const NARROW = { width: 390, height: 844 };

/** Two cores shared with three nodes. */
const PATIENCE = 90_000;

/** The system's Chromium with a profile of its own that is gone with it. */
export async function startChromium(): Promise<Browser> {
  const executablePath = PROGRAMS.find((path) => existsSync(path));
  if (!executablePath) throw new Error('There is no Chromium: run `node tools/bootstrap.mjs services`.');
  return chromium.launch({ executablePath, args: FLAGS });
}

export interface Visitor {
  /** Signs in without the form. */
  readonly token?: string;
  /** Origin where the form is used all the same. */
  readonly signsInAt?: string;
  readonly locale?: string;
  readonly size?: typeof WIDE;
  /** The one in which they act, when it is not the one that the host would choose. */
  readonly role?: string;
  /** Time zone, by its IANA name; that of the machine by default. */
  readonly zone?: string;
}

/** A browser profile in which every page gets as much time as a busy machine needs. */
export async function newVisitor(browser: Browser, visitor: Visitor = {}): Promise<BrowserContext> {
  const { token = '', signsInAt = '', locale = 'en-US', size = WIDE, role = '', zone } = visitor;
  const where = zone === undefined ? {} : { timezoneId: zone };
  const context = await browser.newContext({ viewport: size, ...where });
  context.setDefaultTimeout(PATIENCE);
  await context.addInitScript(
    ([ownToken, form, language, ownRole]) => {
      // Once for each node: what the person changes later on must stay.
      if (localStorage.getItem('visited')) return;
      localStorage.setItem('visited', 'yes');
      localStorage.setItem('NOCOBASE_LOCALE', language);
      if (location.origin === form) return;
      localStorage.setItem('NOCOBASE_TOKEN', ownToken);
      localStorage.setItem('NOCOBASE_AUTH', 'basic');
      if (ownRole !== '') localStorage.setItem('NOCOBASE_ROLE', ownRole);
    },
    [token, signsInAt, locale, role] as const,
  );
  return context;
}

/** Collects what goes wrong in the plugin's own code. The host has errors of its own, which are not ours to judge. */
export function collectOwnErrors(page: Page, errors: string[]): void {
  const isOwn = (text: string) => text.includes(PLUGIN_PACKAGE) || text.includes('cluster-maintenance');
  page.on('pageerror', (error) => {
    const story = error.stack ?? String(error);
    if (isOwn(story)) errors.push(story);
  });
  page.on('console', (message) => {
    if (message.type() !== 'error') return;
    const story = `${message.text()} (${message.location().url})`;
    // The browser itself reports each refused poll here; nothing can keep it from doing so.
    if (isOwn(message.location().url) && !message.text().startsWith('Failed to load resource')) errors.push(story);
  });
}
