/** What a key is for: a coordinator's jobs, or an operator's requests. */
export type KeyUse = { kind: 'coordinator'; name: string } | { kind: 'operator'; name: string };

interface Snippet {
  name: string;
  note: string;
  text: string;
}

/** Each runs as pasted, and none puts the key on a command line or into a shell's history. */
export function snippetsFor(use: KeyUse, origin: string): Snippet[] {
  const isCoordinator = use.kind === 'coordinator';
  const file = `${isCoordinator ? 'coordinator' : 'operator'}-${fileName(use.name)}.key`;
  const path = isCoordinator ? '/coordinator/health' : '/me';
  const header = isCoordinator ? 'X-API-Key: ' : 'Authorization: Bearer ';
  const variable = isCoordinator ? 'REGISTRY_API_KEY_FILE' : 'REGISTRY_ACCESS_KEY_FILE';
  return [
    {
      name: 'Environment file',
      note: 'Asks for the key, and writes a file that only you can read.',
      text: `printf 'Key: '; read -rs KEY; echo
(umask 077 && printf '%s\\n' "$KEY" > ${file}); unset KEY
cat > .env.registry <<EOF
REGISTRY_URL=${origin}
${variable}=$PWD/${file}
EOF`,
    },
    {
      name: 'curl',
      note: 'Asks for the key, keeps it in a file that only you can read, and sends a first request.',
      text: `printf 'Key: '; read -rs KEY; echo
(umask 077 && printf 'header = "${header}%s"\\n' "$KEY" > ${file}.curl); unset KEY
curl -sS -K ${file}.curl ${origin}${path}`,
    },
    {
      name: 'Python',
      note: `Reads the key from ${file}, which the first snippet writes.`,
      text: `import json
import urllib.request
from pathlib import Path

key = Path("${file}").read_text().strip()
request = urllib.request.Request(
    "${origin}${path}",
    headers={${isCoordinator ? '"X-API-Key": key' : '"Authorization": f"Bearer {key}"'}},
)
with urllib.request.urlopen(request) as answer:
    print(json.load(answer))`,
    },
    {
      name: 'TypeScript',
      note: `Reads the key from ${file}, which the first snippet writes.`,
      text: `import { readFile } from 'node:fs/promises';

const key = (await readFile('${file}', 'utf8')).trim();
const answer = await fetch('${origin}${path}', {
  headers: { ${isCoordinator ? "'X-API-Key': key" : "Authorization: 'Bearer ' + key"} },
});
console.log(answer.status, await answer.json());`,
    },
  ];
}

function fileName(name: string): string {
  return (
    name
      .toLowerCase()
      .replaceAll(/[^a-z0-9]+/g, '-')
      .replaceAll(/^-|-$/g, '') || 'key'
  );
}
