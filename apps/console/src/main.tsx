import './styles.css';
import { localStorageColorSchemeManager, MantineProvider } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { queries } from './queries';
import { firstRead } from './reading';
import { router } from './router';
import { cssVariablesResolver, theme } from './theme';

/** The policy allows only style elements with the nonce of this answer. Libraries read it from here. */
const nonce = document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce ?? '';
Object.assign(globalThis, { __webpack_nonce__: nonce });

/** Then the page shows what it has, and says what it waits for. */
const MAX_BLANK_MS = 400;

const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no root');

const draw = createRoot(root);

/** Drawn once with its data, a page needs half the work of one that is drawn empty first. A slow server is not waited for. */
async function start(): Promise<void> {
  await Promise.race([
    // If the code cannot be loaded, the router says so in the page.
    Promise.all([router.load(), codeOfPage().then(firstRead)]).catch(() => undefined),
    new Promise((resolve) => setTimeout(resolve, MAX_BLANK_MS)),
  ]);
  draw.render(
    <StrictMode>
      <MantineProvider
        theme={theme}
        cssVariablesResolver={cssVariablesResolver}
        defaultColorScheme="auto"
        colorSchemeManager={localStorageColorSchemeManager({ key: 'coordinator-registry.theme' })}
        getStyleNonce={() => nonce}
      >
        <QueryClientProvider client={queries}>
          <Notifications position="bottom-right" autoClose={5_000} limit={3} />
          <RouterProvider router={router} />
        </QueryClientProvider>
      </MantineProvider>
    </StrictMode>,
  );
}

async function codeOfPage(): Promise<void> {
  const routes = router
    .matchRoutes(router.latestLocation.pathname)
    .map(({ routeId }) => router.routesById[routeId]);
  await Promise.all(routes.map((route) => router.loadRouteChunk(route)));
}

// No `await` here: the page's code imports from this file, and would wait for its end.
void start();
