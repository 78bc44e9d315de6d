/** The types of the API, which packages/client has. */
export type * from '../../../../packages/client/src/schema';
