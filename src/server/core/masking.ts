/** Names of variables whose values are secrets, as operators and NocoBase name them. */
const SECRET_NAME = /KEY|SECRET|PASSWORD|PASSWD|TOKEN|CREDENTIAL/i;
const MASK = '***';
/** Shorter values would also hide ordinary words. */
const SHORTEST = 6;

/**
 * Hides known secrets in a text that is stored or shown: errors of drivers and plugins may quote them. Known are the
 * values of variables that are called like secrets, and user information in any URL.
 */
export function masking(env: Readonly<Record<string, string | undefined>>): (text: string) => string {
  const secrets = Object.entries(env)
    .filter(([name]) => SECRET_NAME.test(name))
    .map(([, value]) => value ?? '')
    .filter((value) => value.length >= SHORTEST)
    .sort((a, b) => b.length - a.length);
  return (text) => {
    const known = secrets.reduce((masked, secret) => masked.split(secret).join(MASK), text);
    return known.replace(/\b([a-z][a-z0-9+.-]*:\/\/)[^\s/@]+@/gi, `$1${MASK}@`);
  };
}
