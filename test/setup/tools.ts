/** npm's commands are scripts for a shell on Windows, and programs everywhere else. */
export const inShell = (command: string): { shell: boolean } => ({
  shell: process.platform === 'win32' && ['npm', 'npx'].includes(command),
});
