// The licences of the packages in and beside dist/cli.js, which have to be passed on with them.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const licenceFile = /^(?:licen[cs]e|copying)(?:[.-]|$)/i;
const noticeFile = /^notice(?:[.-]|$)/i;

/**
 * @param {readonly string[]} files the bundled or copied files, relative to the repository's root
 * @returns {string} a text with every package's name, version, source and licence
 * @throws Error if a package does not state its licence
 *
 */
export function thirdPartyNotices(files) {
  const folders = [...new Set(files.map(packageFolder).filter((folder) => folder !== undefined))].sort();
  const parts = folders.map((folder) => {
    const { name, version, license, repository } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    const names = readdirSync(folder);
    const texts = names.filter((name) => licenceFile.test(name) || noticeFile.test(name));
    if (!license && texts.length === 0) throw new Error(`${folder} says nothing of its licence.`);
    const source = typeof repository === 'string' ? repository : repository?.url;
    const head = [`${name} ${version}`, `Licence: ${license}`, ...(source ? [`Source: ${source}`] : [])].join('\n');
    return [head, ...texts.map((text) => readFileSync(join(folder, text), 'utf8').trim())].join('\n\n');
  });
  const rule = '-'.repeat(80);
  return ['Software of others in dist/cli.js and dist/assets.', ...parts].join(`\n\n${rule}\n`).concat('\n');
}

/** The folder of a file's package; undefined for our own files. */
function packageFolder(file) {
  return file.match(/^.*node_modules\/(?:@[^/]+\/)?[^/]+/)?.[0];
}
