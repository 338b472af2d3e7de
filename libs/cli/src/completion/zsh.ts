import type { Words } from './words.js';

/** A script for a file `_romancy` in a folder of `$fpath`, or for `source <(romancy completion zsh)`. */
export function zshCompletion(words: readonly Words[]): string {
  const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''").replaceAll(':', '\\:')}'`;
  const described = (name: string, description: string): string => `'${name}:${quoted(description).slice(1, -1)}'`;
  const cases = words.map(({ path, commands, flags }) => {
    const choices = [
      ...commands.map(({ name, description }) => described(name, description)),
      ...flags.map(({ flag, description }) => described(flag, description)),
    ];
    return `    '${path}') choices=(${choices.join(' ')}) ;;`;
  });
  return `#compdef romancy
_romancy() {
  local -a choices
  local place='' word
  local known='|${words.map(({ path }) => path).join('|')}|'
  for word in "\${(@)words[2,CURRENT-1]}"; do
    [[ "$known" == *"|\${place:+$place }$word|"* ]] && place="\${place:+$place }$word"
  done
  case "$place" in
${cases.join('\n')}
  esac
  _describe 'romancy' choices || _files
}
compdef _romancy romancy`;
}
