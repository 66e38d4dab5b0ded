// @ts-check
// A file for the visitor, made here: nothing is asked of any server.

/** @param {string} name @param {Blob} blob */
export function saveFile(name, blob) {
  const address = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}

/** @param {string} name @param {string} text @param {string} type */
export const saveText = (name, text, type) => saveFile(name, new Blob([text], { type: `${type};charset=utf-8` }));
