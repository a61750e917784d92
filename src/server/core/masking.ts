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

/** More is for nobody to read. */
const LONGEST_JSON = 4_000;

/** The parameters of a request as JSON for people: whatever is called like a secret, or is a known one, is hidden. */
export function maskedJson(value: unknown, mask: (text: string) => string): string {
  const hide = (name: string, inner: unknown) => (isSecret(name, inner) ? MASK : inner);
  const text = mask(JSON.stringify(value, hide) ?? '');
  return text.length > LONGEST_JSON ? `${text.slice(0, LONGEST_JSON)}…` : text;
}

/** `filterByTk` and the like hold a key, too, but one of a row. */
function isSecret(name: string, value: unknown): boolean {
  if (value === null || value === undefined || typeof value === 'boolean') return false;
  return /secret|password|passwd|token|credential|pass$|(api|app|aes|access|private|secret|ssh|license)[-_]?key/i.test(
    name,
  );
}
