import { notifications } from '@mantine/notifications';
import { clock } from './clock';
import { copyText } from './copy';
import { spanOf } from './search';

/** Copies the address of what is shown. A relative time becomes absolute: the link opens the same rows tomorrow. */
export async function copyLink(): Promise<void> {
  const url = new URL(location.href);
  const span = spanOf(url.searchParams.get('since') ?? undefined);
  if (span !== undefined) {
    url.searchParams.delete('since');
    url.searchParams.set('from', new Date(clock.now() - span).toISOString());
    url.searchParams.set('to', new Date(clock.now()).toISOString());
  }
  const isCopied = await copyText(url.href);
  notifications.show({
    message: isCopied ? 'The link is copied.' : 'Copying needs https or localhost. Copy the address by hand.',
  });
}
