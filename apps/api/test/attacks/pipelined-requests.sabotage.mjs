const IN_TURN = 'apps/api/src/common/http/in-turn.ts';

export default [
  {
    what: 'a request is handled though the one before it has no answer yet',
    file: IN_TURN,
    find: 'connection.waiting.length === 0 && connection.answer.closed',
    replace: 'connection.waiting.length === 0',
  },
  {
    what: 'a connection stays open however many requests wait on it',
    file: IN_TURN,
    find: 'connection.waiting.length === MAX_WAITING',
    replace: 'connection.waiting.length === MAX_WAITING * 1_000',
  },
  {
    what: 'a request is handled though the connection has ended',
    file: IN_TURN,
    find: 'turn === undefined || !socket.writable',
    replace: 'turn === undefined',
  },
  {
    what: 'an answer may be left unread for as long as the client goes on asking',
    file: 'apps/api/src/common/http/server.ts',
    find: 'setTimeout(() => socket.destroy(), TAKE_WITHIN_MS)',
    replace: 'setTimeout(() => undefined, TAKE_WITHIN_MS)',
  },
];
