import { make, setText } from './dom.ts';
import { spelled } from './names.ts';
import { type FormOption, type FormValue, helpOf, labelOf, readField, shownValue, stepped } from './option-field.ts';
import { withTerms } from './term-button.ts';
import { withSubscripts } from './typeset.ts';

/** An option's field: label, control, and help, which an error replaces. */
export interface FieldElement {
  readonly root: HTMLElement;
  /** Shows a value, unless someone is typing there. */
  show(value: FormValue): void;
}

/** @param apply applies a value, or returns why it cannot, to be shown beside the field */
export function createField(
  id: string,
  option: FormOption,
  value: FormValue,
  apply: (value: FormValue) => string | undefined,
): FieldElement {
  if (option.kind === 'flag') return flagField(id, option, value, apply);
  if (option.kind === 'choice') return choiceField(id, option, value, apply);
  return inputField(id, option, value, apply);
}

type Apply = (value: FormValue) => string | undefined;

function frame(id: string, option: FormOption, control: HTMLElement) {
  control.id = id;
  const label = make('label', { htmlFor: id }, labelOf(option));
  const help = make('p', { className: 'help', id: `${id}-help` }, ...withTerms(helpOf(option), withSubscripts));
  const problem = make('p', { className: 'problem', id: `${id}-problem`, hidden: true });
  problem.setAttribute('role', 'alert');
  control.setAttribute('aria-describedby', `${id}-help ${id}-problem`);
  const complain = (text: string | undefined) => {
    setText(problem, text ?? '');
    problem.hidden = text === undefined;
    help.hidden = text !== undefined;
    if (text === undefined) control.removeAttribute('aria-invalid');
    else control.setAttribute('aria-invalid', 'true');
  };
  return { label, help, problem, complain };
}

function inputField(id: string, option: FormOption, value: FormValue, apply: Apply): FieldElement {
  const input = make('input', { type: 'text', autocomplete: 'off', spellcheck: false, value: shownValue(value) });
  const isText = option.kind === 'text';
  input.inputMode = isText ? 'text' : option.kind === 'integer' ? 'numeric' : 'decimal';
  // Otherwise a phone would capitalise the first letter of an expression.
  if (isText) input.autocapitalize = 'off';
  const { label, help, problem, complain } = frame(id, option, input);
  let applied = value;

  const check = () => {
    const reading = readField(option, input.value);
    complain(reading.ok ? undefined : reading.problem);
    return reading;
  };
  const take = () => {
    const reading = check();
    if (!reading.ok || reading.value === applied) return;
    const refusal = apply(reading.value);
    complain(refusal);
    if (refusal === undefined) applied = reading.value;
  };
  input.addEventListener('input', check);
  input.addEventListener('change', take);
  input.addEventListener('keydown', (event) => {
    if (event.key === 'Enter') take();
    if (event.key === 'Escape') {
      input.value = shownValue(applied);
      complain(undefined);
    }
    if (option.kind === 'text' || (event.key !== 'ArrowUp' && event.key !== 'ArrowDown')) return;
    event.preventDefault();
    const reading = readField(option, input.value);
    const shownNow = reading.ok ? reading.value : applied;
    const from = Number(shownNow ?? (option.kind === 'integers' ? 0 : option.default));
    input.value = shownValue(stepped(option, from, event.key === 'ArrowUp' ? 1 : -1));
    take();
  });
  return {
    root: make('div', { className: isText ? 'field wide' : 'field' }, label, input, help, problem),
    show(next) {
      if (next === applied) return;
      const isTyping = document.activeElement === input && input.value !== shownValue(applied);
      applied = next;
      if (isTyping) return;
      input.value = shownValue(next);
      complain(undefined);
    },
  };
}

function choiceField(
  id: string,
  option: FormOption & { kind: 'choice' },
  value: FormValue,
  apply: Apply,
): FieldElement {
  const select = make(
    'select',
    {},
    ...option.choices.map((choice) => make('option', { value: choice }, spelled(choice))),
  );
  select.value = String(value);
  const { label, help, problem, complain } = frame(id, option, select);
  select.addEventListener('change', () => complain(apply(select.value)));
  return {
    root: make('div', { className: 'field' }, label, select, help, problem),
    show(next) {
      select.value = String(next);
    },
  };
}

function flagField(id: string, option: FormOption, value: FormValue, apply: Apply): FieldElement {
  const box = make('input', { type: 'checkbox', checked: value === true });
  const { help, problem, complain } = frame(id, option, box);
  box.addEventListener('change', () => complain(apply(box.checked)));
  const label = make('label', { className: 'check' }, box, labelOf(option));
  return {
    root: make('div', { className: 'field flag' }, label, help, problem),
    show(next) {
      box.checked = next === true;
    },
  };
}
