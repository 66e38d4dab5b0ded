// @ts-check
// The box that is typed into. It grows with its text, up to the height its style sheet allows.

const grows = CSS.supports('field-sizing', 'content');

/**
 * @param {HTMLTextAreaElement} box
 * @param {(text: string, at: number) => void} typed another text is in the box since then
 */
export function createTextBox(box, typed) {
  function fit() {
    if (grows) return;
    box.style.height = 'auto';
    box.style.height = `${box.scrollHeight + 2}px`;
  }
  box.addEventListener('input', (event) => {
    fit();
    typed(box.value, event.timeStamp);
  });
  return {
    /** Shows a text; nothing is asked. @param {string} value */
    show(value) {
      box.value = value;
      fit();
    },
    /** As if the visitor had typed it. @param {string} value */
    write(value) {
      this.show(value);
      typed(value, performance.now());
    },
    /** Follows the state, but never while somebody types. @param {string} value */
    follow(value) {
      if (document.activeElement !== box && box.value !== value) this.show(value);
    },
    focus: () => box.focus(),
    goTo() {
      box.scrollIntoView({ block: 'center' });
      box.focus({ preventScroll: true });
    },
  };
}
