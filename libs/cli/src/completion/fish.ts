import type { Words } from './words.js';

/** A script for `romancy completion fish > ~/.config/fish/completions/romancy.fish`. */
export function fishCompletion(words: readonly Words[]): string {
  const quoted = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
  const lines = words.flatMap(({ path, commands, flags }) => {
    const [first] = path.split(' ');
    const parts = path.split(' ').filter((part) => part !== '');
    const seen = parts.map((part) => `__fish_seen_subcommand_from ${part}`);
    const names = commands.map(({ name }) => name).join(' ');
    const open = names === '' ? [] : [`not __fish_seen_subcommand_from ${names}`];
    const condition = quoted([...seen, ...open].join('; and ') || 'true');
    return [
      ...commands.map(
        ({ name, description }) => `complete -c romancy -f -n ${condition} -a ${name} -d ${quoted(description)}`,
      ),
      ...(first === undefined
        ? []
        : flags.map(
            ({ flag, description }) =>
              `complete -c romancy -n ${condition} -l ${flag.slice(2)} -d ${quoted(description)}`,
          )),
    ];
  });
  return lines.join('\n');
}
