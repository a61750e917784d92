// What a newcomer does in a browser, by the words that the demo and the page say.
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { step } from '../bootstrap/steps.mjs';

const PROGRAMS = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
/** A plugin of NocoBase that is there and not enabled. */
const PLUGIN = 'text-copy';
const PATIENCE = 120_000;

/** `told`: what the demo has printed. */
export async function lookAround(folder, told) {
  const [, address = ''] = /The page: +(\S+)/.exec(told) ?? [];
  const [, account = '', password = ''] = /Sign in: +(\S+) \/ (\S+)/.exec(told) ?? [];
  const { chromium } = createRequire(join(folder, 'package.json'))('playwright-core');
  const executablePath = PROGRAMS.find((path) => existsSync(path));
  const browser = await chromium.launch({ executablePath, args: ['--headless=new', '--no-sandbox', '--disable-gpu'] });
  try {
    const context = await browser.newContext({ locale: 'en-US' });
    context.setDefaultTimeout(PATIENCE);
    const page = await context.newPage();
    await step('opening the address and signing in', () => signIn(page, address, account, password));
    await step('the page, with the installation as its last operation', () => see(page, address));
    await step(`enabling ${PLUGIN}, and seeing that on the page`, () => enable(page));
  } finally {
    await browser.close();
  }
}

async function signIn(page, address, account, password) {
  await page.goto(address);
  await page.getByPlaceholder(/Username\/Email/).fill(account);
  await page.getByPlaceholder('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  // Until then the address holds it as a parameter.
  await page.waitForURL(({ pathname }) => pathname.startsWith('/admin'));
}

async function see(page, address) {
  await page.goto(address);
  await page.getByText('3 of 3 nodes serving').waitFor();
  await page.getByText('Installation').first().waitFor();
}

/** The request that the switch of the plugin manager sends, as another admin would, while this one looks on. */
async function enable(page) {
  const answer = page.evaluate(async (name) => {
    const headers = { authorization: `Bearer ${globalThis.localStorage.getItem('NOCOBASE_TOKEN')}` };
    const options = { method: 'POST', headers: { ...headers, 'x-authenticator': 'basic' } };
    return (await fetch(`/api/pm:enable?filterByTk=${name}&awaitResponse=true`, options)).status;
  }, PLUGIN);
  await page.getByText('Enable plugin').first().waitFor();
  if ((await answer) !== 200) throw new Error(`Enabling ${PLUGIN} was answered with ${await answer}.`);
  await page.getByText('3 of 3 nodes serving').waitFor();
}
