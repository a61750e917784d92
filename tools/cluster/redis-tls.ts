import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Certificate {
  caFile: string;
  certFile: string;
  keyFile: string;
}

/** Makes a certificate for localhost and 127.0.0.1 in `folder`; clients trust it through `caFile`. */
export function selfSignedCertificate(folder: string): Certificate {
  const certFile = join(folder, 'server.crt');
  const keyFile = join(folder, 'server.key');
  const config = join(folder, 'openssl.cnf');
  writeFileSync(
    config,
    [
      '[req]',
      'distinguished_name = name',
      'x509_extensions = ext',
      'prompt = no',
      '[name]',
      'CN = localhost',
      '[ext]',
      'subjectAltName = DNS:localhost, IP:127.0.0.1',
      'basicConstraints = critical, CA:true',
    ].join('\n'),
  );
  const key = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  execFileSync('openssl', [...key, '-days', '2', '-keyout', keyFile, '-out', certFile, '-config', config], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  return { caFile: certFile, certFile, keyFile };
}
