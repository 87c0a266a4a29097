import { findNamed } from '../../options/index.ts';
import type { Catalogue } from '../../run/catalogue.ts';
import type { RunConfig } from '../../run/run-config.ts';
import { pageProblem } from '../catalogue.ts';
import { pageProblems } from '../page-problems.ts';
import { differencesOf, isFound, valueText } from './differences.ts';
import { button, make } from './dom.ts';
import { createField, type FieldElement } from './field.ts';
import { spelled } from './names.ts';
import type { FormOption, FormValue } from './option-field.ts';
import { type Field, fieldsOf, type Place } from './run-form.ts';
import { withTerms } from './term-button.ts';

/** The visitor's requests in the form. Each returns the reason if it is refused. */
export interface FormActions {
  problem(name: string): string | undefined;
  objective(run: number, name: string): string | undefined;
  /** Opens a program of an environment to be changed. */
  program(text: string): void;
  /** Settings of the problem, of training and of the run are shared by both runs: the first run's value is used. */
  value(run: number, place: Place, name: string, value: FormValue): string | undefined;
}

/** The form of all settings of one or two runs, made from the library's option schemas. */
export interface SettingsForm {
  show(configs: readonly RunConfig[]): void;
}

export function createSettingsForm(panel: HTMLElement, known: Catalogue, actions: FormActions): SettingsForm {
  let structure = '';
  let fields = new Map<string, FieldElement>();
  let options = new Map<string, FormOption>();
  const search = make('input', { type: 'search', id: 'setting-search', placeholder: 'Find a setting' });
  search.setAttribute('aria-label', 'Find a setting');
  const nothing = make('p', { className: 'help', hidden: true }, 'No setting of this run is called so.');
  const changed = make('div', { className: 'differences' });
  changed.setAttribute('role', 'group');
  changed.setAttribute('aria-label', 'Changed from the default');
  const form = make('div');
  panel.replaceChildren(search, nothing, changed, form);

  /** Shows only the matches of a search, wherever they are. */
  const find = () => {
    const text = search.value.trim();
    form.classList.toggle('searched', text !== '');
    for (const [id, { root }] of fields) {
      const option = options.get(id);
      root.hidden = text !== '' && option !== undefined && !isFound(option, text);
    }
    const isLeft = (part: Element) => part.querySelector('.field:not([hidden])') !== null;
    for (const details of form.querySelectorAll('details')) {
      details.hidden = text !== '' && !isLeft(details);
      details.open = text === '' ? opened.has(details.dataset.group ?? '') : isLeft(details);
    }
    for (const each of form.querySelectorAll<HTMLElement>('.chooser, .summary')) each.hidden = text !== '';
    for (const set of form.querySelectorAll('fieldset')) set.hidden = text !== '' && !isLeft(set);
    nothing.hidden = text === '' || isLeft(form);
  };
  search.addEventListener('input', find);

  /** The differences from the default, each with a way to undo it. */
  const showDifferences = (configs: readonly RunConfig[]) => {
    const told = configs.flatMap((config, run) =>
      differencesOf(known, config)
        // Shared settings are listed once.
        .filter(({ place }) => run === 0 || place === 'objectiveOptions')
        .map((difference) => ({ ...difference, run })),
    );
    const now = JSON.stringify(told);
    if (changed.dataset.shown === now) return;
    changed.dataset.shown = now;
    const focused = [...changed.children].indexOf(document.activeElement as HTMLElement);
    changed.replaceChildren(
      ...told.map(({ run, place, name, label, kind, value, standing }) => {
        const [now, before] = [value, standing].map((each) => valueText(each, kind));
        const reset = button(`${label}: ${now}`, () => actions.value(run, place, name, standing), 'chip');
        reset.setAttribute('aria-label', `${label}: ${now}, back to ${before}`);
        reset.title = `Back to ${before}`;
        reset.append(make('span', { className: 'cross' }, '×'));
        return reset;
      }),
    );
    changed.hidden = told.length === 0;
    // Whoever undoes one by keys goes on to the next.
    if (focused >= 0) ((changed.children[focused] ?? changed.lastElementChild ?? search) as HTMLElement).focus();
  };
  /** Groups that a visitor has opened stay open when the form is rebuilt. */
  const opened = new Set<string>();

  const fieldsFor = (run: number, group: string, list: readonly Field[]): Node[] => {
    const element = ({ place, option, value }: Field) => {
      const id = `setting-${run}-${place}-${option.name}`;
      const field = createField(id, option, value, (next) => actions.value(run, place, option.name, next));
      fields.set(id, field);
      options.set(id, option);
      return field.root;
    };
    const [main, more] = [list.filter(({ isMain }) => isMain), list.filter(({ isMain }) => !isMain)];
    const nodes: Node[] = [make('div', { className: 'fields' }, ...main.map(element))];
    if (more.length === 0) return nodes;
    const details = make(
      'details',
      { open: opened.has(group) },
      make('summary', {}, `More for ${group}`),
      make('div', { className: 'fields' }, ...more.map(element)),
    );
    details.dataset.group = group;
    details.addEventListener('toggle', () => {
      // A search opens what it finds, while it lasts.
      if (search.value.trim() === '') details.open ? opened.add(group) : opened.delete(group);
    });
    return [...nodes, details];
  };

  /** The way to the program, where the problem is typed as one. */
  const programButton = ({ problem, problemOptions }: RunConfig): Node[] => {
    const { typedProgram } = pageProblem(problem);
    if (typedProgram === undefined) return [];
    const text = problemOptions[typedProgram.program];
    shownProgram = typeof text === 'string' ? text : typedProgram.start;
    return [button('Write its program', () => actions.program(shownProgram))];
  };
  let shownProgram = '';

  const build = (configs: readonly RunConfig[]): Node[] => {
    const [first] = configs;
    const all = fieldsOf(known, first);
    const at = (...places: Place[]) => all.filter(({ place }) => places.includes(place));
    const problems = pageProblems.map(({ name, title }) => [name, title] as const);
    return [
      make(
        'fieldset',
        {},
        make('legend', {}, 'Problem'),
        chooser('problem', 'Kind of object', problems, first.problem, (name) => actions.problem(name)),
        make('p', { className: 'summary' }, findNamed('problem', known.problems, first.problem).summary),
        ...programButton(first),
        ...fieldsFor(0, 'the problem', at('problemOptions')),
      ),
      ...configs.map((config, run) => {
        const names = known.objectives.map(({ name }) => [name, spelled(name)] as const);
        const title = configs.length === 1 ? 'Objective' : run === 0 ? 'First objective' : 'Second objective';
        return make(
          'fieldset',
          {},
          make('legend', {}, title),
          chooser(`objective-${run}`, 'How it learns', names, config.objective, (name) => actions.objective(run, name)),
          make(
            'p',
            { className: 'summary' },
            ...withTerms(findNamed('objective', known.objectives, config.objective).summary),
          ),
          ...fieldsFor(
            run,
            spelled(config.objective),
            fieldsOf(known, config).filter(({ place }) => place === 'objectiveOptions'),
          ),
        );
      }),
      make(
        'fieldset',
        {},
        make('legend', {}, 'Run'),
        ...fieldsFor(0, 'the run', [...at('run'), ...trainingFields(known, configs)]),
      ),
    ];
  };

  return {
    show(configs) {
      if (configs.length === 0) return;
      const wanted = JSON.stringify(
        configs.map((config) => [
          [config.problem, config.objective],
          fieldsOf(known, config).map(({ option }) => option.name),
          config.problemOptions[pageProblem(config.problem).typedProgram?.program ?? ''],
        ]),
      );
      if (wanted !== structure) {
        const focused = document.activeElement?.id;
        structure = wanted;
        fields = new Map();
        options = new Map();
        form.replaceChildren(...build(configs));
        find();
        showDifferences(configs);
        if (focused && panel.querySelector(`#${CSS.escape(focused)}`)) document.getElementById(focused)?.focus();
        return;
      }
      showDifferences(configs);
      configs.forEach((config, run) => {
        for (const { place, option, value } of fieldsOf(known, config)) {
          fields.get(`setting-${run}-${place}-${option.name}`)?.show(value);
        }
      });
    },
  };
}

/** Settings of any of the runs, each once. */
function trainingFields(known: Catalogue, configs: readonly RunConfig[]): readonly Field[] {
  const fields = configs
    .flatMap((config) => fieldsOf(known, config))
    .filter(({ place }) => place === 'trainingOptions');
  const first = new Map(fields.toReversed().map((field) => [field.option.name, field]));
  return fields.filter((field) => first.get(field.option.name) === field);
}

function chooser(
  id: string,
  text: string,
  choices: readonly (readonly [value: string, title: string])[],
  value: string,
  choose: (name: string) => string | undefined,
): HTMLElement {
  const select = make('select', { id }, ...choices.map(([value, title]) => make('option', { value }, title)));
  select.value = value;
  select.addEventListener('change', () => choose(select.value));
  return make('div', { className: 'field chooser' }, make('label', { htmlFor: id }, text), select);
}
