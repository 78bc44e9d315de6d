import { getMetadataStorage } from 'class-validator';

/**
 * Lets class-validator remember the rules of each class. Without this, each validation searches the rules of all classes for
 * those of one and its base classes, which was half of what a validation cost (docs/adr/0075). Rules do not change once the
 * class is defined.
 */
export function rememberRules(): void {
  const storage = getMetadataStorage();
  const find = storage.getTargetValidationMetadatas.bind(storage);
  const group = storage.groupByPropertyName.bind(storage);
  const found = new WeakMap<object, Rules>();
  const grouped = new WeakMap<Rules, ReturnType<typeof group>>();

  storage.getTargetValidationMetadatas = (type, schema, always, strictGroups, groups) => {
    // Schemas and groups are not used here. Then the rules depend on nothing but the class.
    if (schema || always || strictGroups || groups !== undefined) {
      return find(type, schema, always, strictGroups, groups);
    }
    const rules = found.get(type) ?? find(type, schema, always, strictGroups, groups);
    found.set(type, rules);
    return rules;
  };
  storage.groupByPropertyName = (rules) => {
    const groups = grouped.get(rules) ?? group(rules);
    grouped.set(rules, groups);
    return groups;
  };
}

type Rules = ReturnType<ReturnType<typeof getMetadataStorage>['getTargetValidationMetadatas']>;
