// Shortens WGSL for the package by removing comments and unnecessary white space. Names stay, since kernels are
// assembled from pieces by name when a plan is prepared; shortening them would save another 3 percent of a page.

const tokens = /\/\/[^\n]*|\/\*[\s\S]*?\*\/|\s+|\w+(?:\.\w*)?|[\s\S]/g;
const isWord = (text) => /^\w/.test(text);
const isBlank = (text) => /^(?:\s|\/\/|\/\*)/.test(text);
/** Characters that need no space on either side. */
const separates = (text) => '(){}[],;:'.includes(text);
/**
 * Characters that need no space beside a name or a number. Comparisons and templates share < and >, which keep theirs.
 */
const operates = (text) => '=+-*/%&|^!'.includes(text);

/** @param {string} source a WGSL module, or a piece of one */
export function shortenWgsl(source) {
  const words = [];
  for (const [found] of source.matchAll(tokens)) {
    if (!isBlank(found)) words.push(found);
    else if (words.at(-1) !== ' ') words.push(' ');
  }
  const needed = words.filter((word, i) => word !== ' ' || needsSpace(words[i - 1], words[i + 1]));
  return `${needed.join('')}\n`;
}

function needsSpace(before, after) {
  if (before === undefined || after === undefined || separates(before) || separates(after)) return false;
  return !(operates(before) && isWord(after)) && !(isWord(before) && operates(after));
}
