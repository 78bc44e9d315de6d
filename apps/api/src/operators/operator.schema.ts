import { array, dateTime, nullable, object, oneOf, string, uuid } from '../common/json-schema.js';
import { pageOf } from '../common/pagination/page.schema.js';
import { type IssuedOperator, OPERATOR_ROLES, type Operator } from './operator.js';

export const OPERATOR = object<Operator>('Operator', {
  id: uuid(),
  name: string({ examples: ['Ada'] }),
  role: oneOf(OPERATOR_ROLES),
  workspaceIds: nullable(
    array(uuid(), {
      description: 'the workspaces it may look into; null: all of them, as every ADMIN may',
    }),
  ),
  keyId: uuid({ description: 'of the present access key' }),
  kid: string({ description: 'the public part of the present access key', examples: ['0A1b2C3d4E5f6G7h'] }),
  createdAt: dateTime(),
  updatedAt: dateTime(),
});

export const OPERATORS = pageOf('OperatorPage', OPERATOR);

export const ISSUED_OPERATOR = object<IssuedOperator>('IssuedOperator', {
  operator: OPERATOR,
  accessKey: string({
    description: 'the whole access key; shown this once',
    examples: ['cro_0A1b2C3d4E5f6G7h_…'],
  }),
});
