// @ts-check
// One tab stop for the buttons of a table; the arrow keys lead from cell to cell, Home and End to the ends of a line.

/**
 * @param {HTMLElement} body whose rows hold the buttons
 * @param {string} selector of a button inside its cell
 */
export function createRoving(body, selector) {
  const all = () => /** @type {HTMLElement[]} */ ([...body.querySelectorAll(selector)]);

  /** @param {HTMLElement} button */
  function stopAt(button) {
    for (const other of all()) other.tabIndex = other === button ? 0 : -1;
  }

  body.addEventListener('focusin', ({ target }) => {
    if (target instanceof HTMLElement && target.matches(selector)) stopAt(target);
  });
  body.addEventListener('keydown', (event) => {
    const button = event.target instanceof HTMLElement && event.target.matches(selector) ? event.target : null;
    if (!button || event.altKey || event.ctrlKey || event.metaKey) return;
    const cell = /** @type {HTMLTableCellElement} */ (button.closest('td, th'));
    const row = /** @type {HTMLTableRowElement} */ (cell.parentElement);
    const rows = /** @type {HTMLTableRowElement[]} */ ([...body.children]);
    const at = rows.indexOf(row);
    const last = row.cells.length - 1;
    const goal = {
      ArrowRight: row.cells[cell.cellIndex + 1],
      ArrowLeft: row.cells[cell.cellIndex - 1],
      ArrowDown: rows[at + 1]?.cells[cell.cellIndex],
      ArrowUp: rows[at - 1]?.cells[cell.cellIndex],
      Home: row.cells[1],
      End: row.cells[last],
    };
    if (!Object.hasOwn(goal, event.key)) return;
    event.preventDefault();
    const next = goal[/** @type {keyof typeof goal} */ (event.key)]?.querySelector(selector);
    if (next instanceof HTMLElement) next.focus();
  });

  return {
    /** After the buttons were drawn: exactly one of them is a tab stop. */
    refresh() {
      const buttons = all();
      const stops = buttons.filter((button) => button.tabIndex === 0);
      if (buttons[0] && stops.length !== 1) stopAt(stops[0] ?? buttons[0]);
    },
  };
}
