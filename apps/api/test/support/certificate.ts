import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** The paths of a certificate for 127.0.0.1, which signs itself, and of its private key. */
export interface Certificate {
  certificate: string;
  privateKey: string;
  remove(): Promise<void>;
}

/** Made by the command `openssl`. */
export async function selfSignedCertificate(): Promise<Certificate> {
  const directory = await mkdtemp(join(tmpdir(), 'registry-tls-'));
  const certificate = join(directory, 'certificate.pem');
  const privateKey = join(directory, 'key.pem');
  const subject = ['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1'];
  const files = ['-keyout', privateKey, '-out', certificate];
  await run('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', ...subject, ...files]);
  return { certificate, privateKey, remove: () => rm(directory, { recursive: true, force: true }) };
}
