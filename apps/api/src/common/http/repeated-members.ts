const FORM = 'coordinator-registry:member-form';

/** How a query gives several values of a member: `a=1&a=2`, or `a=1,2`. */
export type MemberForm = 'repeated' | 'listed';

export function HasForm(form: MemberForm): PropertyDecorator {
  return (target, name) => Reflect.defineMetadata(FORM, form, target, name);
}

/** undefined: the member has one value */
export function formOf(type: { prototype: object }, member: string): MemberForm | undefined {
  const form: MemberForm | undefined = Reflect.getMetadata(FORM, type.prototype, member);
  return form;
}
