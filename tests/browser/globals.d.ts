// For the type check of the tests. A selector does not say of what kind the element is that it finds; the test knows.
interface Element {
  hidden: any;
  disabled: any;
  open: any;
  value: any;
  selectedOptions: any;
}
interface Node {
  outerHTML: any;
}
interface HTMLElement {
  form: any;
  setSelectionRange: any;
}
/** What tests put there, and axe. */
interface Window {
  axe: any;
  explained: any;
  hacked: any;
  longest: any;
  tasks: any;
  tfjs: any;
  waits: any;
}
declare const scheduler: any;
