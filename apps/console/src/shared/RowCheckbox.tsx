import classes from './RowCheckbox.module.css';

/** The browser's own box: a list has one in each row. */
export function RowCheckbox({
  label,
  checked,
  partly = false,
  onChange,
}: {
  label: string;
  checked: boolean;
  partly?: boolean;
  onChange: () => void;
}) {
  return (
    <input
      type="checkbox"
      className={classes.box}
      aria-label={label}
      checked={checked}
      ref={(box) => {
        if (box !== null) box.indeterminate = partly;
      }}
      onChange={onChange}
    />
  );
}
