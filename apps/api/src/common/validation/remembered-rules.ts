import type { ClassConstructor } from 'class-transformer';
import { getMetadataStorage } from 'class-validator';
import { perClass } from './to-instance.js';

/**
 * Lets class-validator remember the rules of each class. Without this, each validation searches the rules of all classes for
 * those of one and its base classes, which was half of what a validation cost (docs/adr/0075). Rules do not change once the
 * class is defined.
 */
export function rememberRules(): void {
  const storage = getMetadataStorage();
  const find = storage.getTargetValidationMetadatas.bind(storage);
  const group = storage.groupByPropertyName.bind(storage);
  const rulesOf = perClass((type) => find(type, '', false, false));
  const grouped = new WeakMap<Rules, ReturnType<typeof group>>();

  storage.getTargetValidationMetadatas = (type, schema, always, strictGroups, groups) => {
    // Schemas and groups are not used here. Then the rules depend on nothing but the class.
    if (schema || always || strictGroups || groups !== undefined) {
      return find(type, schema, always, strictGroups, groups);
    }
    return rulesOf(type as ClassConstructor<unknown>);
  };
  storage.groupByPropertyName = (rules) => {
    const groups = grouped.get(rules) ?? group(rules);
    grouped.set(rules, groups);
    return groups;
  };
}

type Rules = ReturnType<ReturnType<typeof getMetadataStorage>['getTargetValidationMetadatas']>;
