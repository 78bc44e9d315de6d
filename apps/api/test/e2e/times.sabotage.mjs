export default [
  ['TimeZone', "  TimeZone: 'UTC',\n"],
  ['DateStyle', "  DateStyle: 'ISO, MDY',\n"],
].map(([name, find]) => ({
  what: `sessions take ${name} from the database`,
  file: 'apps/api/src/database/session-settings.ts',
  find,
  replace: '',
}));
